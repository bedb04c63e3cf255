import Basics
import Configuration
import Environment
import RelyingParty
import TestSupport
import Testing

@Suite struct ProviderChoiceTests {
    /// Attack 60.
    @Test(arguments: [
        "nobody", "Google", "google%20", "../google", "..%2Fgoogle", "%2e%2e", "google%00", "%3Cscript%3E", "%0d%0aX:1",
        "default", String(repeating: "g", count: 5000),
    ])
    func unknownProvider(name: String) throws {
        let site = try Site()
        let answer = try Browser(site).get("/auth/login?provider=\(name)")
        #expect(answer.status == 404)
        #expect(answer.code == "provider_unknown")
        #expect(answer.setCookies.isEmpty)
        #expect(answer.header("Location") == nil)
        #expect(answer.body.contains(#"href="/""#))
        #expect(!answer.body.contains("<script>"))
        #expect(site.events == ["login_refused"])
        #expect(site.google.requestCount + site.work.requestCount == 0)
    }

    @Test func defaultProvider() throws {
        let network = FakeProvider(
            "https://id.example.com", clientID: "c", clientSecret: "s-0123456789", clock: FakeClock(1))
        let application = try Self.application(network, section: "[auth]")
        let request = try HostRequest(application, IncomingRequest(method: "GET", target: "/auth/login"))
        #expect(try request.begin() == .respond)
        #expect(request.responseStatus == 302)
    }

    /// With one provider, a login need not name it, whatever its name.
    @Test func onlyProvider() throws {
        let network = FakeProvider(
            "https://id.example.com", clientID: "c", clientSecret: "s-0123456789", clock: FakeClock(1))
        let application = try Self.application(network, section: "[auth.corp]")
        for target: Text in ["/auth/login", "/auth/login?provider=corp"] {
            let request = try HostRequest(application, IncomingRequest(method: "GET", target: target))
            #expect(try request.begin() == .respond)
            #expect(request.responseStatus == 302)
        }
        let request = try HostRequest(
            application, IncomingRequest(method: "GET", target: "/auth/login?provider=default"))
        #expect(try request.begin() == .respond)
        #expect(request.responseStatus == 404)
    }

    private static func application(_ provider: FakeProvider, section: String) throws -> Application {
        let configuration = Configuration()
        let toml = """
            [auth]
            redirect_uri = "https://app.example.com/oauth2callback"
            cookie_secret = "\(Site.cookieSecret)"
            \(section == "[auth]" ? "" : section)
            client_id = "\(provider.clientID)"
            client_secret = "\(provider.clientSecret)"
            server_metadata_url = "\(provider.issuer)/.well-known/openid-configuration"
            """
        try configuration.load(toml: Array(toml.utf8))
        return try Application(
            settings: configuration.settings(),
            environment: Environment(
                clock: provider.clock, random: SequenceRandom(), log: nil, transport: FakeNetwork([provider])))
    }
}
