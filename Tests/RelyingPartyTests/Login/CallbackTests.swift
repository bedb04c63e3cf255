import Basics
import RelyingParty
import TestSupport
import Testing

/// Responses that belong to no login of this browser, or to one that is over. Attacks 48 to 56. What those see who are signed
/// in, SignedInAlreadyTests says.
@Suite struct CallbackTests {
    let site: Site
    let browser: Browser
    /// The user who is signed in already, and stays so.
    let session: String
    /// Somebody who is not.
    let stranger: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
        try browser.logIn()
        session = try #require(browser.sessionCookie)
        stranger = Browser(site)
        site.log.clear()
    }

    /// The answer to a callback that has to be refused, without a word to the provider and without a new session.
    private func refuse(
        _ target: String, _ code: String, status: Int32 = 400, to browser: Browser? = nil
    ) throws -> Answer {
        let browser = browser ?? self.browser
        let session = browser.sessionCookie
        let asked = site.google.count(.token)
        let answer = try browser.get(target)
        #expect(answer.status == status)
        #expect(answer.code == code)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Location") == nil)
        #expect(site.google.count(.token) == asked)
        #expect(browser.sessionCookie == session)
        #expect(!answer.setCookies.contains { $0.hasPrefix("__Host-stauth_session") })
        #expect(site.events.last == "login_refused")
        return answer
    }

    private func state(of location: Text) throws -> String {
        let fields = try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? ""))
        return try #require(fields.values(of: "state").first).string
    }

    @Test(arguments: ["", "?", "?code=c1", "?code=c1&state=", "?code=c1&State=x", "?error=access_denied"])
    func noState(query: String) throws {
        try browser.startLogin()
        _ = try refuse("/oauth2callback\(query)", "state_missing")
        #expect(browser.pendingLogins.count == 1)
    }

    @Test(
        arguments: [
            { $0 + "1" }, { String($0.dropLast()) }, { $0.uppercased() }, { String($0.reversed()) }, { _ in "state" },
            { $0 + "%00" }, { $0 + "%20" }, { " " + $0 }, { _ in String(repeating: "s", count: 5000) },
        ] as [@Sendable (String) -> String])
    func wrongState(change: @Sendable (String) -> String) throws {
        let state = try state(of: stranger.startLogin())
        let changed = change(state).replacing(" ", with: "+")
        _ = try refuse("/oauth2callback?code=c1&state=\(changed)", "state_mismatch", to: stranger)
        #expect(stranger.pendingLogins.count == 1)
    }

    /// Attack 50, login CSRF: a response made for the attacker's browser, in the victim's.
    @Test func responseForAnotherBrowser() throws {
        let attacker = Browser(site)
        let target = attacker.approve(try attacker.startLogin())
        _ = try refuse(target, "state_mismatch", to: stranger)
        #expect(stranger.cookies.isEmpty)
        // It still works where it belongs.
        #expect(try attacker.get(target).hasLoggedIn)
    }

    /// The cookie of one login does not open with the name of another.
    @Test func cookieOfAnotherTab() throws {
        let first = try stranger.startLogin()
        let second = try stranger.startLogin()
        let (firstName, secondName) = (stranger.pendingLogins[0], stranger.pendingLogins[1])
        let (firstValue, secondValue) = (stranger.cookie(firstName), stranger.cookie(secondName))
        stranger.set(firstName, secondValue)
        stranger.set(secondName, firstValue)
        _ = try refuse(stranger.approve(first), "state_mismatch", to: stranger)
        _ = try refuse(stranger.approve(second), "state_mismatch", to: stranger)
    }

    /// Attack 49.
    @Test func callbackTwice() throws {
        let target = stranger.approve(try stranger.startLogin())
        #expect(try stranger.get(target).hasLoggedIn)
        stranger.set("__Host-stauth_session", nil)
        _ = try refuse(target, "state_mismatch", to: stranger)
        #expect(site.google.count(.token) == 2)
    }

    @Test func callbackTwiceWithTheSameCookies() throws {
        let target = stranger.approve(try stranger.startLogin())
        let cookies = stranger.cookies
        #expect(try stranger.get(target).hasLoggedIn)
        stranger.cookies = cookies
        _ = try refuse(target, "login_replayed", to: stranger)
        #expect(stranger.pendingLogins.isEmpty)
        #expect(site.google.count(.token) == 2)
    }

    /// Also after one that failed.
    @Test func callbackAgainAfterAFailure() throws {
        let location = try stranger.startLogin()
        let cookies = stranger.cookies
        _ = try refuse(
            "/oauth2callback?error=access_denied&state=\(state(of: location))", "authorization_refused", status: 403,
            to: stranger)
        stranger.cookies = cookies
        _ = try refuse(stranger.approve(location), "login_replayed", to: stranger)
    }

    @Test(
        arguments: [(0, nil), (899, nil), (900, "login_expired"), (901, "login_expired"), (86_400, "login_expired")]
            as [(Int64, String?)])
    func loginTakesLong(seconds: Int64, code: String?) throws {
        let target = browser.approve(try browser.startLogin())
        site.clock.advance(seconds)
        let answer = try browser.get(target)
        #expect(answer.code == code)
        #expect(answer.status == (code == nil ? 302 : 400))
        #expect(browser.pendingLogins.isEmpty)
    }

    /// Attack 89: no clock that is set back makes a login last longer.
    @Test(arguments: [(-1, "login_expired"), (-3600, "login_expired")] as [(Int64, String)])
    func clockWasSetBack(seconds: Int64, code: String) throws {
        let target = browser.approve(try browser.startLogin())
        site.clock.advance(seconds)
        #expect(try browser.get(target).code == code)
    }

    /// Attack 55. The provider said no: a code of ours, the user's words, the link to try again, and nothing of the
    /// provider's.
    @Test(
        arguments: [
            ("access_denied", "authorization_refused", 403), ("login_required", "login_required", 403),
            ("temporarily_unavailable", "provider_unavailable", 503), ("invalid_scope", "authorization_failed", 502),
            ("user_not_allowed", "authorization_failed", 502),
        ] as [(String, String, Int32)])
    func providerSaysNo(error: String, code: String, status: Int32) throws {
        let state = try state(of: browser.startLogin(returnTo: "/report?id=7"))
        let description = "%3Cb%3Ehtml%3C/b%3E%0D%0AX-Evil:%201"
        let answer = try refuse(
            "/oauth2callback?error=\(error)&error_description=\(description)&state=\(state)", code, status: status)
        #expect(answer.failure?.providerCode == Text(error))
        #expect(answer.failure?.providerDescription == "<b>html</b>\r\nX-Evil: 1")
        #expect(code == error || !answer.body.contains(error))
        #expect(browser.pendingLogins.isEmpty)
        #expect(!answer.body.contains("html<"))
        #expect(answer.body.contains(#"href="/auth/login?provider=google&amp;return_to=%2Freport%3Fid%3D7""#))
    }

    /// Attack 56: what names no login ends none.
    @Test(arguments: ["error=access_denied", "error=access_denied&state=x", "code=c&state=x", "state=x"])
    func otherLoginsGoOn(query: String) throws {
        for browser in [stranger, browser] {
            let location = try browser.startLogin()
            let status = try browser.get("/oauth2callback?\(query)").status
            #expect(status == 400 || browser.sessionCookie != nil)
            #expect(try browser.get(browser.approve(location)).hasLoggedIn)
        }
    }

    /// Attack 54. The login was found, so it is over.
    @Test(arguments: [
        "", "code=", "code=c1&code=c1", "code=c1&error=access_denied", "error=a&error=b", "code=c%0A",
        "code=c&iss=a&iss=b",
        "code=" + String(repeating: "c", count: 5000),
    ])
    func malformedResponse(query: String) throws {
        let state = try state(of: browser.startLogin())
        _ = try refuse("/oauth2callback?state=\(state)&\(query)", "response_malformed")
        #expect(browser.pendingLogins.isEmpty)
    }

    @Test(arguments: ["state=%FF", "state=a&state=b", "code=%zz&state=a"])
    func malformedState(query: String) throws {
        try browser.startLogin()
        _ = try refuse("/oauth2callback?\(query)", "response_malformed")
        #expect(browser.pendingLogins.count == 1)
    }
}

extension Browser {
    /// A callback that has to be refused although the browser got a session in the meantime.
    static func refused(_ browser: Browser, _ target: String) throws -> Answer {
        let session = browser.sessionCookie
        let answer = try browser.get(target)
        #expect(browser.sessionCookie == session)
        #expect(answer.header("Location") == nil)
        return answer
    }
}
