import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// What servers in front of the application see: 7,900 bytes of cookies at most, and responses of 3,900. Attacks 62 and 87.
@Suite struct HeaderBudgetTests {
    /// Of cookies, while the one that says when the session was last seen may still come.
    private static let most = 7900 - 120
    private static let groupCounts = [0, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 140, 160, 180, 200]

    private func site(groups count: Int = 0, _ shared: String = "") throws -> Site {
        let site = try Site(shared)
        site.google.metadata["end_session_endpoint"] = "https://google.example.com/end_session"
        if count > 0 { site.google.user["groups"] = groups(count) }
        return site
    }

    private func signedIn(groups count: Int) throws -> Browser {
        let browser = Browser(try site(groups: count))
        try browser.logIn()
        return browser
    }

    /// With names and separators.
    private func size(_ browser: Browser) -> Int { browser.cookieHeader.utf8.count + 2 }

    private func size(_ answer: Answer) -> Int {
        answer.headers.reduce(40) { $0 + $1.name.count + $1.value.count + 4 }
    }

    private func long(_ index: Int = 0, length: Int = 2048) -> String {
        String("/\(index)/\(incompressible(length))".prefix(length))
    }

    // MARK: - Requests

    /// A page of another site begins logins as it likes: the user's requests stay short, so all pages go on.
    @Test(arguments: groupCounts) func linksFromAnotherSite(count: Int) throws {
        let browser = try signedIn(groups: count)
        for index in 0..<7 {
            browser.site.clock.advance(1)
            let target = FormEncoding.encode([.init("provider", "google"), .init("return_to", Text(long(index)))])
            let answer = try browser.get("/auth/login?\(target.string)", ["Sec-Fetch-Site": "cross-site"])
            #expect(answer.status == 302)
            #expect(size(browser) <= Self.most)
            #expect(size(answer) <= 3900)
            #expect(try browser.get("/").isLoggedIn)
        }
        #expect(!browser.pendingLogins.isEmpty)
        #expect(try browser.post("/auth/logout").status == 303)
        #expect(try !browser.get("/").isLoggedIn)
    }

    /// The login that the user has just begun always finds room.
    @Test(arguments: groupCounts) func lastLoginSucceeds(count: Int) throws {
        let browser = try signedIn(groups: count)
        for index in 0..<5 { try browser.startLogin(returnTo: long(index)) }
        let answer = try browser.login(returnTo: "/last")
        #expect(answer.hasLoggedIn)
        #expect(answer.location == "/last" || browser.site.events.contains("return_page_dropped"))
        #expect(size(browser) <= Self.most)
    }

    /// Logins of other tabs make room for the session.
    @Test(arguments: groupCounts) func sessionBesideOtherTabs(count: Int) throws {
        let browser = Browser(try site(groups: count))
        let locations = try (0..<5).map { index in
            browser.site.clock.advance(1)
            return try browser.startLogin(returnTo: "/\(index)?\(incompressible(500))")
        }
        for location in locations.reversed() where browser.pendingLogins.count > 0 {
            let answer = try browser.get(browser.approve(location))
            #expect(answer.hasLoggedIn || answer.code == "state_mismatch")
            #expect(size(browser) <= Self.most)
        }
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Whatever the page is, the cookie that says when the session was last seen still has its place.
    @Test func pagesOfEveryLength() throws {
        let browser = try signedIn(groups: 180)
        let cookies = browser.cookies
        for length in stride(from: 20, through: 2000, by: 60) {
            browser.cookies = cookies
            try browser.startLogin(returnTo: long(length: length))
            #expect(size(browser) <= Self.most)
        }
    }

    /// Cookies of the host's count for what can be done without, unless the server takes longer headers anyway.
    @Test(arguments: [(3000, true), (5000, false), (9000, true)])
    func cookiesOfTheHost(length: Int, isKept: Bool) throws {
        let browser = try signedIn(groups: 0)
        browser.set("other", String(repeating: "o", count: length))
        let location = try browser.startLogin(returnTo: long())
        #expect(length > 8000 || size(browser) <= 8002)
        let answer = try browser.get(browser.approve(location))
        #expect(answer.location == (isKept ? long() : "/"))
    }

    /// The last resort: a page that says so, and no cookie that would close all the others.
    @Test func noRoomForALogin() throws {
        let browser = try signedIn(groups: 180)
        browser.set(browser.tokensName + "-2", String(repeating: "A", count: 4200))
        let before = browser.cookies.map(\.name)
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.code == "cookies_too_large")
        #expect(answer.status == 431)
        #expect(browser.cookies.map(\.name) == before)
        #expect(try browser.get("/").isLoggedIn)
        try browser.post("/auth/logout")
        #expect(try browser.login().hasLoggedIn)
    }

