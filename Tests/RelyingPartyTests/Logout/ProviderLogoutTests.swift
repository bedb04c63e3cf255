import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logout at the provider (OpenID Connect RP-Initiated Logout 1.0). Attack 80.
@Suite struct ProviderLogoutTests {
    private static let endpoint = "https://google.example.com/end_session"
    private static let pending = "__Host-stauth_logout"

    private func site(_ shared: String = "", google: String = "", endpoint: JSON = "\(Self.endpoint)") throws -> Site {
        let site = try Site(shared, google: google)
        site.google.metadata["end_session_endpoint"] = endpoint
        return site
    }

    private func signedIn(_ site: Site) throws -> Browser {
        let browser = Browser(site)
        try browser.logIn()
        return browser
    }

    /// What the provider gets; empty if the browser does not go there.
    private func parameters(_ answer: Answer, at endpoint: String = Self.endpoint) -> [FormEncoding.Field] {
        guard let parts = answer.location.flatMap({ Text($0).splitOnce(at: "?") }), parts.before == Text(endpoint)
        else {
            return []
        }
        return FormEncoding.decode(parts.after) ?? []
    }

    private func idToken(_ site: Site) throws -> Text { try #require(site.google.secrets.dropLast().last) }

    @Test func browserGoesToTheProvider() throws {
        let site = try site()
        let browser = try signedIn(site)
        let idToken = try idToken(site)
        let answer = try browser.post("/auth/logout")
        #expect(answer.status == 303)
        let fields = parameters(answer)
        #expect(fields.map { $0.name } == ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"])
        #expect(fields.values(of: "id_token_hint") == [idToken])
        #expect(fields.values(of: "client_id") == ["google-client"])
        #expect(fields.values(of: "post_logout_redirect_uri") == ["https://app.example.com/oauth2callback"])
        #expect(fields.values(of: "state").first?.count == 43)
        // The session here is over, whatever the provider does.
        #expect(browser.cookies.map(\.name) == [Self.pending])
        #expect(try !browser.get("/").isLoggedIn)
        #expect(site.log.lines.last == "event=logout user=oRStkAsu3V2b5XFF at_provider=yes")
    }

    /// Providers may refuse an ID token that is not the newest.
    @Test func hintAfterARefresh() throws {
        let site = try site("expose_tokens = \"access\"")
        site.google.givesRefreshTokens = true
        let browser = Browser(site)
        browser.mayShowTokens = true
        try browser.logIn()
        site.google.user["name"] = "Augusta Ada King"
        try browser.send("GET", "/") { request in try site.refresh(request) }
        let hint = try #require(parameters(try browser.post("/auth/logout")).values(of: "id_token_hint").first)
        let payload = try #require(Base64URL.decode(hint.split(at: ".")[1]))
        #expect(JSONObject(parsing: payload)?["name"] == "Augusta Ada King")
    }

    /// A long ID token, which the application sees, would make the URL too long for the provider's server.
    @Test(arguments: [(2950, true), (3050, false)])
    func longIDTokenIsNoHint(count: Int, isSent: Bool) throws {
        let site = try site("expose_tokens = [\"id\"]")
        let browser = Browser(site)
        browser.mayShowTokens = true
        try browser.logIn()
        let padding = (count - (try idToken(site)).count) * 3 / 4
        site.google.user["padding"] = .string(Text(String(repeating: "p", count: padding)))
        try browser.logIn()
        try #require(abs(try idToken(site).count - count) < 40)
        let fields = parameters(try browser.post("/auth/logout"))
        #expect(fields.values(of: "id_token_hint").isEmpty == !isSent)
        #expect(fields.map { $0.name }.contains("client_id"))
    }

    @Test func byTheApplication() throws {
        let browser = try signedIn(site())
        let answer = try browser.send("POST", "/sign-out", ["Sec-Fetch-Site": "same-origin"]) { request in
            try request.logout()
            #expect(request.userJSON == #"{"is_logged_in":false}"#)
        }
        #expect(!parameters(answer).isEmpty)
    }

    /// RP-Initiated Logout 3: with our state, with none and with another.
    @Test(arguments: ["expected", "missing", "other"])
    func wayBack(state: String) throws {
        let site = try site()
        let browser = try signedIn(site)
        let sent = parameters(try browser.post("/auth/logout")).values(of: "state").first?.string ?? ""
        site.log.clear()
        let query = ["expected": "?state=\(sent)", "missing": "", "other": "?state=\(sent)1&iss=x"][state] ?? ""
        let answer = try browser.get("/oauth2callback\(query)")
        #expect(answer.status == 302)
        #expect(answer.location == "/")
        #expect(answer.failure == nil)
        #expect(!answer.isLoggedIn)
        #expect(browser.cookies.isEmpty)
        #expect(site.log.lines == ["event=logout_returned state=\(state)"])
        // It was the answer to that logout alone.
        #expect(try browser.get("/oauth2callback").code == "state_missing")
    }

    /// What answers a login is no way back from a logout.
    @Test func loginWhileALogoutIsPending() throws {
        let browser = try signedIn(site())
        try browser.post("/auth/logout")
        #expect(try browser.get("/oauth2callback?error=access_denied&state=x").code == "state_mismatch")
        #expect(try browser.get("/oauth2callback?code=x").code == "state_missing")
        let location = try browser.startLogin()
        let state =
            FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "state").first?.string ?? ""
        #expect(try browser.get("/oauth2callback?state=\(state)").code == "response_malformed")
        try browser.logIn()
    }

