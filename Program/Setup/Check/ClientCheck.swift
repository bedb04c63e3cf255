import Basics
import Cryptography
import Environment
import OpenIDConnect
import Provider
import RelyingParty
import Settings
import Terminal
import Transport

/// Whether the provider knows the client: its credentials, and its redirect_uri.
struct ClientCheck {
    let settings: Settings
    let provider: Provider
    let metadata: ProviderMetadata
    let context: FlowContext
    let environment: Environment
    let findings: Findings

    private var subject: String { String(provider.name) }

    // MARK: - Credentials

    /// Redeems a code that no provider has issued. A provider that knows the client refuses the code; any other, the client.
    func checkCredentials() {
        // Then no login gets so far, which the check of the metadata says.
        guard !provider.settings.fetchesUserInfo || metadata.userInfoEndpoint != nil else { return }
        do throws(Failure) {
            let verifier = CodeVerifier(random: try environment.random.bytes(32)[...])
            _ = try provider.redeem(
                .authorizationCode("stauth-check", of: provider.client, verifier), metadata, nonce: "stauth-check",
                maxAge: nil, context)
        } catch {
            judgeCredentials(context.secrets.hide(in: error))
        }
    }

    private func judgeCredentials(_ failure: Failure) {
        let said = failure.providerCode.map { String($0) } ?? ""
        let refusals = ["invalid_client", "unauthorized_client", "incorrect_client_credentials"]
        if failure.code == .clientRefused || refusals.contains(said) {
            findings.add(
                .problem, failure, about: subject, code: .clientRefused,
                do: "Compare client_id, client_secret and token_endpoint_auth_method with the client at the provider; "
                    + "secrets expire at some")
        } else if ["invalid_grant", "bad_verification_code"].contains(said) {
            findings.add(.ok, .client, about: subject, "the provider accepts the client's credentials")
        } else if failure.code.entry.category == .networkError {
            findings.add(.problem, failure, about: subject)
        } else {
            findings.add(
                .note, failure, about: subject, code: .clientNotConfirmed,
                do: "Sign in once: the provider does not say whether it knows the client")
        }
    }

    // MARK: - The authorization request

    /// Sends the request of a login that shows no page. A provider that knows redirect_uri answers there.
    func checkAuthorization() {
        let uri = provider.client.redirectURI.text
        do throws(Failure) {
            guard let url = AbsoluteURL(try authorizationURL()) else { return }
            let limits = provider.settings.connection
            judge(try transport().send(HTTPRequest(.get, url), within: limits), uri)
        } catch {
            let failure = context.secrets.hide(in: error)
            findings.add(.problem, failure, about: subject, do: Self.advice(for: failure))
        }
    }

    private static func advice(for failure: Failure) -> String? {
        switch failure.code {
        case .pushedAuthorizationRefused:
            "Compare redirect_uri, scope and the client's authentication with what is registered at the provider"
        default: nil
        }
    }

    private func transport() throws(Failure) -> any Transport {
        guard let transport = environment.transport else {
            throw Failure(.internalError, "a check without a transport")
        }
        return transport
    }

    /// As the library makes it, signed and pushed if it would be.
    private func authorizationURL() throws(Failure) -> Text {
        var open = settings
        open.openPaths = nil
        var options = RequestOptions()
        try options.set("prompt", to: "none")
        let application = try Application(settings: open, environment: environment)
        let request = try HostRequest(application, IncomingRequest(method: "GET", target: "/"))
        _ = try request.begin()
        try request.login(provider: provider.name, options.login)
        return request.responseHeaders.first { $0.name == "Location" }?.value ?? ""
    }

    private func judge(_ response: HTTPResponse, _ uri: Text) {
        if response.status < 400, let location = response.location, Self.leads(location, to: uri) {
            return judgeAnswer(location)
        }
        switch response.status {
        case 200 where isForm(for: uri, response): confirm()
        case ..<400:
            findings.add(
                .note, .redirectURINotConfirmed, about: subject, "the provider does not send the browser back",
                do: "Sign in once; if that fails, register this redirect URI, word for word: \(String(uri))")
        case 400, 401, 404:
            findings.add(
                .problem, .authorizationRequestRefused, about: subject,
                "the provider answers the authorization request with \(response.status)",
                do: "Register this redirect URI at the provider, word for word: \(String(uri))")
        default:
            findings.add(
                .warning, .authorizationRequestNotJudged, about: subject,
                "the provider answers the authorization request with \(response.status), so it has not judged it",
                do: "Check again later, or sign in once; the redirect URI to register is \(String(uri))")
        }
    }

    private static func leads(_ location: Text, to uri: Text) -> Bool {
        guard location.hasPrefix(uri) else { return false }
        let rest = String(location).dropFirst(String(uri).count)
        return rest.first.map { "?&#".contains($0) } ?? true
    }

    /// Whether it is a form that the browser posts to redirect_uri. Pages of errors quote the address, too.
    private func isForm(for uri: Text, _ response: HTTPResponse) -> Bool {
        guard provider.client.authorization.responseMode.isFormPost, let body = Text(validating: response.body) else {
            return false
        }
        let escaped = String(uri).split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
        return ["action", "ACTION"].contains { (name: String) in
            let attribute: String = name + "=\"" + escaped + "\""
            return body.contains(text: Text(attribute))
        }
    }

    private func confirm() {
        findings.add(.ok, .redirectURIRegistered, about: subject, "the provider sends browsers back to redirect_uri")
    }

    /// With prompt=none a provider may say that somebody would have to sign in (OIDC Core 3.1.2.6).
    private func judgeAnswer(_ location: Text) {
        let query = location.splitOnce(at: "?")?.after ?? ""
        let fields = FormEncoding.decode(query) ?? []
        let expected: [Text] = [
            "login_required", "interaction_required", "consent_required", "account_selection_required",
        ]
        guard let error = fields.values(of: "error").first, !expected.contains(error) else { return confirm() }
        let description = fields.values(of: "error_description").first.map { " (\(String($0)))" } ?? ""
        findings.add(
            .problem, .authorizationRefused, about: subject,
            "the provider answers the authorization request with the error \(String(error.forMessage))\(description)",
            do: "Compare scope, response_mode and the client's grant types with the client at the provider")
    }
}
