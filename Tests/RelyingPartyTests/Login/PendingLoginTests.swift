import Basics
import RelyingParty
import TestSupport
import Testing

/// The cookies of logins that have begun. Attack 62.
@Suite struct PendingLoginTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
    }

    /// A second passes between two logins, so that one is older than the other.
    private func startLogins(_ count: Int) throws -> [Text] {
        try (0..<count).map { index in
            site.clock.advance(1)
            return try browser.startLogin(returnTo: "/\(index)")
        }
    }

    @Test func oldestIsDropped() throws {
        let locations = try startLogins(6)
        #expect(browser.pendingLogins.count == 5)
        #expect(try browser.get(browser.approve(locations[0])).code == "state_mismatch")
        for index in 1..<6 { #expect(try browser.get(browser.approve(locations[index])).location == "/\(index)") }
        #expect(browser.pendingLogins.isEmpty)
    }

    @Test func abandonedLoginsDoNotPileUp() throws {
        _ = try startLogins(100)
        #expect(browser.pendingLogins.count == 5)
        #expect(browser.cookieHeader.utf8.count < 4096)
    }

    /// The user, back from lunch, signs in and gets to the page all the same.
    @Test(arguments: [900, 86_000] as [Int64]) func expiredLoginKeepsItsPage(seconds: Int64) throws {
        let target = browser.approve(try browser.startLogin(returnTo: "/report?id=7"))
        site.clock.advance(seconds)
        let answer = try browser.get(target)
        #expect(answer.code == "login_expired" && answer.status == 400)
        #expect(answer.body.contains("took too long"))
        #expect(answer.body.contains("href=\"/auth/login?provider=google&amp;return_to=%2Freport%3Fid%3D7\""))
        #expect(browser.pendingLogins.isEmpty)
    }

    /// They would burden every request for a day.
    @Test func loginDropsThoseThatHaveExpired() throws {
        _ = try startLogins(3)
        site.clock.advance(900)
        try browser.startLogin()
        #expect(browser.pendingLogins.count == 4)
        try browser.logIn()
        #expect(browser.pendingLogins.count == 1)
    }

    /// Another application on this host may have cookies with such names.
    @Test func loginKeepsWhatDoesNotOpen() throws {
        browser.set("__Host-stauth_login-other", "x")
        try browser.logIn()
        #expect(browser.pendingLogins == ["__Host-stauth_login-other"])
    }

    /// Expired ones make room for others, and not the reverse.
    @Test func expiredLoginsGoFirst() throws {
        _ = try startLogins(5)
        site.clock.advance(900)
        let locations = try startLogins(5)
        #expect(browser.pendingLogins.count == 5)
        for index in 0..<5 { #expect(try browser.get(browser.approve(locations[index])).location == "/\(index)") }
    }

    /// Expired ones are the oldest; what does not open is worth least.
    @Test func rubbishGoesFirst() throws {
        let location = try startLogins(1)[0]
        for index in 0..<4 { browser.set("__Host-stauth_login-rubbish\(index)", "x") }
        try browser.startLogin()
        #expect(browser.pendingLogins.count == 5)
        #expect(!browser.pendingLogins.contains("__Host-stauth_login-rubbish0"))
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    @Test func rubbishIsClearedInTheEnd() throws {
        for index in 0..<30 { browser.set("__Host-stauth_login-\(index)", "rubbish") }
        for _ in 0..<4 { try browser.startLogin() }
        #expect(browser.pendingLogins.count == 5)
    }

    /// A sibling site's cookie of the same name hides nothing, in either order.
    @Test(arguments: [true, false])
    func cookieOfTheSameName(isFirst: Bool) throws {
        let location = try browser.startLogin()
        let planted = (name: browser.pendingLogins[0], value: "planted")
        browser.cookies.insert(planted, at: isFirst ? 0 : 1)
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    /// Whatever a name holds, the line that removes the cookie is a header that hosts can send (the browser checks).
    @Test(arguments: ["é", "Ω", "a b", "a\tb", "\u{1}", "\u{7F}", "\"x\"", "a,b"])
    func strangeNames(name: String) throws {
        for index in 0..<6 { browser.set("__Host-stauth_login-\(name)\(index)", "x") }
        #expect(try browser.get("/auth/login?provider=google").status == 302)
    }

    /// RFC 6265 6.1: what browsers store at least.
    @Test func longestReturnTarget() throws {
        let longest = "/" + String(repeating: "a", count: 2047)
        let location = try browser.startLogin(returnTo: longest)
        #expect(try browser.get(browser.approve(location)).location == longest)
        #expect(try browser.login(returnTo: longest + "a").location == "/")
    }

    /// Longer than the login may take, so that there is something to say about one that took too long.
    @Test func cookieOutlivesTheLogin() throws {
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.setCookies.count == 1)
        #expect(answer.setCookies[0].hasPrefix("__Host-stauth_login-"))
        #expect(answer.setCookies[0].hasSuffix("; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax; Secure"))
    }
}
