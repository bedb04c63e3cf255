package import Basics
package import JOSE

/// What the relying party is to one provider: its registration there (OIDC Core 3.1.2.1, OIDC Registration 2).
package struct Client: Sendable {
    package let id: Text
    /// Nil for a public client.
    package let secret: Secret?
    package let redirectURI: AbsoluteURL
    /// Nil: as the provider's metadata says.
    package let authenticationMethod: ClientAuthenticationMethod?
    /// For the methods that use JWTs.
    package let assertion: ClientAssertionSettings
    package let authorization: AuthorizationSettings
    /// Nil: those of the provider's metadata that use public keys.
    package let allowedAlgorithms: [SigningAlgorithm]?
    /// In what form tokens come.
    package let tokens: TokenSettings
    /// Other audiences that an ID token may also have (OIDC Core 3.1.3.7 (3)).
    package let trustedAudiences: [Text]

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
