import Basics
import Configuration
import Environment
import RelyingParty
import TestSupport
import Testing

/// What the operator learns about providers whose responses cannot be distinguished.
@Suite struct SharedCallbackTests {
    private static let gitHub = """
        authorize_url = "https://git.example.com/authorize"
        token_url = "https://git.example.com/token"
        userinfo_url = "https://git.example.com/user"
        claim_map = { sub = "id" }
        """

    /// The providers that are warned of, with the others that theirs is shared with.
    private func warnings(_ log: RecordingLog) -> [String] {
        log.lines.filter { $0.hasPrefix("event=redirect_uri_shared ") }.compactMap { line in
            line.split(separator: " message=").first.map { String($0.dropFirst("event=redirect_uri_shared ".count)) }
        }
    }

    /// One provider each in [auth.a] and [auth.b].
    private func makeApplication(
        a: String, b: String, redirectURI: String = "https://app.example.com/cb", _ log: RecordingLog
    ) throws {
        let secret = "client_id = \"c\"\nclient_secret = \"0123456789abcdef\"\n"
        let configuration = Configuration()
        try configuration.load(
            toml: Array(
                """
                [auth]
                redirect_uri = "\(redirectURI)"
                cookie_secret = "\(Site.cookieSecret)"
                [auth.a]
                \(secret)\(a)
                [auth.b]
                \(secret)\(b)
                """.utf8))
        _ = try Application(
            settings: configuration.settings(),
            environment: Environment(
                clock: FakeClock(Site.start), random: SequenceRandom(), log: log, transport: FakeNetwork([])))
    }

    @Test func providerWithoutIssuer() throws {
        let site = try Site()
        site.work.metadata["authorization_response_iss_parameter_supported"] = true
        #expect(warnings(site.log).isEmpty)
        try site.preload()
        #expect(warnings(site.log) == ["provider=google with=work"])
        // Once, however often the metadata is fetched.
        site.clock.advance(90_000)
        try site.preload()
        #expect(site.google.count(.metadata) == 2)
        #expect(warnings(site.log).count == 1)
    }

    @Test(arguments: ["https://app.example.com/cb/{provider}", "https://app.example.com/cb-{provider}"])
    func callbackOfItsOwn(redirectURI: String) throws {
        let site = try Site(redirectURI: redirectURI)
        try site.preload()
        #expect(warnings(site.log).isEmpty)
        #expect(site.google.count(.metadata) == 1)
    }

    @Test func bothNameThemselves() throws {
        let site = try Site()
        for provider in [site.google, site.work] {
            provider.metadata["authorization_response_iss_parameter_supported"] = true
        }
        try site.preload()
        #expect(warnings(site.log).isEmpty)
    }

    /// It is the answers of the provider that the user chose that must be signed: what the other one is asked for is for
    /// whoever sends the user on to decide.
    @Test func signedAnswers() throws {
        let site = try Site(google: "response_mode = \"jwt\"")
        try site.preload()
        #expect(warnings(site.log) == ["provider=google with=work"])
    }

    /// Plain OAuth 2.0 has no metadata: known at once.
    @Test func withoutOpenIDConnect() throws {
        let log = RecordingLog()
        let other = "server_metadata_url = \"https://b.example.com/.well-known/openid-configuration\""
        try makeApplication(a: Self.gitHub, b: other, log)
        #expect(warnings(log) == ["provider=a with=b"])
    }

    /// GitHub and others take every address that lies below the registered one.
    @Test(arguments: [("/cb", true), ("/cb/b", true), ("/CB/b", true), ("/cb2", false), ("/other", false), ("/", true)])
    func callbackBelowAnother(path: String, isShared: Bool) throws {
        let log = RecordingLog()
        let own = path == "/" ? "" : "\nredirect_uri = \"https://app.example.com\(path)\""
        let other = "server_metadata_url = \"https://b.example.com/.well-known/openid-configuration\"\(own)"
        try makeApplication(a: Self.gitHub, b: other, log)
        #expect(warnings(log) == (isShared ? ["provider=a with=b"] : []))
    }

    /// Two registrations at one server are not two parties.
    @Test func sameServerTwice() throws {
        let log = RecordingLog()
        try makeApplication(a: Self.gitHub, b: Self.gitHub, log)
        #expect(warnings(log).isEmpty)
    }

    /// The same issuer by configuration, with another server behind it: its name tells nothing.
    @Test func sameIssuerElsewhere() throws {
        let log = RecordingLog()
        let copy = Self.gitHub.replacing("https://git.example.com/token", with: "https://evil.example.com/token")
        try makeApplication(a: Self.gitHub, b: copy, log)
        #expect(warnings(log) == ["provider=a with=b", "provider=b with=a"])
    }
}