    /// A session that no longer counts makes room.
    @Test func noRoomBesideAnExpiredSession() throws {
        let browser = try signedIn(groups: 180)
        browser.set(browser.tokensName + "-2", String(repeating: "A", count: 4200))
        browser.site.clock.advance(40 * 24 * 3600)
        let location = try browser.startLogin()
        #expect(browser.cookies.count == 1)
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    /// What Streamlit has stored counts too, and goes when it is of no use.
    @Test func noRoomBesideStreamlitsTokens() throws {
        let browser = Browser(try .streamlit())
        try browser.logIn()
        for number in 1...2 { browser.set("_streamlit_user_tokens_\(number)", String(repeating: "A", count: 3700)) }
        #expect(try browser.get("/auth/login?provider=google").code == "cookies_too_large")
        browser.site.clock.advance(40 * 24 * 3600)
        let location = try browser.startLogin()
        #expect(browser.cookies.map(\.name) == browser.pendingLogins)
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    // MARK: - Responses

    /// nginx passes 4 KiB on. Whoever has more gets it only with a word to the operator.
    @Test(arguments: groupCounts, ["/", "/?\(incompressible(2000))"])
    func callback(count: Int, target: String) throws {
        let browser = Browser(try site(groups: count))
        let location = try browser.startLogin(returnTo: target)
        let answer = try browser.get(browser.approve(location))
        #expect(answer.hasLoggedIn)
        #expect(try browser.get("/").user()["groups"]?.array?.count ?? 0 == count)
        let isReported = browser.site.events.contains("response_headers_too_large")
        #expect(isReported == (size(answer) > 3900))
        #expect(!isReported || count > 90)
        // What helps nothing is not left out.
        #expect(answer.location == target || !isReported)
    }

    /// First the ID token for the logout, then the session's length, then the page.
    @Test(
        arguments: [
            (0, 100, []), (20, 100, ["logout_hint_dropped"]), (40, 100, ["logout_hint_dropped"]),
            (20, 2000, ["logout_hint_dropped"]), (40, 2000, ["logout_hint_dropped", "return_page_dropped"]),
        ] as [(Int, Int, [String])])
    func whatIsLeftOut(count: Int, length: Int, events: [String]) throws {
        let browser = Browser(try site(groups: count))
        let answer = try browser.login(returnTo: long(length: length))
        #expect(size(answer) <= 3900)
        #expect(browser.site.events.filter { $0.hasSuffix("_dropped") } == events)
        #expect(answer.location == (events.contains("return_page_dropped") ? "/" : long(length: length)))
        let logout = try #require(browser.post("/auth/logout").location)
        #expect(logout.contains("id_token_hint=") == events.isEmpty)
    }

    /// Tokens that the application asked for are not left out for a response.
    @Test func exposedTokensStay() throws {
        let browser = Browser(try site(groups: 40, "expose_tokens = [\"id\", \"access\"]"))
        browser.mayShowTokens = true
        let answer = try browser.login()
        #expect(size(answer) > 3900)
        #expect(browser.site.events.contains("response_headers_too_large"))
        #expect(try browser.get("/").user()["tokens"]?.object?.members.count == 2)
    }

    /// A login with a long page and a long address at the provider, beside those of other tabs, which go.
    @Test func startOfALogin() throws {
        let browser = Browser(try site())
        for index in 0..<5 {
            browser.site.clock.advance(1)
            try browser.startLogin(returnTo: "/\(index)?\(incompressible(450))")
        }
        let hint = incompressible(1000)
        let answer = try browser.get("/auth/login?provider=google&login_hint=\(hint)&return_to=\(long())")
        #expect(answer.location?.contains(hint) == true)
        #expect(size(answer) <= 3900)
        #expect(size(browser) <= 7900)
    }

    /// The address at the provider, with an ID token in it, beside the cookies that go.
    @Test(arguments: [1000, 1800, 1900, 2000, 2100, 2200, 2250]) func logout(length: Int) throws {
        let site = try site()
        site.google.user["picture"] = .string(Text(incompressible(length)))
        let browser = Browser(site)
        let answer = try browser.login()
        #expect(size(answer) <= 3900)
        for index in 0..<4 { browser.set("__Host-stauth_\(["session-2", "tokens-2", "logout", "x"][index])", "x") }
        #expect(try size(browser.post("/auth/logout")) <= 3900)
    }

    /// Links of our own, whose addresses servers limit too: 4,094 bytes of a request line at gunicorn.
    @Test(arguments: [100, 1500, 2047]) func linksOfOurOwn(length: Int) throws {
        let browser = Browser(try site())
        let page = "/page" + String(repeating: "/a", count: (length - 5) / 2)
        let answer = try browser.send("GET", "/page") {
            try $0.login(provider: nil, LoginOptions(returnTo: Text(page)))
        }
        #expect((answer.location?.utf8.count ?? 0) <= 3500)
        #expect(size(answer) <= 3900)
        let location = try browser.startLogin(returnTo: page)
        let state = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "state").first ?? ""
        let refusal = try browser.get("/oauth2callback?error=access_denied&state=\(state)")
        let link = refusal.body.split(separator: "href=\"").last?.prefix { $0 != "\"" } ?? ""
        #expect((1...3600).contains(link.utf8.count))
    }
}