    /// With an answer that is posted by a page of the same site as ours, so that the cookie of the logout comes along.
    @Test(arguments: ["form_post", "form_post.jwt"]) func postedLoginWhileALogoutIsPending(mode: String) throws {
        let site = try site(google: "response_mode = \"\(mode)\"")
        let browser = Browser(site)
        try browser.postCallback(site.google.authorize(try browser.startLogin()))
        try browser.post("/auth/logout")
        #expect(browser.cookie(Self.pending) != nil)
        let fields = site.google.authorize(try browser.startLogin())
        let answer = try browser.post(
            "/oauth2callback", form: FormEncoding.encode(fields).string, from: "same-site")
        #expect(answer.status == 303 && answer.failure == nil && answer.isLoggedIn)
        #expect(browser.pendingLogins.isEmpty)
    }

    /// Where all answers to logins are posted, the way back from a logout is still a redirect.
    @Test func wayBackToACallbackThatTakesForms() throws {
        let site = try Site(
            google: "response_mode = \"form_post\"", redirectURI: "https://app.example.com/cb/{provider}")
        site.google.metadata["end_session_endpoint"] = "\(Self.endpoint)"
        let browser = Browser(site)
        try browser.postCallback(site.google.authorize(try browser.startLogin()), at: "/cb/google")
        let state = parameters(try browser.post("/auth/logout")).values(of: "state").first?.string ?? ""
        let answer = try browser.get("/cb/google?state=\(state)")
        #expect(answer.status == 302 && answer.location == "/")
        #expect(browser.cookies.isEmpty)
        // Without a logout, it is an answer in the wrong way.
        #expect(try browser.get("/cb/google?state=\(state)").code == "state_mismatch")
    }

    /// The state of the logout makes it the logout's way back, whatever a provider adds.
    @Test(arguments: ["error=server_error", "code=x", "response=x"]) func wayBackWithMore(more: String) throws {
        let site = try site()
        let browser = try signedIn(site)
        let state = parameters(try browser.post("/auth/logout")).values(of: "state").first?.string ?? ""
        let answer = try browser.get("/oauth2callback?\(more)&state=\(state)")
        #expect(answer.location == "/" && answer.failure == nil)
        #expect(browser.cookies.isEmpty)
    }

    @Test(arguments: ["logout = \"local\"", ""])
    func endsHereAlone(shared: String) throws {
        let site = try site(shared, endpoint: shared.isEmpty ? .null : "\(Self.endpoint)")
        let browser = try signedIn(site)
        #expect(browser.tokensCookie == nil)
        let answer = try browser.post("/auth/logout")
        #expect(answer.location == "/")
        #expect(browser.cookies.isEmpty)
        #expect(site.log.lines.last == "event=logout user=oRStkAsu3V2b5XFF at_provider=no")
    }

