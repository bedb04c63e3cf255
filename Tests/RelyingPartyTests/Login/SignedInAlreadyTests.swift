import Basics
import TestSupport
import Testing

@testable import RelyingParty

/// Responses that come once more, or too late, to a browser that is signed in: the back button, a restored tab, a double
/// click, many tabs. The user goes on; nothing is redeemed, and the session stays as it is.
@Suite struct SignedInAlreadyTests {
    private static let session = "__Host-stauth_session"

    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
    }

    /// The callback sends the browser to `page`, and does nothing else.
    private func goesOn(_ target: String, to page: String, instead code: String, _ browser: Browser? = nil) throws {
        let browser = browser ?? self.browser
        let (session, tokens) = (browser.sessionCookie, browser.tokensCookie)
        let requests = browser.site.google.count(.token)
        let user = try browser.get("/").userJSON
        let answer = try browser.get(target)
        #expect(answer.status == 302 && answer.location == page && answer.failure == nil, "\(answer.code ?? "")")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(browser.sessionCookie == session && browser.tokensCookie == tokens)
        #expect(!answer.setCookies.contains { $0.hasPrefix(Self.session) })
        #expect(browser.site.google.count(.token) == requests)
        #expect(try browser.get("/").userJSON == user)
        #expect(browser.site.log.lines.last?.hasPrefix("event=already_signed_in ") == true)
        #expect(browser.site.log.lines.last?.hasSuffix(" instead_of=\(code)") == true)
    }

    private func isShown(_ code: String, _ target: String, _ browser: Browser? = nil) throws {
        let browser = browser ?? self.browser
        let requests = browser.site.google.count(.token)
        let answer = try browser.get(target)
        #expect(answer.code == code && answer.location == nil)
        #expect(browser.site.google.count(.token) == requests)
        #expect(browser.site.events.last == "login_refused")
    }

    @Test func backButton() throws {
        let target = browser.approve(try browser.startLogin(returnTo: "/report"))
        #expect(try browser.get(target).location == "/report")
        try goesOn(target, to: "/", instead: "state_mismatch")
        #expect(browser.pendingLogins.isEmpty)
        // Signed out, it is what it was.
        browser.set(Self.session, nil)
        try isShown("state_mismatch", target)
    }

    /// Requests made at the same time: the second still has the cookie of the login.
    @Test func doubleClick() throws {
        let target = browser.approve(try browser.startLogin(returnTo: "/report?id=7"))
        let cookies = browser.cookies
        #expect(try browser.get(target).hasLoggedIn)
        let stranger = Browser(site)
        stranger.cookies = cookies
        browser.cookies += cookies
        try goesOn(target, to: "/report?id=7", instead: "login_replayed")
        #expect(browser.pendingLogins.isEmpty)
        try isShown("login_replayed", target, stranger)
    }

    /// The oldest logins of a browser have no cookie any more.
    @Test func eightTabs() throws {
        let targets = try (0..<8).map { tab in
            site.clock.advance(1)
            return browser.approve(try browser.startLogin(returnTo: "/tab\(tab)"))
        }
        let stranger = Browser(site)
        stranger.cookies = browser.cookies
        #expect(try browser.get(targets[7]).location == "/tab7")
        for tab in 0..<3 { try goesOn(targets[tab], to: "/", instead: "state_mismatch") }
        for tab in 3..<7 { #expect(try browser.get(targets[tab]).location == "/tab\(tab)") }
        for tab in 0..<3 { try isShown("state_mismatch", targets[tab], stranger) }
    }

    /// A tab that was left at the provider for an hour, while the user signed in in another one.
    @Test func tabThatTookTooLong() throws {
        let target = browser.approve(try browser.startLogin(returnTo: "/report"))
        site.clock.advance(3600)
        let pending = browser.cookies
        try browser.logIn()
        browser.cookies += pending
        try goesOn(target, to: "/report", instead: "login_expired")
    }

    /// Who was signed in before wanted another login, and did not get it.
    @Test func sessionFromBeforeTheLogin() throws {
        try browser.logIn()
        let target = browser.approve(try browser.startLogin(returnTo: "/report"))
        site.clock.advance(3600)
        let answer = try browser.get(target)
        #expect(answer.code == "login_expired" && answer.body.contains("return_to=%2Freport"))
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Attack 50, login CSRF: nobody is signed in as someone else by a link.
    @Test func responseForAnotherBrowser() throws {
        try browser.logIn()
        let attacker = Browser(site)
        site.google.user["sub"] = "attacker"
        try goesOn(attacker.approve(try attacker.startLogin()), to: "/", instead: "state_mismatch")
        #expect(try browser.get("/").userJSON.contains("user-1"))
    }

    @Test(arguments: ["access_denied", "temporarily_unavailable", "login_required"])
    func refusalIsShown(error: String) throws {
        try browser.logIn()
        try isShown("state_mismatch", "/oauth2callback?error=\(error)&state=x")
        try isShown("state_mismatch", "/oauth2callback?code=c&error=\(error)&state=x")
        try isShown("state_missing", "/oauth2callback?error=\(error)")
    }

    @Test func refusalInASignedResponseIsShown() throws {
        let browser = Browser(try Site(google: "response_mode = \"jwt\""))
        try browser.logIn()
        let location = try browser.startLogin()
        let pending = browser.pendingLogins[0]
        browser.set(pending, nil)
        try isShown(
            "state_mismatch", Browser.callback(browser.site.google.refuse(location, "access_denied")), browser)
        try goesOn(browser.approve(location), to: "/", instead: "state_mismatch", browser)
    }

    @Test(arguments: [
        "code=c&state=%FF", "code=c&state=a&state=b", "code=%zz&state=a", "response=x", "response=x&response=y",
    ])
    func malformedResponseIsShown(query: String) throws {
        try browser.logIn()
        try isShown("response_malformed", "/oauth2callback?\(query)")
    }

    /// The first response to a login has to pass every check.
    @Test func checksOfTheFirstResponseAreShown() throws {
        let browser = Browser(try Site(redirectURI: "https://app.example.com/cb/{provider}"))
        try browser.get(Browser.callback(browser.site.google.authorize(browser.startLogin()), at: "/cb/google"))
        #expect(try browser.get("/").isLoggedIn)
        let fields = browser.site.google.authorize(try browser.startLogin())
        try isShown("response_redirect_uri_mismatch", Browser.callback(fields, at: "/cb/work"), browser)
    }

    @Test func changedProviderIsShown() throws {
        // The states of the other site begin with the same random bytes.
        for _ in 0..<2 { try browser.startLogin() }
        let fields = site.google.authorize(try browser.startLogin())
        let changed = Browser(try Site(googleClientID: "another-client"))
        try changed.login("work")
        changed.cookies += browser.cookies
        try isShown("state_mismatch", Browser.callback(fields), changed)
    }

    /// Only a good session leads on: not one that is forged, over, or ended by a logout.
    @Test func otherSessionsLeadNowhere() throws {
        let target = browser.approve(try browser.startLogin())
        #expect(try browser.get(target).hasLoggedIn)
        let session = try #require(browser.sessionCookie)
        for value in ["", "x", String(session.dropLast()) + (session.hasSuffix("A") ? "B" : "A")] {
            browser.set(Self.session, value)
            try isShown("state_mismatch", target)
        }
        browser.set(Self.session, session)
        try goesOn(target, to: "/", instead: "state_mismatch")
        try browser.post("/auth/logout")
        browser.set(Self.session, session)
        try isShown("state_mismatch", target)
    }

    @Test func expiredSessionLeadsNowhere() throws {
        let target = browser.approve(try browser.startLogin())
        #expect(try browser.get(target).hasLoggedIn)
        site.clock.advance(400 * 86_400)
        try isShown("state_mismatch", target)
    }

    /// A page that asks for a fresher login is no nearer to it.
    @Test func freshnessStaysAsItIs() throws {
        site.google.editToken = { [clock = site.clock] in $0.claims["auth_time"] = .integer(clock.seconds() - 300) }
        try browser.logIn()
        func asksAgain() throws -> Text {
            let page = try browser.send("GET", "/transfer") { request in
                #expect(!request.isFresh(60))
                var options = LoginOptions(returnTo: "/transfer")
                try options.setParameter("max_age", to: "60")
                try request.login(provider: "google", options)
            }
            return Text(try #require(page.location))
        }
        let target = browser.approve(try asksAgain())
        let pending = browser.cookies
        #expect(try browser.get(target).code == "id_token_authentication_too_old")
        try goesOn(target, to: "/", instead: "state_mismatch")
        browser.cookies += pending.filter { $0.name.contains("login-") }
        try goesOn(target, to: "/transfer", instead: "login_replayed")
        #expect(try asksAgain().contains(text: "max_age=60"))
    }

    /// A form comes with the session only from a page of the same site.
    @Test func form() throws {
        let site = try Site(google: "response_mode = \"form_post\"")
        let browser = Browser(site)
        let body = FormEncoding.encode(site.google.authorize(try browser.startLogin())).string
        #expect(try browser.post("/oauth2callback", form: body).status == 303)
        let answer = try browser.post("/oauth2callback", form: body, from: "same-site")
        #expect(answer.status == 303 && answer.location == "/")
        #expect(site.events.last == "already_signed_in" && site.google.count(.token) == 1)
    }

    @Test func sessionInStreamlitsCookie() throws {
        let site = try Site.streamlit()
        let browser = Browser(site)
        let target = browser.approve(try browser.startLogin())
        #expect(try browser.get(target).hasLoggedIn)
        #expect(try browser.get(target).location == "/")
        #expect(site.google.count(.token) == 1)
    }
}
