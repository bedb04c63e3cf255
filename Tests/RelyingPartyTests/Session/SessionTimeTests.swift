import Basics
import RelyingParty
import TestSupport
import Testing

/// How long a session counts. Attack 89; every bound from both sides.
@Suite struct SessionTimeTests {
    private func browser(_ shared: String = "", clock: FakeClock = FakeClock(Site.start)) throws -> Browser {
        let browser = Browser(try Site(shared, clock: clock))
        try browser.logIn()
        return browser
    }

    private func isLoggedIn(_ browser: Browser, after seconds: Int64) throws -> Bool {
        browser.site.clock.set(Site.start + seconds)
        return try browser.get("/").isLoggedIn
    }

    @Test(
        arguments: [("", 2_592_000), ("session_lifetime = 60", 60), (#"session_lifetime = "12h""#, 43_200)]
            as [(String, Int64)])
    func lifetime(setting: String, seconds: Int64) throws {
        let browser = try browser(setting)
        #expect(try isLoggedIn(browser, after: seconds - 1))
        #expect(try !isLoggedIn(browser, after: seconds))
        #expect(try !isLoggedIn(browser, after: seconds + 1))
    }

    @Test func cookieLivesAsLongAsTheSession() throws {
        let browser = Browser(try Site("session_lifetime = 4000"))
        #expect(try browser.login().setCookies.contains { $0.contains("session=") && $0.contains("; Max-Age=4000;") })
    }

    /// Today's settings count for yesterday's sessions: shorter ones at once, longer ones not.
    @Test(arguments: [(3600, true), (3599, false), (86_400, true)] as [(Int64, Bool)])
    func lifetimeWasChanged(seconds: Int64, isLoggedIn: Bool) throws {
        let before = try browser("session_lifetime = 7200")
        let after = Browser(try Site("session_lifetime = \(seconds)", clock: FakeClock(Site.start + 3599)))
        after.cookies = before.cookies
        #expect(try after.get("/").isLoggedIn == isLoggedIn)
        after.site.clock.set(Site.start + 7200)
        #expect(try !after.get("/").isLoggedIn)
    }

    @Test func idleTimeout() throws {
        let idle = "idle_timeout = 400"
        #expect(try isLoggedIn(browser(idle), after: 399))
        #expect(try !isLoggedIn(browser(idle), after: 400))
        #expect(try !isLoggedIn(browser(idle), after: 401))
    }

    /// That it was seen is written when a quarter of the idle time is gone, and not before; the session itself never is.
    @Test(arguments: [(0, false), (99, false), (100, true), (399, true)] as [(Int64, Bool)])
    func renewal(after seconds: Int64, isRenewed: Bool) throws {
        let browser = try browser("idle_timeout = 400\nsession_lifetime = 4000")
        let before = browser.sessionCookie
        browser.site.clock.advance(seconds)
        let answer = try browser.get("/")
        #expect(answer.isLoggedIn)
        #expect(!answer.isAnswered)
        #expect(browser.sessionCookie == before)
        #expect(browser.cookies.count == (isRenewed ? 2 : 1))
        #expect(answer.setCookies.count == (isRenewed ? 1 : 0))
        if isRenewed { #expect(answer.setCookies[0].contains("; Max-Age=400;")) }
    }

    /// Who stays active stays signed in, until the session's own end.
    @Test func renewalNeverOutlivesTheSession() throws {
        let browser = try browser("idle_timeout = 400\nsession_lifetime = 4000")
        for seconds in stride(from: Int64(300), to: 4000, by: 300) { #expect(try isLoggedIn(browser, after: seconds)) }
        #expect(try isLoggedIn(browser, after: 3999))
        #expect(try !isLoggedIn(browser, after: 4000))
    }

    @Test func renewedSessionIsTheSame() throws {
        let browser = try browser("idle_timeout = 400")
        let before = try browser.get("/").userJSON
        #expect(try isLoggedIn(browser, after: 200))
        #expect(try isLoggedIn(browser, after: 599))
        #expect(try browser.get("/").userJSON == before)
    }

    /// A renewal goes out with whatever the library answers, and a logout goes before it.
    @Test func renewalAndLogout() throws {
        let browser = try browser("idle_timeout = 400")
        browser.site.clock.advance(300)
        let page = try browser.get("/auth/logout")
        #expect(page.setCookies.count == 1)
        browser.site.clock.advance(300)
        let ended = try browser.post("/auth/logout")
        #expect(ended.setCookies.count == 2)
        #expect(browser.cookies.isEmpty)
    }

    /// A clock that goes wrong makes no session eternal. Replicas' clocks may differ by a minute.
    @Test(arguments: [(0, true), (-60, true), (-61, false), (-3600, false), (-Site.start, false)] as [(Int64, Bool)])
    func clockWasSetBack(by seconds: Int64, isLoggedIn expected: Bool) throws {
        #expect(try isLoggedIn(browser(), after: seconds) == expected)
    }

    @Test(arguments: [-1, 253_402_300_800, .min, .max] as [Int64])
    func clockOutOfRange(seconds: Int64) throws {
        let browser = try browser()
        browser.site.clock.set(seconds)
        #expect(try refusal { try browser.get("/") } == .internalError)
        #expect(try refusal { try browser.get("/auth/login?provider=google") } == .internalError)
        let cookie = Array(browser.cookieHeader.utf8)
        #expect(try refusal { try browser.site.application.userJSON(cookie: cookie) } == .internalError)
        #expect(try refusal { try browser.site.preload() } == .internalError)
    }

    /// At the very ends of what a clock may show: a login that would end after the year 9999 does not count.
    @Test(arguments: [(0, nil), (253_402_300_799, "state_mismatch")] as [(Int64, String?)])
    func extremeClock(seconds: Int64, code: String?) throws {
        let browser = Browser(try Site("idle_timeout = 400", clock: FakeClock(seconds)))
        let answer = try browser.login()
        #expect(answer.code == code)
        #expect(try browser.get("/").isLoggedIn == (code == nil))
    }
}
