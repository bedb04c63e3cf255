import Basics
import JOSE
import JSON
import TestSupport
import Testing

/// Each preset, from its section to a session, with the metadata of the real provider.
@Suite struct PresetLoginTests {
    static let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    static let microsoft = "https://login.microsoftonline.com/"
    static let wellKnown = "/.well-known/openid-configuration"

    struct Case: Sendable, CustomTestStringConvertible {
        /// The name of its metadata.
        let name: String
        let lines: String
        /// Where its metadata is looked for.
        let base: String
        /// What tokens name as issuer; the metadata's if not said.
        var issuer: String?
        var tenant: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "google", lines: "provider = \"google\"", base: "https://accounts.google.com"),
        Case(
            name: "microsoft-common", lines: "provider = \"microsoft\"", base: microsoft + "common/v2.0",
            issuer: microsoft + tenant + "/v2.0", tenant: tenant),
        Case(
            name: "microsoft-organizations", lines: "provider = \"microsoft\"\ntenant = \"organizations\"",
            base: microsoft + "organizations/v2.0", issuer: microsoft + tenant + "/v2.0", tenant: tenant),
        Case(
            name: "microsoft-consumers", lines: "provider = \"microsoft\"\ntenant = \"consumers\"",
            base: microsoft + "consumers/v2.0", tenant: consumers),
        Case(
            name: "microsoft-tenant", lines: "provider = \"microsoft\"\ntenant = \"\(tenant)\"",
            base: microsoft + tenant + "/v2.0", tenant: tenant),
        Case(name: "apple", lines: "provider = \"apple\"", base: "https://appleid.apple.com"),
        Case(
            name: "auth0", lines: "provider = \"auth0\"\ndomain = \"acme.eu.auth0.com\"",
            base: "https://acme.eu.auth0.com"),
        Case(
            name: "cognito", lines: "provider = \"cognito\"\nuser_pool_id = \"eu-central-1_AbCd12345\"",
            base: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCd12345"),
        Case(name: "gitlab", lines: "provider = \"gitlab\"", base: "https://gitlab.com"),
        Case(
            name: "keycloak", lines: "provider = \"keycloak\"\ndomain = \"id.example.com\"\nrealm = \"main\"",
            base: "https://id.example.com/realms/main"),
        Case(name: "linkedin", lines: "provider = \"linkedin\"", base: "https://www.linkedin.com/oauth"),
        Case(
            name: "okta-org", lines: "provider = \"okta\"\ndomain = \"acme.okta.com\"", base: "https://acme.okta.com"),
        Case(
            name: "okta-default",
            lines: "provider = \"okta\"\ndomain = \"acme.okta.com\"\nauthorization_server = \"default\"",
            base: "https://acme.okta.com/oauth2/default"),
    ]

    static func provider(_ example: Case) throws -> RecordedProvider {
        let metadata = try RecordedProvider.metadata(example.name)
        let issuer = try example.issuer.map { Text($0) } ?? #require(metadata["issuer"]?.text)
        let provider = RecordedProvider(metadataURL: example.base + wellKnown, metadata: metadata, issuer: issuer)
        if let tenant = example.tenant { provider.claims["tid"] = .string(Text(tenant)) }
        return provider
    }

    static let secret = "\nclient_secret = \"a-secret-of-at-least-thirty-two-bytes\""

