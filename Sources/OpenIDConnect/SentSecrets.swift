package import Basics

/// What one login has sent in confidence, so that nothing of it comes back: a provider may repeat in an error, a header or a
/// token what it was sent, and that error becomes a message, a line in a log and a code on a page.
///
/// Belongs to one login, and so to one thread.
package final class SentSecrets {
    private var secrets: [Text] = []

    package init() {}

    package func add(_ secret: Text) {
        if !secrets.contains(secret) { secrets.append(secret) }
    }

    /// The client's password, whether or not it was sent yet.
    package func add(_ client: Client) {
        if let secret = try? client.secret?.text() { add(secret) }
    }

    /// What of a request is between us and whom it is sent to.
    package func add(_ request: HTTPRequest) {
        for header in request.headers where Self.secretHeaders.contains(header.name) {
            add(header.value.splitOnce(at: " ")?.after ?? header.value)
        }
        for field in FormEncoding.decode(request.body) ?? [] where Self.secretParameters.contains(field.name) {
            add(field.value)
        }
    }

    package static var secretHeaders: [Text] { ["Authorization", "DPoP"] }

    /// Other parameters are constants, or words from the configuration that the browser's address shows too.
    package static var secretParameters: [Text] {
        [
            "code", "code_verifier", "client_secret", "client_assertion", "access_token", "refresh_token", "token",
            "id_token_hint", "request", "state", "nonce", "device_code", "subject_token", "actor_token", "assertion",
            "password",
        ]
    }

    /// The failure without anything that was sent. A provider's own code that has some of it is left out.
    package func hide(in failure: Failure) -> Failure {
        let redaction = redaction
        let code = failure.providerCode.flatMap { redaction.occurs(in: $0) ? nil : $0 }
        let message = failure.message.prefix(atMost: Self.longestText)
        return Failure(failure.code, redaction.hide(in: message), providerCode: code)
    }

    package func hide(in text: Text) -> Text { redaction.hide(in: text.prefix(atMost: Self.longestText)) }

    /// Every place of a text is compared with every secret, and a provider must not make that long. The rest is cut off.
    package static let longestText = 4096

    /// Made when something goes wrong: a login that succeeds needs none.
    private var redaction: Redaction {
        var redaction = Redaction()
        for secret in secrets { redaction.add(secret) }
        return redaction
    }
}
