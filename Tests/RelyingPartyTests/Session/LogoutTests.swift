import Basics
import RelyingParty
import TestSupport
import Testing

@Suite struct LogoutTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
        try browser.logIn()
        site.log.clear()
    }

    /// Attack 80: a link ends no session; the page that asks does.
    @Test(arguments: ["/auth/logout", "/auth/logout?x=1", "/auth/logout?confirm=yes"])
    func linkOnlyAsks(target: String) throws {
        let answer = try browser.get(target, ["Sec-Fetch-Site": "cross-site"])
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.body.contains(#"<form class="actions" method="post" action="/auth/logout">"#))
        #expect(answer.setCookies.isEmpty)
        #expect(site.log.lines.isEmpty)
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test(arguments: [
        ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], ["Origin": "https://app.example.com"],
        ["Sec-Fetch-Site": "same-origin", "Origin": "null"], ["Origin": "https://app.example.com", "Host": "evil"],
        ["Referer": "https://app.example.com/page?x"], ["Referer": "https://app.example.com"],
        ["Referer": "https://app.example.com/x?a={b}|c"],
        ["Sec-Fetch-Site": "none", "Referer": "https://evil.example.com/"],
        ["Origin": "https://app.example.com", "Referer": "https://evil.example.com/"],
    ])
    func ownForm(headers: [String: String]) throws {
        let answer = try browser.post("/auth/logout", headers, from: nil)
        #expect(answer.status == 303)
        #expect(browser.cookies.isEmpty)
        #expect(site.events == ["logout"])
    }

    /// The session has ended, not only this browser's cookie.
    @Test(arguments: [false, true]) func copiedCookieIsWorthNothing(byTheApplication: Bool) throws {
        let copies = [Browser(site), Browser(site)]
        for copy in copies { copy.cookies = browser.cookies }
        #expect(try copies[0].get("/").isLoggedIn)
        if byTheApplication {
            try browser.send("POST", "/sign-out", ["Sec-Fetch-Site": "same-origin"]) { try $0.logout() }
        } else {
            try browser.post("/auth/logout")
        }
        for copy in copies {
            #expect(try !copy.get("/").isLoggedIn)
            #expect(try site.application.userJSON(cookie: Array(copy.cookieHeader.utf8)) == #"{"is_logged_in":false}"#)
        }
        // Whoever signs in next is somebody else, and later logins revive nothing.
        try browser.logIn()
        #expect(try browser.get("/").isLoggedIn)
        #expect(try !copies[0].get("/").isLoggedIn)
    }

    /// The operator of several processes learns at the start that they need a store.
    @Test func memoryOfOneProcess() throws {
        let events = { (site: Site) in site.log.usualEntries.map { $0.line.prefix { $0 != " " } } }
        #expect(events(site) == ["event=ended_sessions_not_shared"])
        #expect(site.log.usualEntries[0].level == .info)
        #expect(try events(Site("idle_timeout = 400", beside: site, succeeds: true)).isEmpty)
        #expect(try events(Site(store: FakeStore())).isEmpty)
    }

    /// One that counts for nothing here any more, while somebody else keeps a copy in use.
    @Test(arguments: [true, false]) func copyOfASessionThatIsIdleHere(byLogin: Bool) throws {
        let browser = Browser(try Site("idle_timeout = 400\nsession_lifetime = 4000"))
        try browser.logIn()
        let copy = Browser(browser.site)
        copy.cookies = browser.cookies
        for _ in 0..<3 {
            browser.site.clock.advance(200)
            #expect(try copy.get("/").isLoggedIn)
        }
        #expect(try !browser.get("/").isLoggedIn && copy.get("/").isLoggedIn)
        if byLogin { try browser.logIn() } else { try browser.post("/auth/logout") }
        #expect(try !copy.get("/").isLoggedIn)
    }

    /// Two people share a computer; or a thief has a copy, and the user signs in again.
    @Test(arguments: ["", "expose_tokens = \"access\"", "idle_timeout = 400"])
    func copyOfASessionThatALoginReplaces(lines: String) throws {
        let browser = Browser(try Site(lines))
        browser.mayShowTokens = true
        try browser.logIn()
        let copy = Browser(browser.site)
        (copy.mayShowTokens, copy.cookies) = (true, browser.cookies)
        browser.site.google.user["sub"] = "user-2"
        try browser.logIn()
        #expect(try browser.get("/").isLoggedIn && !copy.get("/").isLoggedIn)
        browser.site.clock.advance(60)
        try copy.logIn()
        #expect(try browser.get("/").isLoggedIn && copy.get("/").isLoggedIn)
    }

    /// The page of a request that waits for new tokens comes after the logout, and so do they.
    @Test func logoutDuringARefresh() throws {
        let refreshing = try RefreshingSite()
        let other = Browser(refreshing.site)
        other.cookies = refreshing.browser.cookies
        refreshing.google.editTokenResponse = { _ in _ = try? other.post("/auth/logout") }
        let (code, page) = try refreshing.refresh()
        #expect(code == "not_signed_in" && !page.isLoggedIn)
        #expect(refreshing.browser.cookies.isEmpty && other.cookies.isEmpty)
    }

    /// A login that is refused replaces nothing.
    @Test func refusedLoginEndsNothing() throws {
        site.google.editToken = { $0.claims["nonce"] = "another" }
        #expect(try browser.login().code == "id_token_nonce_mismatch")
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Other sessions of the same user live on, and so does one whose logout was refused.
    @Test func onlyThisSessionEnds() throws {
        let other = Browser(site)
        try other.logIn()
        try browser.post("/auth/logout", from: "cross-site")
        #expect(try browser.get("/").isLoggedIn)
        try browser.post("/auth/logout")
        #expect(try other.get("/").isLoggedIn)
    }

    @Test(arguments: [
        ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": ""],
        ["Sec-Fetch-Site": "SAME-ORIGIN"], ["Origin": "https://evil.example.com"], ["Origin": "null"], ["Origin": ""],
        ["Origin": "http://app.example.com"], ["Origin": "https://app.example.com:444"],
        ["Origin": "https://app.example.com.evil.example.com"], ["Origin": "https://app.example.com/"],
        ["Sec-Fetch-Site": "cross-site", "Origin": "https://app.example.com"],
        ["Referer": "https://evil.example.com/"], ["Referer": "https://evil.example.com/https://app.example.com/"],
        ["Referer": "https://app.example.com.evil.example.com/"],
        ["Referer": "https://app.example.com@evil.example.com/"],
        ["Referer": "https://app.example.com:444/"], ["Referer": "http://app.example.com/"], ["Referer": ""],
        ["Referer": "about:blank"], ["Referer": "/page"],
        ["Origin": "null", "Referer": "https://app.example.com/"],
        ["Sec-Fetch-Site": "cross-site", "Referer": "https://app.example.com/"],
        // Nothing at all: no browser of this decade, or a host that hands none of the headers over.
        [:], ["Host": "app.example.com"],
    ])
    func formOfAnotherSite(headers: [String: String]) throws {
        let answer = try browser.post("/auth/logout", headers, from: nil)
        #expect(answer.status == 403)
        #expect(answer.code == "cross_site_request")
        #expect(answer.setCookies.isEmpty)
        #expect(site.events == ["logout_refused"])
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test func refererThatIsNotText() throws {
        let request = try HostRequest(site.application, IncomingRequest(method: "POST", target: "/auth/logout"))
        try request.addHeader("Cookie", Array(browser.cookieHeader.utf8))
        try request.addHeader("Referer", [0xFF])
        #expect(try request.begin() == .respond && request.failure?.code == .crossSiteRequest)
    }

    /// By the page's own code, too, whatever its method is.
    @Test(arguments: ["GET", "POST"], [[:], ["Referer": "https://evil.example.com/"]])
    func byThePageForAnotherSite(method: String, headers: [String: String]) throws {
        let answer = try browser.send(method, "/sign-out", headers) { request in
            #expect(throws: Failure.self) { try request.logout() }
        }
        #expect(answer.failure?.code == .crossSiteRequest && answer.setCookies.isEmpty)
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Only cookies that were sent are removed: what another site forces comes without them.
    @Test func nobodyIsSignedIn() throws {
        let stranger = Browser(site)
        let answer = try stranger.post("/auth/logout")
        #expect(answer.status == 303)
        #expect(answer.setCookies.isEmpty)
    }

    @Test func otherCookiesStay() throws {
        try browser.startLogin()
        browser.set("theme", "dark")
        try browser.post("/auth/logout")
        #expect(browser.cookies.count == 2)
        #expect(browser.cookie("theme") == "dark")
        #expect(browser.pendingLogins.count == 1)
    }

    @Test func startPageOfASiteInAFolder() throws {
        let browser = Browser(try Site(redirectURI: "https://app.example.com/shop/oauth2callback"))
        #expect(try browser.post("/shop/auth/logout").location == "/shop/")
        #expect(try browser.get("/shop/auth/logout").body.contains(#"href="/shop/""#))
        #expect(try !browser.get("/auth/logout").isAnswered)
    }
}
