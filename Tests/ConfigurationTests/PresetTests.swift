import Basics
import OpenIDConnect
import TestSupport
import Testing

@testable import Configuration

/// `provider = "google"` and its like.
@Suite struct PresetTests {
    static func section(_ lines: String) -> String {
        Sample.shared + "[auth.x]\nclient_id = \"client\"\nclient_secret = \"\(Sample.clientSecret)\"\n" + lines
    }

    static let suffix = "/.well-known/openid-configuration"
    static let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
    static let microsoft = "https://login.microsoftonline.com"

    /// The lines, the issuer, and where the metadata is, if not at the issuer's.
    static let addresses: [(String, String, String?)] = [
        ("provider = \"google\"", "https://accounts.google.com", nil),
        ("provider = \"apple\"", "https://appleid.apple.com", nil),
        (
            "provider = \"auth0\"\ndomain = \"acme.eu.auth0.com\"", "https://acme.eu.auth0.com/",
            "https://acme.eu.auth0.com" + suffix
        ),
        (
            "provider = \"cognito\"\nuser_pool_id = \"eu-central-1_AbCd12345\"",
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCd12345", nil
        ),
        ("provider = \"gitlab\"", "https://gitlab.com", nil),
        ("provider = \"gitlab\"\ndomain = \"example.com/git\"", "https://example.com/git", nil),
        (
            "provider = \"keycloak\"\ndomain = \"id.example.com\"\nrealm = \"main\"",
            "https://id.example.com/realms/main", nil
        ),
        (
            "provider = \"keycloak\"\ndomain = \"http://localhost:8080/auth\"\nrealm = \"main\"",
            "http://localhost:8080/auth/realms/main", nil
        ),
        ("provider = \"okta\"\ndomain = \"dev-123.okta.com\"", "https://dev-123.okta.com", nil),
        (
            "provider = \"okta\"\ndomain = \"dev-123.okta.com\"\nauthorization_server = \"default\"",
            "https://dev-123.okta.com/oauth2/default", nil
        ),
        ("provider = \"microsoft\"", microsoft + "/{tenantid}/v2.0", microsoft + "/common/v2.0" + suffix),
        (
            "provider = \"microsoft\"\ntenant = \"organizations\"", microsoft + "/{tenantid}/v2.0",
            microsoft + "/organizations/v2.0" + suffix
        ),
        (
            "provider = \"microsoft\"\ntenant = \"consumers\"",
            microsoft + "/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", microsoft + "/consumers/v2.0" + suffix
        ),
        ("provider = \"microsoft\"\ntenant = \"\(tenant)\"", microsoft + "/\(tenant)/v2.0", nil),
        (
            "provider = \"microsoft\"\ndomain = \"login.microsoftonline.us\"",
            "https://login.microsoftonline.us/{tenantid}/v2.0",
            "https://login.microsoftonline.us/common/v2.0" + suffix
        ),
    ]

    @Test(arguments: addresses) func addressesAreMade(lines: String, issuer: String, metadata: String?) throws {
        let provider = try provider(Self.section(lines))
        #expect(provider.issuer.string == issuer)
        #expect(provider.metadataURL?.text.string == metadata ?? issuer + Self.suffix)
    }

    /// A preset for the default provider, in [auth] itself.
    @Test func defaultProvider() throws {
        let toml = Sample.shared + "provider = \"google\"\nclient_id = \"c\"\nclient_secret = \"s\""
        #expect(try provider(toml).issuer == "https://accounts.google.com")
    }

    /// A section of Streamlit's with the preset beside it says the same twice.
    @Test func sameAddressTwice() throws {
        let url = "https://accounts.google.com" + Self.suffix
        let provider = try provider(Self.section("provider = \"google\"\nserver_metadata_url = \"\(url)\""))
        #expect(provider.metadataURL?.text.string == url)
    }

    @Test func whatIsWrittenWins() throws {
        let lines = "provider = \"gitlab\"\nclient_kwargs = { prompt = \"login\", ui_locales = \"de\" }"
        let fields = try provider(Self.section(lines)).authorizationParameters
        #expect(fields.values(of: "prompt") == ["login"] && fields.values(of: "ui_locales") == ["de"])
        let apple = try provider(
            Self.section(
                "provider = \"apple\"\nresponse_mode = \"query\"\nclient_kwargs = { scope = \"openid\" }"))
        #expect(apple.authorizationParameters.values(of: "scope") == ["openid"])
        #expect(apple.client.authorization.responseMode == .query)
        #expect(apple.client.authenticationMethod == .clientSecretPost)
    }

    /// Entra ID takes an assertion for its token endpoint only.
    @Test func assertionsForMicrosoft() throws {
        let lines = """
            provider = "microsoft"
            tenant = "\(Self.tenant)"
            client_private_key = \"\"\"
            \(TestKey.rsa.pem(.pkcs8).string)\"\"\"
            """
        let secret = "client_secret = \"\(Sample.clientSecret)\"\n"
        let provider = try provider(Self.section(lines).replacing(secret, with: ""))
        #expect(provider.client.authenticationMethod == .privateKeyJWT)
        #expect(provider.client.assertion.audience == .tokenEndpoint)
    }

