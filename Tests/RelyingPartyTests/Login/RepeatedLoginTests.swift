import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// A provider that asks for the login to begin again at once, as Keycloak does when its own page expired.
@Suite struct RepeatedLoginTests {
    private func refuse(
        _ location: Text, _ error: Text, _ description: Text, _ browser: Browser
    ) throws -> Answer {
        let fields = browser.site.google.refuse(location, error)
        return try browser.get(Browser.callback(fields + [.init("error_description", description)]))
    }

    @Test func beginsAgainOnce() throws {
        let site = try Site()
        let browser = Browser(site)
        let first = try browser.startLogin(returnTo: "/report?id=3")
        let answer = try refuse(first, "temporarily_unavailable", "authentication_expired", browser)
        #expect(answer.status == 302 && answer.failure == nil)
        let second = Text(try #require(answer.location))
        #expect(second.hasPrefix("https://google.example.com/authorize?") && second != first)
        #expect(browser.pendingLogins.count == 1)
        #expect(site.events.suffix(3) == ["login_started", "login_refused", "login_started"])

        let end = try refuse(second, "temporarily_unavailable", "authentication_expired", browser)
        #expect(end.status == 503 && end.code == "provider_unavailable")
        #expect(end.body.contains("return_to=%2Freport%3Fid%3D3"))
        #expect(browser.pendingLogins.isEmpty)
    }

    @Test func secondAttemptSignsIn() throws {
        let browser = Browser(try Site())
        let answer = try refuse(
            browser.startLogin(returnTo: "/report"), "temporarily_unavailable", "authentication_expired", browser)
        let end = try browser.get(browser.approve(Text(try #require(answer.location))))
        #expect(end.hasLoggedIn && end.location == "/report")
    }

    /// The requirements of the login that begins again are its own.
    @Test func maxAgeStays() throws {
        let browser = Browser(try Site())
        let first = try browser.send("GET", "/") { request in
            var options = LoginOptions()
            try options.setParameter("max_age", to: "60")
            try request.login(provider: "google", options)
        }
        let answer = try refuse(
            Text(try #require(first.location)), "temporarily_unavailable", "authentication_expired", browser)
        #expect(answer.location?.contains("max_age=60") == true)
    }

    @Test(
        arguments: [
            ("temporarily_unavailable", "maintenance"), ("temporarily_unavailable", ""),
            ("access_denied", "authentication_expired"), ("login_required", "authentication_expired"),
        ])
    func otherErrorsEndTheLogin(error: String, description: String) throws {
        let browser = Browser(try Site())
        let answer = try refuse(browser.startLogin(), Text(error), Text(description), browser)
        #expect(answer.location == nil && answer.failure != nil)
    }

    @Test func withoutItsCookieNothingBegins() throws {
        let site = try Site()
        let location = try Browser(site).startLogin()
        let answer = try refuse(location, "temporarily_unavailable", "authentication_expired", Browser(site))
        #expect(answer.code == "state_mismatch" && answer.location == nil)
    }
}
