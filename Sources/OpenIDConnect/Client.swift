package import Basics
package import JOSE

/// The relying party's registration at one provider (OIDC Core 3.1.2.1, OIDC Registration 2).
package struct Client: Sendable {
    package let id: Text
    /// Nil for a public client.
    package var secret: Secret?
    package let redirectURI: AbsoluteURL
    /// Nil for the default by the provider's metadata.
    package var authenticationMethod: ClientAuthenticationMethod?
    /// For the methods that use JWTs.
    package var assertion: ClientAssertionSettings
    package var authorization: AuthorizationSettings
    /// Nil for the public-key algorithms in the provider's metadata.
    package var allowedAlgorithms: [SigningAlgorithm]?
    /// The form of tokens.
    package var tokens: TokenSettings
    /// Additional audiences that an ID token may have (OIDC Core 3.1.3.7 (3)).
    package var trustedAudiences: [Text]
    /// Nil if the site accepts no access tokens.
    package var accessTokens: AccessTokenSettings?

    /// Whether the provider's keys verify anything for this client. They do not if all is checked with the client secret.
    package var needsKeys: Bool {
        let hasPublicKey = { (algorithms: [SigningAlgorithm]) in algorithms.contains { !$0.isSymmetric } }
        return allowedAlgorithms.map(hasPublicKey) ?? true || authorization.responseMode.isSigned
            || accessTokens?.verifiesJWTs == true || hasPublicKey(tokens.userInfoAlgorithms ?? [])
    }

    package init(
        id: Text, secret: Secret?, redirectURI: AbsoluteURL, authenticationMethod: ClientAuthenticationMethod? = nil,
        assertion: ClientAssertionSettings = .init(), authorization: AuthorizationSettings = .init(),
        allowedAlgorithms: [SigningAlgorithm]? = nil, tokens: TokenSettings = .init(), trustedAudiences: [Text] = []
    ) {
        self.id = id
        self.secret = secret
        self.redirectURI = redirectURI
        self.authenticationMethod = authenticationMethod
        self.assertion = assertion
        self.authorization = authorization
        self.allowedAlgorithms = allowedAlgorithms
        self.tokens = tokens
        self.trustedAudiences = trustedAudiences
    }
}
