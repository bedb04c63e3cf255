package import Basics

/// The confidential data that one login has sent. A provider may repeat it in an error, a header or a token, and that error
/// becomes a message, a line in a log and a code on a page: this keeps the data out of all of them.
///
/// Belongs to one login, and thus to one thread.
package final class SentSecrets {
    private var secrets: [Text] = []

    package init() {
        secrets.reserveCapacity(8)  // An ordinary login has fewer.
    }

    package func add(_ secret: Text) {
        if !secrets.contains(secret) { secrets.append(secret) }
    }

    /// The client's password, whether or not it was already sent.
    package func add(_ client: Client) {
        if let secret = try? client.secret?.text() { add(secret) }
    }

    /// The confidential parts of a request.
    package func add(_ request: HTTPRequest) {
        for header in request.headers where Self.secretHeaders.contains(header.name) {
            add(header.value.splitOnce(at: " ")?.after ?? header.value)
        }
        for field in FormEncoding.decode(request.body) ?? [] where Self.secretParameters.contains(field.name) {
            add(field.value)
        }
    }

    package static var secretHeaders: [Text] { ["Authorization", "DPoP"] }

    /// Other parameters are constants, or words from the configuration that the browser's URL shows too.
    package static var secretParameters: [Text] {
        [
            "code", "code_verifier", "client_secret", "client_assertion", "access_token", "refresh_token", "token",
            "id_token_hint", "request", "state", "nonce", "device_code", "subject_token", "actor_token", "assertion",
            "password",
        ]
    }

    /// The failure without anything that was sent. A provider's code that contains any of it is omitted.
    package func hide(in failure: Failure) -> Failure {
        let redaction = redaction
        let code = failure.providerCode.flatMap { redaction.occurs(in: $0) ? nil : $0 }
        let message = failure.message.prefix(atMost: Self.longestText)
        return Failure(
            failure.code, redaction.hide(in: message), providerCode: code,
            providerDescription: failure.providerDescription.map { redaction.hide(in: $0) })
    }

    package func hide(in text: Text) -> Text { redaction.hide(in: text.prefix(atMost: Self.longestText)) }

    /// Every position of a text is compared with every secret, and a provider must not make that slow. The rest is cut off.
    package static let longestText = 4096

    /// Made when something fails: a successful login needs none.
    private var redaction: Redaction {
        var redaction = Redaction()
        for secret in secrets { redaction.add(secret) }
        return redaction
    }
}
