import Stauth
import StauthTesting
import Testing

/// The program's functions that the library calls.
struct CallbackTests {
    /// Notes that it is gone.
    private final class Kept: Sendable {
        let notes: Notes

        init(_ notes: Notes) {
            self.notes = notes
        }

        deinit {
            notes.add("released")
        }
    }

    @Test func logIsReleased() async throws {
        let notes = Notes()
        let configuration = {
            let kept = Kept(notes)
            return Configuration(settings: settings, log: { _, _ in _ = kept })
        }
        var app: App? = try App(configuration())
        var visit: Visit? = try Visit(#require(app), method: "GET", target: "/", headers: page)
        app = nil
        #expect(notes.all.isEmpty, "the request keeps the application")
        #expect(visit?.isLoggedIn == false)
        visit = nil
        #expect(notes.all == ["released"])
        var other = configuration()
        other.settings["auth.client_idd"] = "x"
        #expect(throws: StauthError.self) { try App(other) }
        other = Configuration()
        #expect(notes.all == ["released", "released"])
    }

    @Test func eventsHaveLevels() async throws {
        let notes = Notes()
        let auth = try TestApp(log: { level, line in notes.add("\(level) \(line)") })
        let visit = try await auth.visit("/oauth2callback?code=x&state=y")
        #expect(try await !visit.begin() && visit.error?.code == "state_mismatch")
        #expect(notes.all.contains { $0.hasPrefix("warning event=login_refused") })
        #expect(LogLevel.info < .warning && LogLevel.warning < .error)
    }

    @Test func exchangeCarriesTheSettings() async throws {
        let notes = Notes()
        let more = ["auth.timeout": "7s", "auth.http_proxy": "http://127.0.0.1:3128"]
        let all = settings.merging(more) { _, new in new }
        let client: Configuration.Client = { exchange in
            notes.add("\(exchange.method) \(exchange.url) \(exchange.timeout) \(exchange.proxy ?? "-")")
            notes.add("\(exchange.caFile ?? "-") \(exchange.allowsLoopback) \(exchange.body.count) \(exchange)")
            notes.add(exchange.headers.contains { $0.name == "Accept" && !$0.value.isEmpty } ? "accepts" : "?")
            #expect(exchange.connectTimeout > .zero)
            throw CancellationError()
        }
        await expectFailure(.network, "provider_unreachable") {
            try await App(Configuration(settings: all, client: client)).preload()
        }
        let url = "https://provider.test/.well-known/openid-configuration"
        #expect(notes.all == ["GET \(url) 7.0 seconds http://127.0.0.1:3128", "- false 0 Exchange", "accepts"])
    }

    @Test(arguments: [
        Reply(status: 0), Reply(status: .max), Reply(status: -1), Reply(status: 200),
        Reply(status: 200, body: [UInt8](repeating: 0x20, count: 2 << 20)),
        Reply(status: 200, headers: [("Content-Type", "a\0b")]), Reply(status: 200, headers: [("\0", "")]),
        Reply(status: 200, headers: [("Content-Type", String(repeating: "x", count: 100_000))]),
        Reply(status: 200, headers: [("Content-Type", "application/json")], body: [0xff, 0x00]),
    ])
    func replyThatIsRefused(_ reply: Reply) async throws {
        let app = try App(Configuration(settings: settings, client: { _ in reply }))
        let error = await #expect(throws: StauthError.self) { try await app.preload() }
        #expect(error?.kind == .network || error?.kind == .provider)
        #expect(reply.description == "Reply with status \(reply.status)")
    }

    /// Without a client of the program's the library's own waits, on a thread apart.
    @Test func libraryReachesNobodyByItself() async throws {
        let more = ["auth.server_metadata_url": "http://localhost:9/.well-known/openid-configuration"]
        let app = try App(Configuration(settings: settings.merging(more) { _, new in new }))
        let error = await #expect(throws: StauthError.self) { try await app.preload() }
        #expect(error?.kind == .network)
        let visit = try Visit(app, method: "GET", target: "/auth/login", headers: page)
        #expect(try await !visit.begin() && visit.finish().status == 502)
    }
}
