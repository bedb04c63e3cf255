import Basics
import Configuration
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// Providers without OpenID Connect.
@Suite struct OAuth2Tests {
    static let complete = """
        authorize_url = "https://id.example.com/authorize"
        token_url = "https://id.example.com/token"
        userinfo_url = "https://api.example.com/me"
        claim_map = { sub = "data.id", name = "data.name" }

        """

    static func server(_ lines: String) throws -> (ProviderSettings, OAuth2Settings) {
        let settings = try provider(PresetTests.section(lines))
        return (settings, try #require(settings.oauth2))
    }

    @Test func sectionIsTaken() throws {
        let (provider, server) = try Self.server(Self.complete)
        #expect(provider.issuer == "https://id.example.com")
        #expect(provider.metadataURL == nil)
        #expect(provider.authorizationParameters.isEmpty)
        #expect(!provider.connection.allowsLoopback)
        #expect(server.authorizationEndpoint.text == "https://id.example.com/authorize")
        #expect(server.tokenEndpoint.text == "https://id.example.com/token")
        #expect(server.userInfoEndpoint.text == "https://api.example.com/me")
        #expect(server.emailsEndpoint == nil)
        #expect(server.claimMap.map(\.claim) == ["sub", "name"])
        #expect(server.claimMap.map(\.path.text) == ["data.id", "data.name"])
    }

    @Test func scopeNeedsNoOpenID() throws {
        let (provider, _) = try Self.server(
            Self.complete + "client_kwargs = { scope = \"identify\", prompt = \"none\" }")
        #expect(provider.authorizationParameters.map(\.value) == ["identify", "none"])
    }

    @Test func issuerOfItsOwn() throws {
        #expect(
            try Self.server(Self.complete + "issuer = \"https://id.example.com/as\"").0.issuer
                == "https://id.example.com/as")
    }

    @Test(arguments: [
        ("", "https://github.com", "https://api.github.com"),
        ("domain = \"octo.ghe.com\"", "https://octo.ghe.com", "https://api.octo.ghe.com"),
        ("domain = \"git.example.com\"", "https://git.example.com", "https://git.example.com/api/v3"),
    ])
    func gitHub(lines: String, site: String, api: String) throws {
        let (provider, server) = try Self.server("provider = \"github\"\n" + lines)
        #expect(provider.issuer.string == site + "/login/oauth")
        #expect(server.authorizationEndpoint.text.string == site + "/login/oauth/authorize")
        #expect(server.tokenEndpoint.text.string == site + "/login/oauth/access_token")
        #expect(server.userInfoEndpoint.text.string == api + "/user")
        #expect(server.emailsEndpoint?.text.string == api + "/user/emails")
        #expect(provider.client.authenticationMethod == .clientSecretPost)
        #expect(provider.authorizationParameters.values(of: "scope") == ["read:user user:email"])
    }

    /// Without the scope, GitHub refuses to list addresses.
    @Test(arguments: [("read:user", false), ("user", true), ("user:email", true)])
    func gitHubAddresses(scope: String, areAsked: Bool) throws {
        let (_, server) = try Self.server("provider = \"github\"\nclient_kwargs = { scope = \"\(scope)\" }")
        #expect((server.emailsEndpoint != nil) == areAsked)
    }

    @Test func claimMapOfAPresetIsAddedTo() throws {
        let (_, server) = try Self.server(
            "provider = \"github\"\nclaim_map = { company = \"company\", name = \"login\" }")
        #expect(server.claimMap.first { $0.claim == "company" }?.path.text == "company")
        #expect(server.claimMap.first { $0.claim == "name" }?.path.text == "login")
        #expect(server.claimMap.first { $0.claim == "sub" }?.path.text == "id")
    }

    /// What a subject means is part of what a session is bound to.
    @Test func otherMeaningsOtherTexts() throws {
        let texts = try [
            Self.complete, Self.complete.replacing("data.id", with: "data.uid"),
            Self.complete.replacing("/me", with: "/you"), Self.complete.replacing("name =", with: "nickname ="),
            Self.complete + "emails_url = \"https://api.example.com/emails\"",
        ].map { try Self.server($0).1.canonicalText.string }
        #expect(Set(texts).count == texts.count)
    }

    @Test func onThisMachine() throws {
        let lines = Self.complete.replacing("https://api.example.com", with: "http://localhost:1")
        #expect(try Self.server(lines).0.connection.allowsLoopback)
    }

