package import Basics
package import OpenIDConnect
package import Transport

/// One provider as the configuration describes it, checked.
package struct ProviderSettings: Sendable {
    /// The NAME of [auth.NAME]; "default" for the keys in [auth] itself.
    package let name: Text
    /// What users see of it where they choose.
    package let displayName: Text
    package let kind: ProviderKind
    /// What the metadata and every ID token must name (OpenID Connect Discovery 4.3), or a template of it: see TenantIssuer.
    /// For plain OAuth 2.0, what the server is known by.
    package let issuer: Text
    /// What we are there.
    package let client: Client
    /// What client_kwargs adds to the authorization request: scope, prompt, then the others as written.
    package var authorizationParameters: [FormEncoding.Field] = []
    /// Seconds since the user last proved who they are, at most; also among `authorizationParameters`.
    package var maxAge: Int64?
    /// What the client shows at the token endpoint and its like (RFC 8705).
    package var clientCertificate: ClientCertificate?
    /// Issuers whose aggregated and distributed claims count (OIDC Core 5.6.2).
    package var claimsProviders: [AbsoluteURL] = []
    /// Whether a login also asks the UserInfo endpoint for claims.
    package var fetchesUserInfo = false
    package var authorizationRules = AuthorizationRules()
    package var logout = LogoutSettings()
    package var connection = ConnectionSettings()

    package init(name: Text, displayName: Text, kind: ProviderKind, issuer: Text, client: Client) {
        self.name = name
        self.displayName = displayName
        self.kind = kind
        self.issuer = issuer
        self.client = client
    }
}
