import Basics
import RelyingParty
import TestSupport
import Testing

/// Requests that no user has made yet: prefetch, prerender, previews and HEAD begin and end nothing.
@Suite struct SpeculativeRequestTests {
    static let headers: [[String: String]] = [
        ["Sec-Purpose": "prefetch"], ["Sec-Purpose": "prefetch;prerender"], ["sec-purpose": "Prefetch; prerender"],
        ["Sec-Purpose": "prefetch;anonymous-client-ip"], ["Purpose": "prefetch"], ["X-Moz": "prefetch"],
        ["X-Purpose": "preview"], ["X-Purpose": "instant"], ["Purpose": "prefetch, x"], ["Purpose": "x , prefetch"],
    ]

    let site: Site
    let browser: Browser

    init() throws {
        site = try Site("idle_timeout = \"1h\"")
        site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
        browser = Browser(site)
        try browser.logIn()
        site.log.clear()
    }

    /// An error that nothing keeps, without a cookie and without a way on.
    private func expectNothing(_ answer: Answer, status: Int32 = 503) {
        #expect(answer.status == status)
        #expect(answer.header("Allow") == (status == 405 ? "GET" : nil))
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.setCookies.isEmpty && answer.location == nil && answer.body.isEmpty)
        #expect(answer.failure == nil && answer.isLoggedIn)
        #expect(site.log.lines.isEmpty)
    }

    @Test(arguments: headers) func pathsOfTheLibrary(headers: [String: String]) throws {
        let fields = site.google.authorize(try browser.startLogin())
        let requests = site.google.requestCount
        site.log.clear()
        let before = browser.cookieHeader
        for target in [
            "/auth/login?provider=google", "/auth/login", "/auth/login?provider=nobody", "/auth/logout",
            Browser.callback(fields), "/oauth2callback",
        ] {
            expectNothing(try browser.get(target, headers))
        }
        #expect(browser.cookieHeader == before)
        #expect(site.google.requestCount == requests)
        // The code was not spent, and the login is still there.
        #expect(try browser.get(Browser.callback(fields)).hasLoggedIn)
    }

    /// What page code asks for; it need not know.
    @Test(arguments: headers) func pagesOfTheHost(headers: [String: String]) throws {
        for provider in ["google", nil] as [Text?] {
            expectNothing(
                try browser.send("GET", "/x", headers) { request in
                    #expect(!request.loginMayBlock(provider: provider))
                    try request.login(provider: provider)
                })
        }
        let own = headers.merging(["Sec-Fetch-Site": "same-origin"]) { $1 }
        expectNothing(try browser.send("GET", "/x", own) { try $0.logout() })
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Nobody can push the user's own logins out with links that browsers fetch ahead.
    @Test func pendingLoginsStay() throws {
        let location = try browser.startLogin()
        for _ in 0..<20 {
            try browser.get("/auth/login?provider=work", ["Sec-Purpose": "prefetch"])
            try browser.send("HEAD", "/auth/login?provider=work")
            try browser.send("HEAD", "/x") { try $0.login(provider: "work") }
        }
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    @Test func headOfAPage() throws {
        expectNothing(try browser.send("HEAD", "/x") { try $0.login(provider: "google") }, status: 405)
        let own = ["Sec-Fetch-Site": "same-origin"]
        expectNothing(try browser.send("HEAD", "/x", own) { try $0.logout() }, status: 405)
    }

    /// Looking ahead is no sign of life: the session is not prolonged, but by the visit.
    @Test(arguments: [["Sec-Purpose": "prefetch"], [:]]) func idleSession(headers: [String: String]) throws {
        site.clock.advance(1800)
        let answer = try browser.send(headers.isEmpty ? "HEAD" : "GET", "/x", headers)
        #expect(answer.status == 0 && answer.isLoggedIn && answer.setCookies.isEmpty)
        #expect(try !browser.get("/x").setCookies.isEmpty)
    }

    @Test func logoutOfAnotherSiteIsStillRefused() throws {
        let headers = ["Sec-Purpose": "prefetch", "Sec-Fetch-Site": "cross-site"]
        let answer = try browser.send("GET", "/x", headers) { request in
            #expect(throws: Failure.self) { try request.logout() }
        }
        #expect(answer.failure?.code == .crossSiteRequest)
    }

    /// The way back from the provider's logout.
    @Test func returnOfALogout() throws {
        try browser.post("/auth/logout")
        site.log.clear()
        let answer = try browser.get("/oauth2callback", ["Sec-Purpose": "prefetch"])
        #expect(answer.status == 503 && answer.setCookies.isEmpty)
        #expect(try browser.get("/oauth2callback").location == "/")
    }

    @Test(arguments: headers) func postIsMeant(headers: [String: String]) throws {
        #expect(try browser.post("/auth/login?provider=google", headers).status == 303)
        #expect(browser.pendingLogins.count == 1)
        #expect(try browser.post("/auth/logout", headers).status == 303)
        #expect(browser.sessionCookie == nil)
    }

    @Test(arguments: [
        ["Sec-Purpose": ""], ["Sec-Purpose": "navigate"], ["Purpose": "no-prefetch"], ["X-Purpose": "prefetchx"],
        ["X-Moz": "\"prefetch\""], ["Prefetch": "prefetch"], ["Accept": "prefetch"],
    ])
    func visit(headers: [String: String]) throws {
        #expect(try browser.get("/auth/login?provider=google", headers).status == 302)
    }
}
