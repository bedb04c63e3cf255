import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// A native program: a site of a loopback port, and what the program keeps between its runs.
final class Program {
    static let redirectURI = "http://127.0.0.1:49152/oauth2callback"

    let site: Site
    private(set) var request: HostRequest
    private var google: FakeProvider { site.google }

    init(
        _ shared: String = #"expose_tokens = "access""#, google: String = "", redirectURI: String = redirectURI,
        session: [UInt8] = [], beside other: Site? = nil, _ change: (Site) -> Void = { _ in }
    ) throws {
        site = try Site(shared, google: google, redirectURI: redirectURI, beside: other)
        site.google.metadata["device_authorization_endpoint"] = .string(Text(site.google.issuer + "/device"))
        site.google.givesRefreshTokens = true
        site.google.accessTokenLifetime = 300
        change(site)
        request = try HostRequest.native(site.application, session: session)
        #expect(try site.begin(request) == .proceed)
    }

    var session: [UInt8] { request.nativeSession }

    /// The program's next run.
    func restarted(redirectURI: String = redirectURI, _ shared: String = #"expose_tokens = "access""#) throws -> Program
    {
        try Program(shared, redirectURI: redirectURI, session: session, beside: site)
    }

    /// Whether a copy of the session still counts in this process.
    func isLoggedIn(with session: [UInt8]) throws -> Bool {
        let copy = try HostRequest.native(site.application, session: session)
        _ = try site.begin(copy)
        return copy.isLoggedIn
    }

    /// Whatever a step waits for.
    @discardableResult
    func finish(_ step: HostRequest.Step) throws -> HostRequest.Step {
        let outcome = step == .wait ? try site.drive(request, from: step) : step
        checkForLeaks()
        return outcome
    }

    /// The address that the program opens.
    func startLogin(_ provider: Text? = "google", _ options: LoginOptions = LoginOptions()) throws -> Text {
        try finish(request.startNativeLogin(provider: provider, options))
        return try #require(request.nativeURL)
    }

    /// What the browser gets from the port.
    @discardableResult
    func browse(_ target: String, language: Text = "") throws -> Answer {
        let step = try finish(request.nativeCallback(target: Text(target), acceptLanguage: language))
        #expect(step == .respond)
        return Answer(
            isAnswered: true, status: request.responseStatus, headers: request.responseHeaders,
            body: request.responseBody.string, userJSON: request.userJSON.string, failure: request.failure)
    }

    func logIn() throws {
        let answer = try browse(Browser.callback(google.authorize(startLogin())))
        try #require(answer.failure == nil && request.isLoggedIn, "the login was refused: \(answer.code ?? "")")
    }

    func startDeviceLogin(_ options: LoginOptions = LoginOptions()) throws {
        #expect(try finish(request.startDeviceLogin(provider: "google", options)) == .proceed)
    }

    /// A poll, as soon as one is due; the code of the failure that ends the login.
    @discardableResult
    func poll() throws -> ErrorCode? {
        site.clock.advance(request.nativeWait / 1000)
        try finish(request.pollDeviceLogin())
        return request.failure?.code
    }

    func accessToken() throws -> String { try site.accessToken(request).text.string }

    /// The browser gets no cookie, and nobody anything that is secret.
    private func checkForLeaks() {
        #expect(request.responseHeaders.allSatisfy { $0.name != "Set-Cookie" })
        let shown = [request.responseBody.string] + site.log.lines
        #expect(leaks(of: site.secrets, in: shown.joined(separator: "\n")).isEmpty)
        #expect(site.network.strayRequests.isEmpty)
    }
}
