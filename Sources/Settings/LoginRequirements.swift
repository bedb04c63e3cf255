package import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Every reason for which a login at a provider could be refused, as one text: whom it admits, who vouches for them, and how
/// the responses are checked. Changed requirements make another text, so users who signed in under the old ones sign in
/// again.
///
/// Optional requests to the provider, and how the client authenticates, are not included: a new client secret signs nobody
/// out.
package struct LoginRequirements {
    private(set) package var text: Text = ""

    package init(_ settings: ProviderSettings) {
        add("exact_issuer", settings.oauth2 == nil && !settings.issuerMayEndInSlash)
        add("name", [settings.name])
        add("client_id", [settings.client.id])
        add(settings.kind, issuer: settings.issuer)
        add("rules", [settings.authorizationRules.canonicalText])
        add("claims_providers", settings.claimsProviders.map { $0.text })
        add("trusted_audiences", settings.client.trustedAudiences)
        add("max_age", settings.maxAge.map { [Text($0)] })
        add("id_token_algorithms", settings.client.allowedAlgorithms?.map { $0.name })
        add("userinfo", settings.fetchesUserInfo)
        add(settings.client.authorization)
        add(settings.client.tokens)
    }

    private mutating func add(_ kind: ProviderKind, issuer: Text) {
        switch kind {
        case .openIDConnect(let metadataURL): add("openid_connect", [issuer, metadataURL.text])
        case .oauth2(let server): add("oauth2", [issuer, server.canonicalText])
        }
    }

    private mutating func add(_ authorization: AuthorizationSettings) {
        add("acr", authorization.requiredContexts)
        add("auth_time", authorization.requiresAuthenticationTime)
        add("signed_response", authorization.responseMode.isSigned)
        add("response_algorithms", authorization.responseAlgorithms?.map { $0.name })
        add("response_iss", authorization.requiresResponseIssuer)
        add("missing_nonce", authorization.allowsMissingNonce)
    }

    private mutating func add(_ tokens: TokenSettings) {
        add("id_token_encryption", tokens.idTokenEncryption)
        add("userinfo_algorithms", tokens.userInfoAlgorithms?.map { $0.name })
        add("userinfo_encryption", tokens.userInfoEncryption)
        add("bound_access_tokens", tokens.bindsAccessTokens)
    }

    private mutating func add(_ name: StaticString, _ encryption: TokenEncryption?) {
        add(name, encryption.map { [$0.algorithm.name, $0.encryption.name] })
    }

    private mutating func add(_ name: StaticString, _ isRequired: Bool) {
        add(name, isRequired ? [] : nil)
    }

    /// Each text preceded by its length, so no two lists look alike; nothing for no texts.
    private mutating func add(_ name: StaticString, _ values: [Text]?) {
        guard let values else { return }
        text += values.reduce("\(name) \(values.count)" as Text) { "\($0) \($1.count):\($1)" } + "\n"
    }
}

extension ProviderSettings {
    /// Tells this provider, client and what is required of its users from any others that may be configured under the same
    /// name later, so that sessions and logins end when the configuration moves on.
    package func fingerprint() throws(Failure) -> UInt64 {
        UInt64(bigEndian: try Digest.sha256.hash(LoginRequirements(self).text.bytes).prefix(8))
    }
}
