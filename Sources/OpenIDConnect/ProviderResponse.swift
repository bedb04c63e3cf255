import Basics
import JSON

extension HTTPResponse {
    /// The JSON object of a response that must be a plain success.
    func jsonObject(orFailWith code: ErrorCode, what: Text) throws(Failure) -> JSONObject {
        guard status == 200 else {
            let target: Text = location.map { ", a redirect to \($0.forMessage)" } ?? ""
            throw Failure(.providerStatus, "\(what): the provider returned status \(status)\(target)")
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

extension ErrorCode {
    /// Our code for an error of a provider's. Those that mean the same at each of its endpoints (RFC 6749 4.1.2.1, 5.2) are
    /// here; any other is `other`.
    init(ofProvider error: Text?, otherwise other: ErrorCode) {
        self =
            switch error {
            case "invalid_client", "unauthorized_client": .clientRefused
            case "server_error", "temporarily_unavailable": .providerUnavailable
            default: other
            }
    }
}

extension JSONObject {
    /// What a provider says about its error (RFC 6749 5.2); some have an object in the place of the code.
    var errorDescription: Text? { self["error_description"]?.text ?? self["error"]?.object?["message"]?.text }
}
