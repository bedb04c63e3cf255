import Basics
import JSON

extension HTTPResponse {
    /// The JSON object of a response that must be a plain success.
    func jsonObject(orFailWith code: ErrorCode, what: Text) throws(Failure) -> JSONObject {
        guard status == 200 else { throw refusal(.providerStatus, what) }
        do throws(JSONProblem) {
            return try readObject()
        } catch {
            throw Failure(code, "\(what): the response \(error.sentence)")
        }
    }

    /// The JSON object that answers a request of the client's own. An error is an error whatever the status and the media
    /// type: providers send it with 400 (RFC 6749 5.2), 401, 403 or 200, and call it text.
    func answer(
        to what: Text, with statuses: ClosedRange<Int32>, orFailWith invalid: ErrorCode, refused: ErrorCode
    ) throws(Failure) -> JSONObject {
        let answer = Result { () throws(JSONProblem) -> JSONObject in try JSONObject(reading: body) }
        guard statuses.contains(status), (try? answer.get())?.nonEmpty("error") == nil else {
            throw refusal(refused, what)
        }
        do throws(JSONProblem) {
            if isHTML { throw .wrongKind }
            return try answer.get()
        } catch {
            throw Failure(invalid, "\(what): the response \(error.sentence)")
        }
    }

    /// The failure of a request that the provider refused, with what it says about it. `code`: for an error of its own.
    func refusal(_ code: ErrorCode, _ what: Text) -> Failure {
        let said = JSONObject(parsing: body)
        let error = said?.nonEmpty("error")
        let target: Text = location.map { ", a redirect to \($0.forMessage)" } ?? ""
        let answer: Text = error?.text.map { "the error \($0.forMessage)" } ?? "status \(status)\(target)"
        let isTemporary = error == nil && (status == 429 || status == 503)
        let known = isTemporary ? .providerUnavailable : ErrorCode(ofProvider: error?.text, otherwise: code)
        return Failure(
            code == .providerStatus ? code : known, "\(what): the provider answered with \(answer)",
            providerCode: error?.text, providerDescription: said?.errorDescription ?? challenges.first)
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
    /// What a provider says about its error (RFC 6749 5.2); some say it in an object, or elsewhere.
    var errorDescription: Text? {
        let error = self["error"]
        let said = self["error_description"] ?? (error?.text == nil ? error ?? self["message"] : nil)
        return said.flatMap { $0.text ?? $0.object?["message"]?.text ?? $0.encoded() }
    }
}