    @Test(arguments: [
        ("google", "", ["select_account"]), ("gitlab", "", []),
        ("keycloak", "domain = \"a.example\"\nrealm = \"b\"", []), ("okta", "domain = \"a.example\"", []),
        ("apple", "", []), ("linkedin", "", []), ("github", "", ["select_account"]),
        ("microsoft", "", ["select_account"]),
    ])
    func promptThatTheProviderKnows(name: String, lines: String, prompt: [String]) throws {
        let provider = try provider(Self.section("provider = \"\(name)\"\n\(lines)"))
        #expect(provider.authorizationParameters.values(of: "prompt").map(\.string) == prompt)
    }

    static let names = "google, microsoft, apple, auth0, cognito, github, gitlab, keycloak, linkedin, okta"

    /// What is wrong, and with which line; the section begins in line 4.
    static let refusals: [Refusal] = [
        Refusal(
            "provider = \"facebook\"",
            "7:1: [auth.x] provider: is unknown; there are \(names); for any other, remove it and write "
                + "server_metadata_url"),
        Refusal("provider = \"gogle\"", "7:1: [auth.x] provider: is unknown; is google meant?"),
        Refusal(
            "provider = 1",
            "7:1: [auth.x] provider: must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; it is an "
                + "integer",
            "4:7: [auth.x] server_metadata_url: is missing; find it in the provider's documentation, such as "
                + "\"https://accounts.google.com\(suffix)\""),
        Refusal(
            "provider = \"google\"\nissuer = \"https://id.example.com\"",
            "8:1: [auth.x] issuer: is https://accounts.google.com for provider = \"google\"; remove one of the two"),
        Refusal(
            "provider = \"google\"\nserver_metadata_url = \"https://id.example.com\(suffix)\"",
            "8:1: [auth.x] server_metadata_url: is https://accounts.google.com\(suffix) for provider = \"google\"; "
                + "remove one of the two"),
        Refusal(
            "provider = \"github\"\ntoken_url = \"https://id.example.com/token\"",
            "8:1: [auth.x] token_url: is https://github.com/login/oauth/access_token for provider = \"github\"; "
                + "remove one of the two"),
        Refusal(
            "provider = \"github\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "8:1: [auth.x] server_metadata_url: does not apply to provider = \"github\" has; remove one of the two"),
        Refusal(
            "provider = \"google\"\nauthorize_url = \"https://id.example.com/authorize\"",
            "8:1: [auth.x] authorize_url: does not apply to provider = \"google\" has; remove one of the two"),
        Refusal(
            "provider = \"google\"\ndomain = \"example.com\"",
            "8:1: [auth.x] domain: is for provider = microsoft, auth0, github, gitlab, keycloak, okta; remove it, "
                + "or set that provider"),
        Refusal(
            "realm = \"main\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "7:1: [auth.x] realm: is for provider = keycloak; remove it, or set that provider"),
        Refusal(
            "provider = \"okta\"",
            "4:7: [auth.x] domain: is missing; it is a host name, such as \"acme.okta.com\""),
        Refusal(
            "provider = \"okta\"\ndomain = \"acme.okta.com/oauth2\"",
            "8:1: [auth.x] domain: must be a host name, such as \"acme.okta.com\""),
        Refusal(
            "provider = \"okta\"\ndomain = \"http://acme.okta.com\"",
            "8:1: [auth.x] domain: must be a host name, such as \"acme.okta.com\""),
        Refusal(
            "provider = \"auth0\"\ndomain = \"acme.eu.auth0.com/\"",
            "8:1: [auth.x] domain: must be a host name, such as \"acme.eu.auth0.com\""),
        Refusal(
            "provider = \"keycloak\"\ndomain = \"id.example.com/?x\"\nrealm = \"a/b\"",
            "8:1: [auth.x] domain: must be a host name, with a path if the provider has one, such as \"id.example.com\"",
            "9:1: [auth.x] realm: must be letters, digits, \"-\", \".\", \"_\" and \"~\", such as \"main\""),
        Refusal(
            "provider = \"cognito\"\nuser_pool_id = \"AbCd12345\"",
            "8:1: [auth.x] user_pool_id: must be the id of a user pool: REGION_NAME, such as \"eu-central-1_AbCd12345\""
        ),
        Refusal(
            "provider = \"microsoft\"\ntenant = \"contoso.onmicrosoft.com\"",
            "8:1: [auth.x] tenant: must be the tenant's id from the portal, or common, organizations or "
                + "consumers, such as \"common\""),
        Refusal(
            "provider = \"microsoft\"\ndomain = \"login.example.com\"",
            "8:1: [auth.x] domain: must be login.microsoftonline.com or login.microsoftonline.us or "
                + "login.partner.microsoftonline.cn, such as \"login.microsoftonline.com\""),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(Self.section(refusal.document)) == refusal.lines.map { "s.toml:\($0)" })
    }
}
