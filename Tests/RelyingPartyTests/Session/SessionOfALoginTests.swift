import Basics
import RelyingParty
import TestSupport
import Testing

/// The cookies that whole logins leave behind. What a session's cookie is worth by itself is in SessionTests.
@Suite struct SessionOfALoginTests {
    /// Attack 84: a login is no session, and the reverse.
    @Test func cookieOfAnotherPurpose() throws {
        let site = try Site()
        let browser = Browser(site)
        try browser.logIn()
        let value = try #require(browser.sessionCookie)
        let location = try browser.startLogin()
        let login = browser.pendingLogins[0]
        let loginValue = try #require(browser.cookie(login))
        let json = try site.application.userJSON(cookie: Array("__Host-stauth_session=\(loginValue)".utf8))
        #expect(json == #"{"is_logged_in":false}"#)
        browser.set(login, value)
        browser.set("__Host-stauth_session", nil)
        #expect(try browser.get(browser.approve(location)).code == "state_mismatch")
    }

    /// cookie_secret as a list: the first seals, all open.
    @Test func rotatedSecrets() throws {
        let (new, old) = (Site.cookieSecret, Site.olderCookieSecret)
        let before = Browser(try Site(secrets: [old]))
        try before.logIn()
        let pending = try before.startLogin()
        let during = Browser(try Site(secrets: [new, old]))
        during.cookies = before.cookies
        #expect(try during.get("/").isLoggedIn)
        // Logins that were under way go on, and end in a session of the new secret.
        let fields = during.site.google.authorize(pending)
        #expect(try during.get(Browser.callback(fields)).hasLoggedIn)
        let after = Browser(try Site(secrets: [new]))
        after.cookies = during.cookies
        #expect(try after.get("/").isLoggedIn)
        after.cookies = before.cookies
        #expect(try !after.get("/").isLoggedIn)
    }

    /// Without https, no prefix that only https may have.
    @Test func plainSite() throws {
        let site = try Site(redirectURI: "http://localhost:8501/oauth2callback")
        let request = try HostRequest(
            site.application, IncomingRequest(method: "GET", target: "/auth/login?provider=google"))
        #expect(try site.begin(request) == .respond)
        let cookie = try #require(request.responseHeaders.first { $0.name == "Set-Cookie" }?.value.string)
        #expect(cookie.hasPrefix("stauth_login-"))
        #expect(cookie.hasSuffix("; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax"))
    }
}
