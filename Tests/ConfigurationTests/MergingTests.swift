import Basics
import Configuration
import Settings
import Testing

/// Several files, and keys that the program sets.
@Suite struct MergingTests {
    @Test func laterKeysReplaceEarlierOnes() throws {
        let configuration = try configuration(
            Sample.complete + "client_kwargs = { prompt = 'login', hd = 'a' }\n[auth.other]\n" + Sample.provider)
        try configuration.load(
            toml: Array(
                """
                [auth]
                cookie_prefix = "app"
                client_kwargs.hd = "b"
                [auth.other]
                client_id = "another"
                [auth.third]
                \(Sample.provider)
                """.utf8))
        let settings = try configuration.settings()
        #expect(settings.cookiePrefix == "app")
        #expect(settings.providers.map { $0.name } == ["default", "other", "third"])
        #expect(
            settings.providers[0].authorizationParameters.dropFirst() == [.init("prompt", "login"), .init("hd", "b")])
        #expect(settings.providers[1].client.id == "another")
        #expect(settings.providers[1].client.secret?.text == Sample.clientSecret)
    }

    @Test func referencesAreReplacedWhole() throws {
        let configuration = try configuration(Sample.complete + "[auth.a]\n" + Sample.provider)
        try configuration.load(toml: Array("[auth.a]\nclient_id = { env = 'STAUTH_TEST_NONE' }".utf8), named: "t.toml")
        try configuration.load(toml: Array("[auth.a]\nclient_id = { file = '/nowhere/id' }".utf8), named: "u.toml")
        #expect(
            try problems(configuration) == [
                "u.toml:2:1: [auth.a] client_id: cannot read /nowhere/id: no such file; create it, or fix the path "
                    + "(relative paths start at the working directory)"
            ])
    }

    /// A file that was caught half-written.
    @Test(arguments: ["[auth]\ncookie_prefix = \"app\"\nclient_id =", "auth = 5", "[auth]\n\u{0}"])
    func failedLoadChangesNothing(document: String) throws {
        let configuration = try configuration(Sample.complete)
        #expect(throws: Failure.self) { try configuration.load(toml: Array(document.utf8)) }
        #expect(throws: Failure.self) { try configuration.load(file: "/nowhere/secrets.toml") }
        #expect(throws: Failure.self) { try configuration.set(key: "nonsense", value: "x") }
        let settings = try configuration.settings()
        #expect(settings.cookiePrefix == "stauth")
        #expect(settings.providers.first?.client.id == "client")
    }

    @Test func everythingMayBeSet() throws {
        let configuration = Configuration()
        for (key, value): (Text, Text) in [
            ("auth.redirect_uri", "http://localhost:{port}/cb"), ("auth.port", "8080"),
            ("auth.session_lifetime", "3600"),
            ("auth.idle_timeout", "15m"), ("auth.cookie_secret", Text(Sample.cookieSecret)),
            ("auth.session_claims", "[\"sub\", \"email\"]"),
            ("auth.'my provider'.client_id", "c"), ("auth.\"my provider\".userinfo", "true"),
            ("auth.'my provider'.server_metadata_url", Text(Sample.metadataURL)),
            ("auth.'my provider'.client_kwargs.max_age", "60"), ("auth.'my provider'.client_kwargs.hd", "example.com"),
            ("auth.'my provider'.trusted_audiences", "another"), ("auth . 'my provider' . timeout", "7"),
        ] {
            try configuration.set(key: key, value: value)
        }
        let settings = try configuration.settings()
        #expect(settings.site.text == "http://localhost:8080/cb")
        #expect(settings.sessionLifetime == 3600)
        #expect(settings.idleTimeout == 900)
        #expect(settings.sessionClaims == ["sub", "email"])
        let provider = try #require(settings.provider(named: "my provider"))
        #expect(provider.fetchesUserInfo)
        #expect(provider.maxAge == 60)
        #expect(provider.client.trustedAudiences == ["another"])
        #expect(provider.connection.timeout == 7000)
        #expect(provider.authorizationParameters.dropFirst(2) == [.init("max_age", "60"), .init("hd", "example.com")])
    }

    @Test func setReplacesWhatWasLoaded() throws {
        let configuration = try configuration(Sample.complete)
        try configuration.set(key: "auth.client_id", value: "first")
        try configuration.set(key: "auth.client_id", value: "second")
        #expect(try configuration.settings().providers.first?.client.id == "second")
    }

    /// A ring of secrets may be set as well; a secret that only looks like one stays text.
    @Test func valueInBrackets() throws {
        let configuration = try configuration(Sample.complete)
        let ring = "['\(Sample.cookieSecret)', '\(Sample.clientSecret)']"
        try configuration.set(key: "auth.cookie_secret", value: Text(ring))
        #expect(try configuration.settings().cookieSecrets.count == 2)
        for value in ["[\(Sample.cookieSecret)", "['\(Sample.cookieSecret)']\nport = 5", "[\(Sample.cookieSecret)]"] {
            try configuration.set(key: "auth.cookie_secret", value: Text(value))
            let problems = try problems(configuration)
            #expect(problems.isEmpty != value.contains("\n"))
        }
    }

    @Test func problemOfASetKeyHasNoPlace() throws {
        let configuration = try configuration(Sample.complete)
        try configuration.set(key: "auth.port", value: "http")
        try configuration.set(key: "auth.userinfo", value: "yes")
        try configuration.set(key: "auth.prot", value: "1")
        #expect(
            try problems(configuration) == [
                "[auth] prot: is not a known key; is port meant?",
                "[auth] port: must be an integer from 1 to 65535, without quotes",
                "[auth] userinfo: must be true or false, without quotes; it is text",
            ])
    }

    @Test(arguments: [
        "", "auth", "auth.", ".auth", "client_id", "Auth.client_id", "auth.a.b.c.d.e", "auth.a = 1", "auth.a = 1 #",
        "auth.a #",
        "auth.a\nauth.b", "[auth]", "auth.a\0", "auth..a", "other.client_id", "auth.a b", "auth.'a",
        "auth." + String(repeating: "a", count: 600),
    ])
    func keysThatAreNone(key: String) throws {
        let configuration = Configuration()
        do {
            try configuration.set(key: Text(key), value: "x")
            Issue.record("was taken")
        } catch {
            #expect(
                lines(of: error) == [
                    "a key to set must be written as in TOML: \"auth.redirect_uri\" or \"auth.NAME.client_id\""
                ])
        }
    }

    @Test func nothingGiven() throws {
        #expect(
            try problems(Configuration()) == [
                "there is no [auth] table; write one with redirect_uri, cookie_secret and a provider's client_id, "
                    + "client_secret and server_metadata_url"
            ])
    }

    /// st_app_new() may be called again after more was set.
    @Test func settingsMayBeReadTwice() throws {
        let configuration = try configuration(Sample.shared)
        #expect(try problems(configuration).count == 1)
        try configuration.load(toml: Array(("[auth.a]\n" + Sample.provider).utf8))
        let first = try configuration.settings()
        try configuration.set(key: "auth.a.client_id", value: "changed")
        #expect(first.providers.first?.client.id == "client")
        #expect(try configuration.settings().providers.first?.client.id == "changed")
    }
}
