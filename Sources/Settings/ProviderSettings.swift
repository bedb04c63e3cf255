package import Basics
package import JOSE
package import OpenIDConnect
package import Transport

/// One provider as the configuration describes it, checked.
package struct ProviderSettings: Sendable {
    /// The NAME of [auth.NAME]; "default" for the keys in [auth] itself.
    package let name: Text
    /// What users see of it where they choose.
    package let displayName: Text
    package let clientID: Text
    /// Nil for a public client.
    package var clientSecret: Secret?
    package let kind: ProviderKind
    /// Where it sends users back to, as registered there.
    package let redirectURI: AbsoluteURL
    /// What the metadata and every ID token must name (OpenID Connect Discovery 4.3), or a template of it: see TenantIssuer.
    /// For plain OAuth 2.0, what the server is known by.
    package let issuer: Text
    /// What client_kwargs adds to the authorization request: scope, prompt, then the others as written.
    package var authorizationParameters: [FormEncoding.Field] = []
    /// Seconds since the user last proved who they are, at most; also among `authorizationParameters`.
    package var maxAge: Int64?
    /// Nil to choose by the provider's metadata.
    package var tokenEndpointAuthMethod: ClientAuthenticationMethod?
    /// For the methods that use JWTs.
    package var clientAssertion = ClientAssertionSettings()
    package var authorization = AuthorizationSettings()
    /// The only algorithms that an ID token may be signed with; nil to go by the provider's metadata.
    package var idTokenAlgorithms: [SigningAlgorithm]?
    /// In what form tokens and UserInfo come.
    package var tokens = TokenSettings()
    /// What the client shows at the token endpoint and its like (RFC 8705).
    package var clientCertificate: ClientCertificate?
    /// Issuers whose aggregated and distributed claims count (OIDC Core 5.6.2).
    package var claimsProviders: [AbsoluteURL] = []
    /// Whether a login also asks the UserInfo endpoint for claims.
    package var fetchesUserInfo: Bool = false
    /// Audiences that an ID token may name beside `clientID`.
    package var trustedAudiences: [Text] = []
    package var authorizationRules = AuthorizationRules()
    package var logout = LogoutSettings()
    package var connection = ConnectionSettings()

    package init(
        name: Text, displayName: Text, clientID: Text, kind: ProviderKind, redirectURI: AbsoluteURL, issuer: Text
    ) {
        self.name = name
        self.displayName = displayName
        self.clientID = clientID
        self.kind = kind
        self.redirectURI = redirectURI
        self.issuer = issuer
    }
}
