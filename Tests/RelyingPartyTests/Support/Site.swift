import Basics
import Configuration
import Environment
import Foundation
import JSON
import Provider
import RelyingParty
import TestSupport
import Testing

/// Who makes the requests to providers: the library, in calls that block, or the host, step by step. The suites run with
/// both; STAUTH_TEST_DRIVER=steps chooses the second.
enum Driver {
    static let isStepwise = ProcessInfo.processInfo.environment["STAUTH_TEST_DRIVER"] == "steps"
}

/// A host's site with the library in it, and two providers, all in memory.
final class Site {
    static let start = TestSite.start
    static let cookieSecret = TestSite.cookieSecret
    static let olderCookieSecret = TestSite.olderCookieSecret

    let clock: FakeClock
    let random: SequenceRandom
    let log = RecordingLog(usual: "event=ended_sessions_not_shared")
    let google: FakeProvider
    let work: FakeProvider
    /// Who vouches for claims, and nobody signs in at.
    let records: FakeProvider
    let network: FakeNetwork
    let application: Application
    /// Whether google's response_mode is form_post.
    let answersByPost: Bool

    /// `shared`: more lines for [auth]; `google` and `work`: more lines for [auth.google] and [auth.work]. `other`: the site
    /// of which this is another process; with `succeeds`, the one that it replaces in the same process.
    init(
        _ shared: String = "", google lines: String = "", work workLines: String = "",
        redirectURI: String = "https://app.example.com/oauth2callback", secrets: [String] = [cookieSecret],
        clock: FakeClock = FakeClock(start), googleClientID: String = "google-client",
        store: (any SessionStore)? = nil, beside other: Site? = nil, succeeds: Bool = false
    ) throws {
        random = SequenceRandom(other == nil ? 1 : UInt64.random(in: 2 ... .max))
        self.clock = other?.clock ?? clock
        answersByPost = lines.contains("\"form_post")
        let provider = { (issuer, id, secret) in
            FakeProvider(issuer, clientID: id, clientSecret: secret, clock: clock)
        }
        google =
            other?.google
            ?? provider("https://google.example.com", googleClientID, "google-secret-0123456789-abcdefg")
        work =
            other?.work
            ?? provider("https://work.example.com/realms/a", "work-client", "work-secret-0123456789-abcdef")
        records = other?.records ?? provider("https://records.example.com", "", "")
        network = FakeNetwork([google, work, records])
        let toml = """
            [auth]
            redirect_uri = "\(redirectURI)"
            cookie_secret = [\(secrets.map { "\"\($0)\"" }.joined(separator: ", "))]
            \(shared)
            [auth.google]
            \(Self.section(google))
            \(lines)
            [auth.work]
            \(Self.section(work))
            \(workLines)
            """
        let configuration = Configuration()
        try configuration.load(toml: Array(toml.utf8))
        application = try Application(
            settings: configuration.settings(),
            environment: Environment(
                clock: self.clock, random: random, log: log, transport: Driver.isStepwise ? nil : network, store: store),
            succeeding: succeeds ? other?.application : nil)
    }

    private static func section(_ provider: FakeProvider) -> String {
        """
        client_id = "\(provider.clientID)"
        client_secret = "\(provider.clientSecret)"
        server_metadata_url = "\(provider.issuer)/.well-known/openid-configuration"
        """
    }

    /// Fetches what is cached, and forgets that it did.
    func warmUp() throws {
        try preload()
        log.clear()
    }

    func preload() throws {
        guard Driver.isStepwise else { return try application.preload() }
        _ = try begin(HostRequest(preloading: application))
    }

    /// Begins a request, and makes those to the providers that it waits for.
    func begin(_ request: HostRequest) throws -> HostRequest.Step {
        try drive(request, from: request.begin())
    }

    /// Makes the requests to the providers that a page's login waits for.
    func finish(_ request: HostRequest) throws {
        if request.pending != nil { _ = try drive(request, from: .wait) }
    }

    func drive(_ request: HostRequest, from step: HostRequest.Step) throws -> HostRequest.Step {
        var step = step
        while step == .wait {
            let pending = try #require(request.pending)
            let answer: Result<HTTPResponse, Failure>
            do throws(Failure) {
                answer = .success(try network.send(pending.request, within: pending.limits))
            } catch {
                answer = .failure(error)
            }
            step = try request.resume(with: answer)
        }
        #expect(request.pending == nil)
        return step
    }

    /// Everything that may stand in no log and on no page: configured secrets, codes, tokens, and the states, nonces and
    /// code verifiers made of the random source.
    var secrets: [String] {
        let made = loginValues
        let given = (google.secrets + work.secrets).map(\.string)
        return [Self.cookieSecret, Self.olderCookieSecret] + made + given
    }

    /// The states, nonces and code verifiers of all logins, for which 96 random bytes each are taken at once.
    var loginValues: [String] {
        random.all.filter { $0.count == 96 }.flatMap { seeds in
            [0, 32, 64].map { Base64URL.encode(Array(seeds[$0..<$0 + 32])).string }
        }
    }

    /// The events that were logged, by name.
    var events: [String] {
        log.lines.map { String($0.dropFirst("event=".count).prefix { $0 != " " }) }
    }
}

/// Those of the secrets that occur in a text.
func leaks(of secrets: [String], in text: String) -> [String] {
    // strstr, as there is much to look through.
    secrets.filter { strstr(text, $0) != nil }
}

/// What the browser got.
struct Answer {
    /// Whether the library answered; otherwise the host's page does.
    let isAnswered: Bool
    let status: Int32
    let headers: [HTTPHeader]
    let body: String
    let userJSON: String
    let failure: Failure?

    func header(_ name: Text) -> String? { headers.first { $0.name == name }?.value.string }
    var location: String? { header("Location") }
    var setCookies: [String] { headers.filter { $0.name == "Set-Cookie" }.map(\.value.string) }
    var isLoggedIn: Bool { userJSON.hasPrefix(#"{"is_logged_in":true,"#) }

    /// Whether this is the end of a login that succeeded. That somebody is signed in does not say so: after a login that
    /// failed, the session before goes on.
    var hasLoggedIn: Bool { isAnswered && status == 302 && failure == nil && isLoggedIn }

    /// The code on the error page.
    var code: String? {
        body.split(separator: "<code>").dropFirst().first?.split(separator: "</code>").first.map(String.init)
    }

    /// What is known of the user, member by member.
    func user() throws -> JSONObject { try #require(JSONObject(parsing: Array(userJSON.utf8))) }
}
