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
    package let clientSecret: Secret?
    package let kind: ProviderKind
    /// What the metadata and every ID token must name (OpenID Connect Discovery 4.3), or a template of it: see TenantIssuer.
    /// For plain OAuth 2.0, what the server is known by.
    package let issuer: Text
    /// What client_kwargs adds to the authorization request: scope, prompt, then the others as written.
    package let authorizationParameters: [FormEncoding.Field]
    /// Seconds since the user last proved who they are, at most; also among `authorizationParameters`.
    package let maxAge: Int64?
    /// Nil to choose by the provider's metadata.
    package let tokenEndpointAuthMethod: ClientAuthenticationMethod?
    /// For the methods that use JWTs.
    package let clientAssertion: ClientAssertionSettings
    package let authorization: AuthorizationSettings
    /// The only algorithms that an ID token may be signed with; nil to go by the provider's metadata.
    package let idTokenAlgorithms: [SigningAlgorithm]?
    /// In what form tokens and UserInfo come.
    package let tokens: TokenSettings
    /// What the client shows at the token endpoint and its like (RFC 8705).
    package let clientCertificate: ClientCertificate?
    /// Issuers whose aggregated and distributed claims count (OIDC Core 5.6.2).
    package let claimsProviders: [AbsoluteURL]
    /// Whether a login also asks the UserInfo endpoint for claims.
    package let fetchesUserInfo: Bool
    /// Audiences that an ID token may name beside `clientID`.
    package let trustedAudiences: [Text]
    package let authorizationRules: AuthorizationRules
    package let logout: LogoutSettings
    package let connection: ConnectionSettings
}
