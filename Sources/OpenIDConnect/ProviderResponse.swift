import Basics
import JSON

extension HTTPResponse {
    /// The JSON object of a response that must be a plain success.
    func jsonObject(orFailWith code: ErrorCode, what: Text) throws(Failure) -> JSONObject {
        guard status == 200 else {
            throw Failure(.providerStatus, "\(what): the provider returned status \(status)")
        }
        do throws(JSONProblem) {
            return try readObject()
        } catch {
            throw Failure(code, "\(what): the response \(error.sentence)")
        }
    }

    /// The JSON object in the body, whatever the status.
    func readObject() throws(JSONProblem) -> JSONObject {
        guard !isHTML else { throw .wrongKind }
        return try JSONObject(reading: body)
    }

    /// OIDC Core 5.3.2. Parameters of the type are ignored.
    var isJWT: Bool {
        let type = contentType.map { $0.splitOnce(at: ";")?.before ?? $0 }
        return type?.trimmed().lowercasedASCII() == "application/jwt"
    }

    /// A page for people, even if it parses as something else.
    var isHTML: Bool {
        contentType?.lowercasedASCII().hasPrefix("text/html") ?? false
    }
}

extension Text {
    /// An error code of a provider (RFC 6749 4.1.2.1), if it can be shown and compared.
    var asProviderCode: Text? {
        let isAllowed = { (byte: UInt8) in FormEncoding.isUnreserved(byte) }
        return (1...64).contains(count) && bytes.allSatisfy(isAllowed) ? self : nil
    }
}
