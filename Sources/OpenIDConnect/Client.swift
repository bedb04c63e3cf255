package import Basics
package import JOSE

/// What the relying party is to one provider: its registration there (OIDC Core 3.1.2.1, OIDC Registration 2).
package struct Client: Sendable {
    package let id: Text
    /// Nil for a public client.
    package var secret: Secret?
    package let redirectURI: AbsoluteURL
    /// Nil: as the provider's metadata says.
    package var authenticationMethod: ClientAuthenticationMethod?
    /// For the methods that use JWTs.
    package var assertion: ClientAssertionSettings
    package var authorization: AuthorizationSettings
    /// Nil: those of the provider's metadata that use public keys.
    package var allowedAlgorithms: [SigningAlgorithm]?
    /// In what form tokens come.
    package var tokens: TokenSettings
    /// Other audiences that an ID token may also have (OIDC Core 3.1.3.7 (3)).
    package var trustedAudiences: [Text]

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