    @Test(arguments: cases) func fromSectionToSession(_ example: Case) throws {
        let provider = try Self.provider(example)
        let site = try PresetSite(example.lines + Self.secret, provider)
        let location = try site.startLogin()
        #expect(location.hasPrefix(provider.url("authorization_endpoint") + "?"))
        let prompts = provider.metadata["prompt_values_supported"]?.array
        for prompt in FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "prompt") ?? [] {
            #expect(prompts?.contains(.string(prompt)) ?? true)
        }
        let user = try site.login().get()
        #expect(user["iss"] == .string(provider.issuer))
        #expect(user["sub"] == "user-1" && user["provider"] == "x" && user["protocol"] == nil)
    }

    /// Every preset without OpenID Connect aside, there is metadata for each.
    @Test func everyPresetIsHere() throws {
        let named = Set(Self.cases.map { $0.lines.split(separator: "\"")[1] })
        #expect(
            named.sorted() == [
                "apple", "auth0", "cognito", "gitlab", "google", "keycloak", "linkedin", "microsoft", "okta",
            ])
    }

    /// Apple gives the address with a form, and the name in a field of it that nobody has signed.
    @Test func appleAnswersWithAForm() throws {
        let example = try #require(Self.cases.first { $0.name == "apple" })
        let provider = try Self.provider(example)
        provider.claims["email"] = "ada@privaterelay.appleid.com"
        let user = try PresetSite(example.lines + Self.secret, provider).login {
            $0 + [.init("user", #"{"name":{"firstName":"Mallory"},"email":"mallory@example.com"}"#)]
        }.get()
        #expect(provider.posts)
        #expect(user["email"] == "ada@privaterelay.appleid.com" && user["name"] == nil && user["user"] == nil)
    }

    @Test func appleTakesTheSecretInTheBody() throws {
        let example = try #require(Self.cases.first { $0.name == "apple" })
        let provider = try Self.provider(example)
        _ = try PresetSite(example.lines + Self.secret, provider).login().get()
        let request = try #require(provider.tokenRequests.first)
        #expect(!request.headers.contains { $0.name == "Authorization" })
        #expect(
            FormEncoding.decode(request.body)?.values(of: "client_secret") == ["a-secret-of-at-least-thirty-two-bytes"])
    }

    /// The secret that Apple wants: a JWT of the team's, new for each login.
    @Test func appleSecretIsMade() throws {
        let example = try #require(Self.cases.first { $0.name == "apple" })
        let provider = try Self.provider(example)
        let key = TestKey.p256
        let lines = """
            team_id = "ABCDE12345"
            client_private_key_id = "KEY1234567"
            client_private_key = \"\"\"
            \(key.pem(.pkcs8).string)\"\"\"
            """
        _ = try PresetSite(example.lines + "\n" + lines, provider).login().get()
        let request = try #require(provider.tokenRequests.first)
        let fields = try #require(FormEncoding.decode(request.body))
        #expect(fields.values(of: "client_assertion").isEmpty && fields.values(of: "client_id") == ["client"])
        let secret = try #require(fields.values(of: "client_secret").first.flatMap { JWS($0) })
        var jwk = key.jwk
        jwk["kid"] = "KEY1234567"
        #expect(secret.verify(with: try #require(JWKSet(["keys": [.object(jwk)]])), algorithm: .es256) == .genuine)
        #expect(secret.keyID == "KEY1234567" && secret.algorithm == "ES256")
        #expect(
            secret.payload == [
                "iss": "ABCDE12345", "sub": "client", "aud": "https://appleid.apple.com",
                "iat": .integer(Site.start), "exp": .integer(Site.start + 60),
            ])
    }

    /// Okta answers a logout without id_token_hint with an error page: the user is signed out here alone then.
    @Test(arguments: [(0, true), (2500, false)])
    func oktaGetsNoLogoutWithoutHint(length: Int, isSent: Bool) throws {
        let example = try #require(Self.cases.first { $0.name == "okta-org" })
        let provider = try Self.provider(example)
        provider.claims["groups"] = .string(Text(String(repeating: "g", count: length)))
        let site = try PresetSite(example.lines + Self.secret, provider)
        _ = try site.login().get()
        let location = try site.logOut()
        #expect(location?.hasPrefix("https://acme.okta.com/oauth2/v1/logout?id_token_hint=") == isSent)
        #expect(isSent || location == "/")
    }

    /// Google's hd in the address is a wish; the rule is what counts.
    @Test(arguments: [("example.com", true), ("example.org", false), (nil, false)])
    func hostedDomainIsEnforced(domain: String?, isAllowed: Bool) throws {
        let provider = try Self.provider(Self.cases[0])
        if let domain { provider.claims["hd"] = .string(Text(domain)) }
        let lines = Self.cases[0].lines + Self.secret + "\nclient_kwargs = { hd = \"example.com\" }"
        switch try PresetSite(lines, provider).login() {
        case .success: #expect(isAllowed)
        case .failure(let failure): #expect(!isAllowed && failure.code == .userNotAllowed)
        }
    }
}
