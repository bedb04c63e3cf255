import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Requests that refresh nothing, with refresh_claims: nobody keeps claims by sending such requests alone.
@Suite struct OutdatedClaimsTests {
    private static let fiveMinutes = #"refresh_claims = "5m""#
    private static let handshake = ["Upgrade": "websocket", "Origin": "https://app.example.com"]

    private func signedIn(_ lines: String = fiveMinutes) throws -> RefreshingSite {
        let refreshing = try RefreshingSite(lines) { $0.google.user["groups"] = ["admins"] }
        refreshing.google.user["groups"] = nil
        return refreshing
    }

    /// The groups by a request with these headers, and by the cookies alone; nil if nobody is signed in.
    private func groups(_ refreshing: RefreshingSite, _ method: String, _ headers: [String: String]) throws -> [JSON?] {
        let page = try refreshing.browser.send(method, "/socket", headers)
        let cookies = Array(refreshing.browser.cookieHeader.utf8)
        let fast = try refreshing.site.application.userJSON(cookie: cookies)
        return [try page.user()["groups"], JSONObject(parsing: fast.bytes)?["groups"]]
    }

    @Test(arguments: [("GET", handshake), ("HEAD", [:])]) func areNotShownForLong(
        method: String, headers: [String: String]
    ) throws {
        let refreshing = try signedIn()
        refreshing.site.clock.advance(599)
        #expect(try groups(refreshing, method, headers) == [["admins"], ["admins"]])
        refreshing.site.clock.advance(1)
        #expect(try groups(refreshing, method, headers) == [nil, nil])
        #expect(refreshing.tokenRequests == 1)
        // The session has not ended: the next page reads its claims anew.
        #expect(try refreshing.user()["is_logged_in"] == true && refreshing.user()["groups"] == nil)
        #expect(try refreshing.browser.send(method, "/socket", headers).isLoggedIn)
    }

    /// The WebSocket of a page whose claims were just new enough.
    @Test func areShownForAMinuteAtLeast() throws {
        let refreshing = try signedIn("refresh_claims = 1")
        refreshing.site.clock.advance(60)
        #expect(try refreshing.browser.get("/socket", Self.handshake).isLoggedIn)
        refreshing.site.clock.advance(1)
        #expect(try !refreshing.browser.get("/socket", Self.handshake).isLoggedIn)
    }

    /// A page for nobody, or one of an error that stays, would be there when the user comes.
    @Test(arguments: ["prefetch", "prefetch;prerender"]) func pageThatIsAskedForAheadOfItsUser(purpose: String) throws {
        let refreshing = try signedIn()
        refreshing.site.clock.advance(600)
        let page = try refreshing.browser.get("/report", ["Sec-Purpose": purpose])
        #expect(page.isAnswered && page.status == 503 && page.header("Cache-Control") == "no-store")
        #expect(page.body.isEmpty && page.setCookies.isEmpty && !page.isLoggedIn)
        let stranger = Browser(refreshing.site)
        #expect(try !stranger.get("/report", ["Sec-Purpose": purpose]).isAnswered)
        #expect(refreshing.tokenRequests == 1)
    }

    @Test func clockThatWasAhead() throws {
        let refreshing = try signedIn()
        refreshing.site.clock.advance(86_400)
        try refreshing.refresh()
        refreshing.site.clock.advance(-86_400)
        #expect(try !refreshing.browser.get("/socket", Self.handshake).isLoggedIn)
        #expect(try refreshing.isLoggedIn && refreshing.tokenRequests == 3)
    }

    /// Nothing can be refreshed, so nothing is outdated.
    @Test(arguments: ["", #"expose_tokens = "access""#, fiveMinutes]) func claimsThatStay(lines: String) throws {
        let refreshing = try RefreshingSite(lines) { $0.google.givesRefreshTokens = false }
        refreshing.site.clock.advance(86_400)
        #expect(try refreshing.browser.get("/socket", Self.handshake).isLoggedIn)
    }
}
