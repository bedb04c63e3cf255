import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Where a session ends whatever its user does: by the provider's word, with the ID token, or with the browser.
@Suite struct SessionEndTests {
    private func signedIn(_ lines: String = "", _ change: (Site) -> Void = { _ in }) throws -> Browser {
        let browser = Browser(try Site(lines))
        change(browser.site)
        try browser.logIn()
        browser.site.log.clear()
        return browser
    }

    private static func end(_ seconds: Int64) -> JSON { .integer(Site.start + seconds) }

    // MARK: - session_expiry

    /// Requests prolong an idle session, and never beyond that; a clock that is set back makes it no longer.
    @Test(arguments: ["", "idle_timeout = \"5m\""])
    func providersEndIsHard(lines: String) throws {
        let browser = try signedIn(lines) { $0.google.user["session_expiry"] = Self.end(600) }
        for _ in 0..<2 {
            browser.site.clock.advance(250)
            #expect(try browser.get("/").isLoggedIn)
        }
        browser.site.clock.advance(99)
        #expect(try browser.get("/").isLoggedIn)
        browser.site.clock.advance(1)
        #expect(try !browser.get("/").isLoggedIn)
        let fast = try browser.site.application.userJSON(cookie: Array(browser.cookieHeader.utf8))
        #expect(fast == #"{"is_logged_in":false}"#)
    }

    @Test func cookiesEndWithIt() throws {
        let site = try Site()
        site.google.user["session_expiry"] = Self.end(600)
        let line = try #require(Browser(site).login().setCookies.first { $0.contains("_session=") })
        #expect(line.contains("; Max-Age=600;"))
    }

    @Test func laterEndProlongsNothing() throws {
        let browser = try signedIn("session_lifetime = \"1h\"") { $0.google.user["session_expiry"] = Self.end(7200) }
        browser.site.clock.advance(3600)
        #expect(try !browser.get("/").isLoggedIn)
    }

    /// It is a limit: what it says must be understood, or nobody signs in.
    @Test(
        arguments: [
            (.integer(Site.start), "id_token_expired"), (.integer(0), "id_token_expired"),
            (.integer(-1), "id_token_claim_invalid"), ("soon", "id_token_claim_invalid"),
            (.string(Text("\(Site.start + 600)")), "id_token_claim_invalid"),
            (.integer((Site.start + 600) * 1000), "id_token_claim_invalid"), ([], "id_token_claim_invalid"),
        ] as [(JSON, String)])
    func endThatIsNone(value: JSON, code: String) throws {
        let browser = Browser(try Site())
        browser.site.google.user["session_expiry"] = value
        #expect(try browser.login().code == code)
        #expect(browser.cookies.isEmpty)
    }

    /// A fraction of a second is cut off, and what session_claims leaves out still counts.
    @Test func endThatIsNotKept() throws {
        let browser = try signedIn("session_claims = [\"name\"]") {
            $0.google.user["session_expiry"] = .real(Double(Site.start) + 60.9)
        }
        #expect(try browser.get("/").user()["session_expiry"] == nil)
        browser.site.clock.advance(60)
        #expect(try !browser.get("/").isLoggedIn)
    }

    @Test func inStreamlitsCookie() throws {
        let browser = Browser(try .streamlit("session_claims = [\"name\"]"))
        browser.site.google.user["session_expiry"] = Self.end(600)
        try browser.logIn()
        browser.site.clock.advance(599)
        #expect(try browser.get("/").isLoggedIn)
        browser.site.clock.advance(1)
        #expect(try !browser.get("/").isLoggedIn)
    }

    // MARK: - Refreshed

    private static let refreshed = #"refresh_claims = "5m""#

    @Test func refreshBringsTheEndNearer() throws {
        let refreshing = try RefreshingSite(Self.refreshed)
        refreshing.google.user["session_expiry"] = Self.end(400)
        refreshing.site.clock.advance(300)
        #expect(try refreshing.isLoggedIn)
        refreshing.site.clock.advance(99)
        #expect(try refreshing.isLoggedIn)
        refreshing.site.clock.advance(1)
        #expect(try !refreshing.isLoggedIn)
    }

    @Test func refreshNeverPutsTheEndOff() throws {
        let refreshing = try RefreshingSite(Self.refreshed) { $0.google.user["session_expiry"] = Self.end(600) }
        refreshing.google.user["session_expiry"] = Self.end(6000)
        refreshing.site.clock.advance(599)
        #expect(try refreshing.isLoggedIn)
        #expect(refreshing.tokenRequests == 2)
        refreshing.site.clock.advance(1)
        #expect(try !refreshing.isLoggedIn)
        #expect(refreshing.tokenRequests == 2)
    }

    /// Nor that of an earlier refresh.
    @Test func laterRefreshDoesNotEither() throws {
        let refreshing = try RefreshingSite()
        for end in [400, 6000] as [Int64] {
            refreshing.google.user["session_expiry"] = Self.end(end)
            refreshing.site.clock.advance(10)
            #expect(try refreshing.refresh().code == "")
        }
        refreshing.site.clock.advance(379)
        #expect(try refreshing.isLoggedIn)
        refreshing.site.clock.advance(1)
        #expect(try !refreshing.isLoggedIn)
    }

    @Test func refreshAfterTheEnd() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.user["session_expiry"] = Self.end(0)
        #expect(try refreshing.refresh().code == "refresh_refused")
        #expect(try !refreshing.isLoggedIn)
        #expect(refreshing.site.events.last == "session_ended")
    }

    /// As any other claim that a check refuses: the claims stay, and the only good refresh token is kept.
    @Test func refreshedEndThatIsNone() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.user["session_expiry"] = "never"
        #expect(try refreshing.refresh().code == "id_token_claim_invalid")
        refreshing.google.user["session_expiry"] = nil
        refreshing.site.clock.advance(10)
        #expect(try refreshing.refresh().code == "")
        #expect(refreshing.google.reuses == 0)
    }

    // MARK: - Other ends

    @Test func endsWithTheIDToken() throws {
        let browser = try signedIn("session_ends_with_id_token = true")
        browser.site.clock.advance(299)
        #expect(try browser.get("/").isLoggedIn)
        browser.site.clock.advance(1)
        #expect(try !browser.get("/").isLoggedIn)
    }

    /// Checks of an ID token allow for clocks that differ; the end of a session does not.
    @Test func idTokenThatEndsAtOnce() throws {
        let browser = Browser(try Site("session_ends_with_id_token = true"))
        browser.site.google.editToken = { $0.claims["exp"] = .integer(Site.start) }
        #expect(try browser.login().code == "id_token_expired")
    }

    @Test func endsWithTheBrowser() throws {
        let browser = Browser(try Site("browser_session = true\nidle_timeout = \"1h\"\nexpose_tokens = \"id\""))
        browser.mayShowTokens = true
        browser.forgetsSessions = true
        try browser.logIn()
        #expect(browser.cookies.count == 2)
        browser.site.clock.advance(1800)
        let renewal = try browser.get("/").setCookies
        #expect(renewal.count == 1 && !renewal[0].contains("Max-Age"))
        // A browser that never closes keeps it no longer than others do.
        browser.site.clock.advance(3600)
        #expect(try !browser.get("/").isLoggedIn)
    }
}
