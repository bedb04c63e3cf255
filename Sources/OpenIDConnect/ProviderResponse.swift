import Basics
import JSON

extension HTTPResponse {
    /// The JSON object of a response that must be a plain success.
    func jsonObject(orFailWith code: ErrorCode, what: Text) throws(Failure) -> JSONObject {
        guard status == 200 else {
            throw Failure(.providerStatus, "\(what): the provider answered with status \(status)")
        }
        do throws(JSONProblem) {
            return try readObject()
        } catch {
            throw Failure(code, "\(what): the answer \(error.sentence)")
        }
    }

    /// The JSON object that the body is, whatever the status.
    func readObject() throws(JSONProblem) -> JSONObject {
        guard !isHTML else { throw .wrongKind }
        return try JSONObject(reading: body)
    }

    /// OIDC Core 5.3.2. Parameters of the type mean nothing.
    var isJWT: Bool {
        let type = contentType.map { $0.splitOnce(at: ";")?.before ?? $0 }
        return type?.trimmed().lowercasedASCII() == "application/jwt"
    }

    /// A page for people, whatever it may parse as.
    var isHTML: Bool {
        contentType?.lowercasedASCII().hasPrefix("text/html") ?? false
    }
}

extension Text {
    /// An error code of a provider (RFC 6749 4.1.2.1), if it is one that can be shown and compared.
    var asProviderCode: Text? {
        let isAllowed = { (byte: UInt8) in FormEncoding.isUnreserved(byte) }
        return (1...64).contains(count) && bytes.allSatisfy(isAllowed) ? self : nil
    }
}
