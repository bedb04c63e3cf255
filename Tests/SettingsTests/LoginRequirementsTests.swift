import Basics
import Configuration
import JSON
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// Who signed in under other requirements signs in again; what is no requirement ends no session.
@Suite struct LoginRequirementsTests {
    private static func settings(_ lines: String, plain: Bool = false) throws -> ProviderSettings {
        let address =
            plain
            ? """
            authorize_url = "https://op.example/authorize"
            token_url = "https://op.example/token"
            userinfo_url = "https://op.example/me"
            claim_map = { sub = "id" }
            """ : #"server_metadata_url = "https://op.example/.well-known/openid-configuration""#
        let configuration = Configuration()
        try configuration.load(
            toml: Array(
                """
                [auth]
                redirect_uri = "https://app.example.com/oauth2callback"
                cookie_secret = "5f2d9c81b04e7a36d8c1f0927be45a6318c7d2e09fab4b6d"
                [auth.x]
                \(lines.contains("client_id =") ? "" : #"client_id = "x""#)
                \(lines.contains("client_secret =") ? "" : #"client_secret = "secret-0123456789-0123456789-abcdef""#)
                \(lines.contains("url =") && !plain ? "" : address)
                \(lines)
                """.utf8))
        return try #require(try configuration.settings().providers.first { $0.name == "x" })
    }

    // MARK: - Each setting

    static let requirements: [String] = [
        #"client_id = "y""#, "required_acr_values = [\"mfa\"]", "required_acr_values = [\"mfa\", \"hwk\"]",
        "client_kwargs = { max_age = 60 }", "client_kwargs = { max_age = 61 }",
        "client_kwargs = { claims = { id_token = { acr = { essential = true, value = \"mfa2\" } } } }",
        "client_kwargs = { claims = { id_token = { auth_time = { essential = true } } } }",
        "id_token_signed_response_alg = \"RS256\"", "id_token_signed_response_alg = \"HS256\"",
        "id_token_signed_response_alg = [\"RS256\", \"ES256\"]", "trusted_audiences = [\"y\"]",
        "trusted_audiences = [\"y\", \"z\"]", "userinfo = true",
        "userinfo = true\nuserinfo_signed_response_alg = \"RS256\"",
        "userinfo = true\nuserinfo_encrypted_response_alg = \"dir\"", "id_token_encrypted_response_alg = \"dir\"",
        "id_token_encrypted_response_alg = \"dir\"\nid_token_encrypted_response_enc = \"A256GCM\"",
        "response_mode = \"jwt\"", "response_mode = \"jwt\"\nauthorization_signed_response_alg = \"ES256\"",
        "insecure_allow_missing_nonce = true", "dpop_bound_access_tokens = true",
        "claims_providers = [\"https://records.example\"]",
        "allowed_domains = [\"example.com\"]", "allowed_emails = [\"a@example.com\"]", "allowed_groups = [\"a\"]",
        "required_claims = { acr = \"mfa\" }", "required_claims = { acr = \"mfa\", x = 1 }",
        #"server_metadata_url = "https://other.example/.well-known/openid-configuration""#,
        #"""
        server_metadata_url = "https://op.example/.well-known/openid-configuration"
        issuer = "https://op.example"
        """#,
        #"""
        server_metadata_url = "https://other.example/.well-known/openid-configuration"
        issuer = "https://op.example"
        """#,
        #"""
        server_metadata_url = "https://op.example/common/.well-known/openid-configuration"
        issuer = "https://op.example/{tenantid}"
        allowed_tenants = ["8eaef023-2b34-4da1-9baa-8bc8c9d6a490"]
        """#,
    ]

    @Test func requirementsTellLoginsApart() throws {
        let texts = try ([""] + Self.requirements).map { try LoginRequirements(Self.settings($0)).text.string }
        for (index, text) in texts.enumerated() {
            #expect(texts.firstIndex(of: text) == index, "as another: \(([""] + Self.requirements)[index])")
        }
        let plain = try ["", #"emails_url = "https://op.example/emails""#, #"allowed_emails = ["a@example.com"]"#].map {
            try LoginRequirements(Self.settings($0, plain: true)).text.string
        }
        #expect(Set(texts + plain).count == texts.count + plain.count)
    }

    @Test(arguments: [
        #"client_secret = "another-0123456789-0123456789-abcdef""#, #"display_name = "X""#,
        "client_kwargs = { prompt = \"login\", scope = \"openid\" }", "client_kwargs = { acr_values = \"mfa\" }",
        "client_kwargs = { claims = { id_token = { acr = {} } } }",
        #"token_endpoint_auth_method = "client_secret_post""#,
        #"response_mode = "form_post""#, "require_pushed_authorization_requests = true", #"logout = "local""#,
        "insecure_omit_pkce = true",
        "timeout = 5", #"http_proxy = "http://localhost:3128""#,
    ])
    func noRequirement(lines: String) throws {
        #expect(try LoginRequirements(Self.settings(lines)).text == LoginRequirements(Self.settings("")).text)
    }

    // MARK: - A setting that is new

    /// Every setting of a provider, and whether it is part of the requirements. Whoever adds one decides it here.
    private static let isRequirement: [String: Bool] = [
        "name": true, "displayName": false, "kind": true, "issuer": true, "issuerMayEndInSlash": true, "client": true,
        "authorizationParameters": false, "promptIsDefault": false, "maxAge": true, "clientCertificate": false,
        "claimsProviders": true,
        "fetchesUserInfo": true, "authorizationRules": true, "logout": false, "connection": false,
        // Of `client`.
        "id": true, "secret": false, "redirectURI": false, "authenticationMethod": false, "assertion": false,
        "authorization": true, "allowedAlgorithms": true, "tokens": true, "trustedAudiences": true,
        "accessTokens": false,
        // Of `authorization`.
        "responseMode": true, "responseAlgorithms": true, "requiresPushedRequests": false,
        "requiresResponseIssuer": true, "requestObjectAlgorithm": false, "requiredContexts": true,
        "omitsCodeChallenge": false, "allowsMissingNonce": true,
        "requiresAuthenticationTime": true,
        // Of `tokens`.
        "idTokenEncryption": true, "userInfoAlgorithms": true, "userInfoEncryption": true, "decryptionKey": false,
        "sendsAccessTokenInBody": false, "bindsAccessTokens": true,
        // Of `kind` for plain OAuth 2.0.
        "authorizationEndpoint": true, "tokenEndpoint": true, "userInfoEndpoint": true, "emailsEndpoint": true,
        "claimMap": true,
    ]

    @Test func everySettingIsJudged() throws {
        let settings = try Self.settings("", plain: true)
        let server = try #require(settings.oauth2)
        let parts: [Any] = [settings, settings.client, settings.client.authorization, settings.client.tokens, server]
        let names = parts.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }
        #expect(names.sorted() == Self.isRequirement.keys.sorted())
    }
}