    static let openID = "is for OpenID providers; this one has neither metadata nor ID tokens, remove it"

    /// What is added to a complete section stands in line 11.
    static let refusals: [Refusal] = [
        Refusal("userinfo = true", "[auth.x] userinfo: \(openID)"),
        Refusal("trusted_audiences = [\"a\"]", "[auth.x] trusted_audiences: \(openID)"),
        Refusal("id_token_signed_response_alg = \"RS256\"", "[auth.x] id_token_signed_response_alg: \(openID)"),
        Refusal("response_mode = \"jwt\"", "[auth.x] response_mode: \(openID)"),
        Refusal(
            "require_pushed_authorization_requests = true", "[auth.x] require_pushed_authorization_requests: \(openID)"),
        Refusal("required_acr_values = [\"1\"]", "[auth.x] required_acr_values: \(openID)"),
        Refusal("client_kwargs = { max_age = 1 }", "[auth.x.client_kwargs] max_age: \(openID)"),
        Refusal("client_kwargs = { acr_values = \"1\" }", "[auth.x.client_kwargs] acr_values: \(openID)"),
        Refusal("emails_url = \"mail\"", "[auth.x] emails_url: must be an absolute URL that begins with https://"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let lines = try problems(PresetTests.section(Self.complete + refusal.document))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("s.toml:11:") == true)
        #expect(lines.first?.hasSuffix(refusal.lines[0]) == true, "\(lines)")
    }

    static let needed =
        "is missing; a provider without OpenID Connect requires authorize_url, token_url and userinfo_url"
    static let map = "such as { sub = \"id\", name = \"name\" }"

    /// A section without its line of this key, and with another.
    static let replacements: [(String, String, String)] = [
        ("authorize_url", "", "4:7: [auth.x] authorize_url: \(needed)"),
        ("token_url", "", "4:7: [auth.x] token_url: \(needed)"),
        ("userinfo_url", "", "4:7: [auth.x] userinfo_url: \(needed)"),
        (
            "claim_map", "",
            "4:7: [auth.x] claim_map: is missing; it maps claims to members of userinfo_url's answer, \(map)"
        ),
        (
            "claim_map", "claim_map = { name = \"n\" }",
            "10:1: [auth.x] claim_map: must be a table of claims that includes sub, \(map)"
        ),
        (
            "claim_map", "claim_map = \"id\"",
            "10:1: [auth.x] claim_map: must be a table of claims that includes sub, \(map)"
        ),
        (
            "claim_map", "claim_map = { sub = \"id\", protocol = \"p\" }",
            "10:27: [auth.x.claim_map] protocol: is set by this library; remove it"
        ),
        (
            "claim_map", "claim_map = { sub = \"id\", iss = \"p\" }",
            "10:27: [auth.x.claim_map] iss: is set by this library; remove it"
        ),
        (
            "claim_map", "claim_map = { sub = \"\" }",
            "10:15: [auth.x.claim_map] sub: is not a path into the answer: 1 to 256 characters and at most 8 dots"
        ),
        (
            "token_url", "token_url = \"http://id.example.com/token\"",
            "10:1: [auth.x] token_url: must begin with https://; http:// is only for a provider on this machine"
        ),
    ]

    @Test(arguments: replacements) func isRefused(key: String, line: String, problem: String) throws {
        let kept = Self.complete.split(separator: "\n").filter { !$0.hasPrefix(key + " ") }
        let document = PresetTests.section((kept + [Substring(line)]).joined(separator: "\n"))
        #expect(try problems(document) == ["s.toml:" + problem])
    }

    @Test func addressesTwice() throws {
        let lines = Self.complete + "emails_url = \"https://api.example.com/emails\"\n"
        let doubled = lines.replacing("name = \"data.name\"", with: "email = \"e\"")
        #expect(
            try problems(PresetTests.section(doubled)) == [
                "s.toml:10:32: [auth.x.claim_map] email: comes from emails_url; remove one of the two"
            ])
    }

    /// Authlib's keys beside metadata are a mistake; alone they mean another kind of provider.
    @Test func bothKinds() throws {
        let lines = try problems(PresetTests.section(Self.complete + "server_metadata_url = \"\(Sample.metadataURL)\""))
        #expect(lines.count == 4)
        for line in lines {
            #expect(
                line.hasSuffix(
                    "is for a provider without OpenID Connect; the metadata at server_metadata_url has it, remove it"))
        }
    }
}
