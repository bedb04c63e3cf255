import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// A browser whose user is signed in at a provider that rotates refresh tokens, and what a page does with tokens.
struct RefreshingSite {
    /// Seconds that its access tokens live.
    static let lifetime: Int64 = 300

    let browser: Browser
    var site: Site { browser.site }
    var google: FakeProvider { browser.site.google }

    init(
        _ lines: String = #"expose_tokens = "access""#, google more: String = "", _ change: (Site) -> Void = { _ in }
    ) throws {
        browser = Browser(try Site(lines, google: more))
        browser.mayShowTokens = true
        browser.site.google.givesRefreshTokens = true
        browser.site.google.accessTokenLifetime = Self.lifetime
        change(browser.site)
        try browser.logIn()
        browser.site.log.clear()
    }

    /// Requests to the token endpoint so far, that of the login included.
    var tokenRequests: Int { google.count(.token) }

    /// What a page gets that asks for an access token, or the code of the refusal.
    func accessToken(_ method: String = "GET", _ headers: [String: String] = [:]) throws -> (text: String, page: Answer)
    {
        var text = ""
        let page = try browser.send(method, "/report", headers) { request in
            do { text = try site.accessToken(request).text.string } catch let failure as Failure {
                text = failure.name.string
            }
        }
        return (text, page)
    }

    func token() throws -> HostRequest.AccessToken {
        var token: HostRequest.AccessToken?
        try browser.send("GET", "/report") { request in token = try site.accessToken(request) }
        return try #require(token)
    }

    /// The outcome of a page's call for new claims: "" or the code of the failure.
    @discardableResult
    func refresh(_ method: String = "GET", _ headers: [String: String] = [:]) throws -> (code: String, page: Answer) {
        var code = ""
        let page = try browser.send(method, "/report", headers) { request in
            do { try site.refresh(request) } catch let failure as Failure { code = failure.name.string }
        }
        return (code, page)
    }

    func user() throws -> JSONObject { try browser.get("/").user() }

    var isLoggedIn: Bool { get throws { try browser.get("/").isLoggedIn } }
}

extension Site {
    func accessToken(_ request: HostRequest) throws -> HostRequest.AccessToken {
        if let token = try request.accessToken() { return token }
        try finish(request)
        return try #require(try request.accessToken())
    }

    func refresh(_ request: HostRequest) throws {
        if try request.refresh() == .proceed { return }
        try finish(request)
        #expect(try request.refresh() == .proceed)
    }
}