    /// Metadata with a logout endpoint that nobody may be sent to does for logins.
    @Test(arguments: ["http://google.example.com/end", "javascript:alert(1)", "", "/end", "https://u:p@x.example/"])
    func unusableEndpoint(endpoint: String) throws {
        let browser = try signedIn(site(endpoint: "\(endpoint)"))
        #expect(try browser.post("/auth/logout").location == "/")
    }

    /// A process that has not spoken with the provider yet, which is down: the session knows the way.
    @Test func providerIsDownAndNothingIsCached() throws {
        let before = try site()
        let browser = try signedIn(before)
        let restarted = try Site(clock: before.clock)
        restarted.google.fail(.metadata)
        let later = Browser(restarted)
        later.cookies = browser.cookies
        let request = try HostRequest(restarted.application, IncomingRequest(method: "POST", target: "/auth/logout"))
        #expect(!request.mayBlock)
        // Its random source gives the bytes again that the first one gave.
        let location = try later.post("/auth/logout").location
        #expect(location?.hasPrefix(Self.endpoint + "?") == true)
        #expect(restarted.google.requestCount == 0)
    }

    /// Without what was kept of the login: no hint, and from the cache alone.
    @Test func tokensAreGone() throws {
        let site = try site()
        let browser = try signedIn(site)
        browser.set(browser.tokensName, nil)
        let fields = parameters(try browser.post("/auth/logout"))
        #expect(fields.map { $0.name } == ["client_id", "post_logout_redirect_uri", "state"])

        let restarted = try Site(clock: site.clock)
        restarted.google.metadata["end_session_endpoint"] = "\(Self.endpoint)"
        let other = try signedIn(site)
        other.set(other.tokensName, nil)
        let later = Browser(restarted)
        later.cookies = other.cookies
        #expect(try later.post("/auth/logout").location == "/")
        #expect(try !later.get("/").isLoggedIn)
        #expect(restarted.google.requestCount == 0)
    }

    @Test func longIDTokenIsNotSent() throws {
        let site = try site()
        site.google.user["groups"] = .string(Text(String(repeating: "g", count: 2500)))
        let browser = try signedIn(site)
        let answer = try browser.post("/auth/logout")
        #expect(parameters(answer).map { $0.name } == ["client_id", "post_logout_redirect_uri", "state"])
        #expect((answer.location?.count ?? 0) < 400)
    }

    @Test func hintThatTheProviderGave() throws {
        let site = try site()
        site.google.user["login_hint"] = "O.CiQ1 &x"
        let fields = parameters(try signedIn(site).post("/auth/logout"))
        #expect(fields.values(of: "logout_hint") == ["O.CiQ1 &x"])
    }

    @Test func addressOfTheOperator() throws {
        let browser = try signedIn(site(google: "post_logout_redirect_uri = \"https://www.example.org/bye?x=1\""))
        let fields = parameters(try browser.post("/auth/logout"))
        #expect(fields.values(of: "post_logout_redirect_uri") == ["https://www.example.org/bye?x=1"])
        // Nothing waits for a return that leads elsewhere.
        #expect(browser.cookies.isEmpty)
    }

    @Test func endpointWithAQuery() throws {
        let browser = try signedIn(site(endpoint: "https://google.example.com/end_session?p=flow"))
        #expect(parameters(try browser.post("/auth/logout")).first == .init("p", "flow"))
    }

    /// It ends, although no state can be made.
    @Test func noRandomness() throws {
        let site = try site()
        let browser = try signedIn(site)
        site.random.failAfter(0)
        #expect(try browser.post("/auth/logout").location == "/")
        #expect(browser.cookies.isEmpty)
        #expect(site.events.suffix(2) == ["provider_logout_failed", "logout"])
    }

    @Test func otherSitesAndStrangers() throws {
        let browser = try signedIn(site())
        #expect(try browser.post("/auth/logout", ["Sec-Fetch-Site": "cross-site"]).code == "cross_site_request")
        #expect(browser.tokensCookie != nil)
        #expect(try Browser(browser.site).post("/auth/logout").location == "/")
    }

    /// The form's answer leads away, which `form-action` would stop.
    @Test func pagesPolicy() throws {
        let browser = try signedIn(site())
        let policy = try #require(browser.get("/auth/logout").header("Content-Security-Policy"))
        #expect(!policy.contains("form-action"))
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
    }
}
