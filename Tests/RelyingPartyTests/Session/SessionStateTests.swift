import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// What pages ask about a session without prolonging it: whether the login is fresh, and how long it lasts.
@Suite struct SessionStateTests {
    private static let path = "session_path = \"/auth/session\"\n"
    private static let own = ["Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"]

    private func signedIn(_ lines: String = path, _ change: (Site) -> Void = { _ in }) throws -> Browser {
        let browser = Browser(try Site(lines))
        browser.mayShowTokens = lines.contains("expose_tokens")
        change(browser.site)
        try browser.logIn()
        browser.site.log.clear()
        return browser
    }

    private func isFresh(_ browser: Browser, _ seconds: Int64) throws -> Bool {
        var isFresh = false
        let page = try browser.send("GET", "/") { isFresh = $0.isFresh(seconds) }
        #expect(page.header("Vary") == "Cookie")
        return isFresh
    }

    // MARK: - Freshness

    @Test(arguments: ["", "session_claims = [\"name\"]"])
    func freshnessIsThatOfTheAuthentication(lines: String) throws {
        let browser = try signedIn(lines) { $0.google.user["auth_time"] = .integer(Site.start - 100) }
        #expect(try isFresh(browser, 100))
        #expect(try !isFresh(browser, 99))
        browser.site.clock.advance(1)
        #expect(try !isFresh(browser, 100))
        #expect(try isFresh(browser, .max))
        #expect(try !isFresh(browser, -1))
        #expect(try !isFresh(browser, .min))
    }

    /// A clock that is set back makes nothing fresh; providers' clocks are a little ahead.
    @Test func authenticationInTheFuture() throws {
        let browser = try signedIn("") { $0.google.user["auth_time"] = .integer(Site.start + 30) }
        #expect(try isFresh(browser, 0))
        browser.site.clock.advance(-31)
        #expect(try browser.get("/").isLoggedIn)
        #expect(try !isFresh(browser, 86_400))
    }

    @Test func nothingThatSaysSo() throws {
        #expect(try !isFresh(try signedIn(""), 86_400))
        #expect(try !isFresh(Browser(try Site()), 86_400))
        for value in ["1700000000", .null, .integer(-1)] as [JSON] {
            let browser = Browser(try Site())
            browser.site.google.user["auth_time"] = value
            _ = try browser.login()
            #expect(try !isFresh(browser, .max))
        }
    }

    /// The way back to a sensitive page: a login with max_age.
    @Test func loginThatMakesItFresh() throws {
        let browser = try signedIn("session_claims = [\"sub\"]") {
            $0.google.user["auth_time"] = .integer(Site.start - 3600)
        }
        let page = try browser.send("GET", "/transfer?to=5") { request in
            #expect(!request.isFresh(60))
            var options = LoginOptions()
            try options.setParameter("max_age", to: "60")
            try request.login(provider: "google", options)
        }
        let location = Text(try #require(page.location))
        #expect(location.string.contains("max_age=60"))
        // A provider that ignores it does not pass for fresh.
        #expect(try browser.get(browser.approve(location)).code == "id_token_authentication_too_old")
        browser.site.google.user["auth_time"] = .integer(Site.start)
        let again = try browser.send("GET", "/transfer?to=5") { request in
            var options = LoginOptions()
            try options.setParameter("max_age", to: "60")
            try request.login(provider: "google", options)
        }
        let back = try browser.get(browser.approve(Text(try #require(again.location))))
        #expect(back.location == "/transfer?to=5")
        #expect(try isFresh(browser, 60))
    }

    // MARK: - session_path

    private func state(_ browser: Browser) throws -> JSONObject {
        let answer = try browser.get("/auth/session", Self.own)
        #expect(answer.isAnswered && answer.status == 200 && answer.setCookies.isEmpty)
        #expect(answer.header("Content-Type") == "application/json" && answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
        return try #require(JSONObject(parsing: Array(answer.body.utf8)))
    }

    @Test func whoAndForHowLong() throws {
        let browser = try signedIn(Self.path + "session_lifetime = \"10h\"")
        browser.site.clock.advance(600)
        let state = try state(browser)
        #expect(state["user"]?.object == (try browser.get("/").user()))
        #expect(state["expires_in"] == .integer(36_000 - 600) && state["idle_expires_in"] == nil)
    }

    @Test func nobody() throws {
        let state = try state(Browser(try Site(Self.path)))
        #expect(state.members.map(\.name) == ["user"] && state["user"] == ["is_logged_in": false])
    }

    /// A page that asks every minute does not keep its user signed in.
    @Test func asksWithoutProlonging() throws {
        let browser = try signedIn(Self.path + "idle_timeout = \"1h\"\nsession_lifetime = \"2h\"")
        for minute in 1..<60 as Range<Int64> {
            browser.site.clock.advance(60)
            #expect(try state(browser)["idle_expires_in"] == .integer(3600 - 60 * minute))
        }
        browser.site.clock.advance(60)
        #expect(try state(browser)["user"] == ["is_logged_in": false])
    }

    @Test func idleTimeNeverExceedsTheEnd() throws {
        let browser = try signedIn(Self.path + "idle_timeout = \"1h\"") {
            $0.google.user["session_expiry"] = .integer(Site.start + 600)
        }
        let state = try state(browser)
        #expect(state["expires_in"] == 600 && state["idle_expires_in"] == 600)
    }

    /// Tokens are the server's; JavaScript does not see them, nor claims from before the last refresh.
    @Test func refreshedUserWithoutTokens() throws {
        let refreshing = try RefreshingSite(Self.path + #"expose_tokens = ["id", "access"]"#)
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.google.user["session_expiry"] = .integer(Site.start + 400)
        try refreshing.refresh()
        let user = try #require(state(refreshing.browser)["user"]?.object)
        #expect(user["name"] == "Augusta Ada King" && user["tokens"] == nil)
        #expect(try state(refreshing.browser)["expires_in"] == 400)
    }

    @Test(
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"], [:],
            ["Referer": "https://app.example.com.evil.example/"],
        ] as [[String: String]])
    func otherSites(headers: [String: String]) throws {
        let browser = try signedIn(Self.path + "idle_timeout = \"1h\"")
        browser.site.clock.advance(1800)
        let answer = try browser.get("/auth/session", headers)
        #expect(answer.status == 403 && answer.code == "cross_site_request" && answer.setCookies.isEmpty)
        #expect(!answer.body.contains("user-1"))
        #expect(browser.site.events == ["session_request_refused"])
    }

    @Test func otherMethods() throws {
        let browser = try signedIn()
        for method in ["POST", "HEAD", "PUT", "OPTIONS"] {
            let answer = try browser.send(method, "/auth/session", Self.own)
            #expect(answer.status == 405 && answer.header("Allow") == "GET")
        }
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test func offByDefault() throws {
        #expect(try !signedIn("").get("/auth/session", Self.own).isAnswered)
    }
}
