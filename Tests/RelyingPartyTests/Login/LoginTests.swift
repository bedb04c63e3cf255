import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// A login from its beginning to its end.
@Suite struct LoginTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
    }

    private func query(_ location: Text) throws -> [FormEncoding.Field] {
        try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? ""))
    }

    @Test func signedOut() throws {
        let answer = try browser.get("/")
        #expect(!answer.isAnswered)
        #expect(answer.status == 0)
        #expect(answer.headers.isEmpty)
        #expect(answer.userJSON == #"{"is_logged_in":false}"#)
        #expect(site.network.providers.allSatisfy { $0.requestCount == 0 })
    }

    @Test func fromLoginToLogout() throws {
        let begun = try browser.get("/auth/login?provider=google&return_to=/report?id%3D7")
        #expect(begun.isAnswered)
        #expect(begun.status == 302)
        #expect(begun.header("Cache-Control") == "no-store")
        #expect(begun.body.isEmpty)
        #expect(browser.pendingLogins.count == 1)

        let finished = try browser.get(browser.approve(Text(try #require(begun.location))))
        #expect(finished.status == 302)
        #expect(finished.location == "/report?id=7")
        #expect(finished.header("Cache-Control") == "no-store")
        #expect(finished.isLoggedIn)
        #expect(browser.cookies.map(\.name) == ["__Host-stauth_session"])

        let page = try browser.get("/report?id=7")
        #expect(!page.isAnswered)
        #expect(page.headers.isEmpty)
        let user: JSONObject = [
            "is_logged_in": true, "provider": "google", "sub": "user-1", "name": "Ada Lovelace",
            "email": "ada@example.com", "email_verified": true, "iss": "https://google.example.com",
        ]
        #expect(try page.user() == user)

        let ended = try browser.post("/auth/logout", ["Sec-Fetch-Site": "same-origin"])
        #expect(ended.status == 303)
        #expect(ended.location == "/")
        #expect(ended.header("Cache-Control") == "no-store")
        #expect(browser.cookies.isEmpty)
        #expect(try !browser.get("/").isLoggedIn)
        #expect(site.events == ["redirect_uri_shared", "login_started", "login_succeeded", "logout"])
    }

    /// OIDC Core 3.1.2.1 with state (RFC 6749 10.12), nonce and PKCE (RFC 7636): as configured, each once, nothing else.
    @Test func authorizationRequest() throws {
        let location = try browser.startLogin()
        #expect(location.hasPrefix("https://google.example.com/authorize?"))
        let fields = try query(location)
        #expect(
            fields.map(\.name) == [
                "response_type", "client_id", "redirect_uri", "scope", "prompt", "state", "nonce", "code_challenge",
                "code_challenge_method",
            ])
        #expect(fields.values(of: "client_id") == ["google-client"])
        #expect(fields.values(of: "redirect_uri") == ["https://app.example.com/oauth2callback"])
        #expect(fields.values(of: "scope") == ["openid profile email"])
        #expect(fields.values(of: "prompt") == ["select_account"])
        for name: Text in ["state", "nonce", "code_challenge"] { #expect(fields.values(of: name)[0].count == 43) }
    }

    /// Attack 51: made anew for every login, and the code verifier is not for the browser's eyes.
    @Test func nothingIsUsedTwice() throws {
        let locations = try (0..<5).map { _ in try browser.startLogin() }
        for name: Text in ["state", "nonce", "code_challenge"] {
            let values = try locations.map { try query($0).values(of: name)[0].string }
            #expect(Set(values).count == 5)
        }
        #expect(Set(site.random.all).count == site.random.all.count)
        for location in locations {
            let shown = Set(try query(location).map(\.value.string))
            let made = Set(site.loginValues)
            #expect(made.intersection(shown).count == 2)
            #expect(made.count == 15)
        }
    }

    /// One request: the code for the tokens.
    @Test func warmLoginAsksOnce() throws {
        try site.warmUp()
        #expect(site.google.count(.metadata) == 1 && site.google.count(.jwkSet) == 1)
        for _ in 0..<3 { try browser.logIn() }
        #expect(site.google.count(.token) == 3)
        #expect(site.google.requestCount == 5)
    }

    @Test func coldLoginAsksForEachDocumentOnce() throws {
        try browser.startLogin()
        #expect(site.google.requestCount == 1)
        #expect(site.google.count(.metadata) == 1)
        try browser.logIn()
        #expect(site.google.requestCount == 3)
        #expect(site.work.requestCount == 0)
    }

    /// The hot path: no provider, no log, no header.
    @Test func requestOfASignedInUserAsksNobody() throws {
        try browser.logIn()
        site.log.clear()
        let asked = site.google.requestCount
        for _ in 0..<3 { #expect(try browser.get("/page").isLoggedIn) }
        #expect(
            try site.application.userJSON(cookie: Array(browser.cookieHeader.utf8)) == Text(browser.get("/").userJSON))
        #expect(site.google.requestCount == asked)
        #expect(site.log.lines.isEmpty)
    }

    /// Attack 61: what the browser or a proxy says about this site leads nowhere else.
    @Test func otherHostNamesLeadToThisSite() throws {
        let headers = [
            "Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com", "Forwarded": "host=evil.example.com",
            "X-Forwarded-Proto": "http", "X-Original-URL": "/evil",
        ]
        let own = try browser.get("/auth/login?provider=google&return_to=%2Freport", headers)
        #expect(own.location == "https://app.example.com/auth/login?provider=google&return_to=%2Freport")
        #expect(
            own.setCookies == ["__Host-stauth_moved=1; Max-Age=10; Path=/; HttpOnly; SameSite=Lax; Secure"])
        #expect(browser.pendingLogins.isEmpty)
        #expect(site.events.last == "other_site_name")
        let location = try #require(try browser.get("/auth/login?provider=google", headers).location)
        #expect(try query(Text(location)).values(of: "redirect_uri") == ["https://app.example.com/oauth2callback"])
        #expect(!location.contains("evil"))
    }

    /// The tabs end in another order than they began in; each comes back to its own page.
    @Test func parallelTabs() throws {
        let first = try browser.startLogin(returnTo: "/first")
        let second = try browser.startLogin("work", returnTo: "/second")
        let third = try browser.startLogin(returnTo: "/third")
        #expect(browser.pendingLogins.count == 3)
        #expect(try browser.get(browser.approve(third)).location == "/third")
        #expect(try browser.get(browser.approve(first)).location == "/first")
        let last = try browser.get(browser.approve(second, at: site.work))
        #expect(last.location == "/second")
        #expect(try last.user()["provider"] == "work")
        #expect(browser.pendingLogins.isEmpty)
    }

    /// RFC 9110 15.4.4: after a POST, a 303 makes a GET of it.
    @Test func loginByForm() throws {
        let answer = try browser.post("/auth/login", form: "provider=google&return_to=%2Freport")
        #expect(answer.status == 303)
        let finished = try browser.get(browser.approve(Text(try #require(answer.location))))
        #expect(finished.location == "/report")
    }

    /// Attack 92: nothing of the session before survives, and no two sessions have the same cookie.
    @Test func newLoginReplacesTheSession() throws {
        try browser.logIn()
        let before = try #require(browser.sessionCookie)
        site.google.user["sub"] = "user-2"
        let answer = try browser.login()
        #expect(try answer.user()["sub"] == "user-2")
        #expect(browser.sessionCookie != before)
        #expect(browser.cookies.count == 1)
    }

    /// Attack 97: the same sub of another provider is another user.
    @Test func identityIsIssuerAndSubject() throws {
        let atGoogle = try browser.login().user()
        site.work.user = site.google.user
        let atWork = try browser.login("work").user()
        #expect(atGoogle["sub"] == atWork["sub"])
        #expect(atGoogle["iss"] != atWork["iss"])
        #expect(atGoogle["provider"] != atWork["provider"])
    }

    @Test func preloadReportsTheFirstFailureAndTriesAll() throws {
        site.google.fail(.metadata, .providerTimeout)
        site.work.fail(.jwkSet, .providerTLSFailed)
        #expect(try refusal { try site.preload() } == .providerTimeout)
        #expect(site.work.count(.jwkSet) == 1)
        #expect(site.events == ["provider_fetch_failed", "redirect_uri_shared", "provider_fetch_failed"])
    }
}
