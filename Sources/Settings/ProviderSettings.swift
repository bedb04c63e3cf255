package import Basics
package import OpenIDConnect
package import Transport

/// One provider as described in the configuration, checked.
package struct ProviderSettings: Sendable {
    /// The NAME of [auth.NAME]; "default" for the keys in [auth] itself.
    package let name: Text
    /// The provider's name on the page where users choose.
    package let displayName: Text
    package let kind: ProviderKind
    /// The issuer that the metadata and every ID token must name (OpenID Connect Discovery 4.3), or a template of it: see
    /// TenantIssuer. For plain OAuth 2.0, the server's identifier.
    package let issuer: Text
    /// Whether the issuer may also be that with a "/" at the end: if only `server_metadata_url` is configured, which is the
    /// same for both (OpenID Connect Discovery 4.1).
    package var issuerMayEndInSlash = false
    /// Our registration there.
    package var client: Client
    /// What client_kwargs adds to the authorization request: scope, prompt, then the others as written.
    package var authorizationParameters: [FormEncoding.Field] = []
    /// Whether the prompt among them is the library's own choice, which is not sent to a provider that does not list it.
    package var promptIsDefault = false
    /// The maximum number of seconds since the user last authenticated; also among `authorizationParameters`.
    package var maxAge: Int64?
    /// What the client presents at the token endpoint and the like (RFC 8705).
    package var clientCertificate: ClientCertificate?
    /// Issuers whose aggregated and distributed claims are accepted (OIDC Core 5.6.2).
    package var claimsProviders: [AbsoluteURL] = []
    /// Whether a login also queries the UserInfo endpoint for claims.
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

    /// What logins use of what metadata lists: the member's name, and the value.
    package var listedUses: [FormEncoding.Field] {
        let prompts = authorizationParameters.values(of: "prompt").flatMap { $0.split(at: " ") }
        return [
            .init("response_types_supported", "code"),
            .init("response_modes_supported", client.authorization.responseMode.name),
        ] + prompts.map { .init("prompt_values_supported", $0) }
    }

    package func isIssuer(_ text: Text) -> Bool {
        text == issuer || (issuerMayEndInSlash && text == issuer + "/")
    }
}
