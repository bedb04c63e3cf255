import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Requests that an access token authenticates (RFC 6750), whatever kind of token it is.
@Suite struct AccessTokenRequestTests {
    let site: TokenSite

    init() throws { site = try TokenSite() }

    @Test func userOfTheToken() throws {
        let answer = try site.get(site.token { $0.claims["name"] = "Ada" })
        try site.expectUser(answer)
        let user = try answer.user()
        #expect(
            user.members.map(\.name.string) == [
                "is_logged_in", "provider", "authenticated_by", "iss", "sub", "client_id", "scope", "name",
            ])
        #expect(user["provider"] == "google" && user["scope"] == "openid app:read")
        #expect(site.site.log.lines.isEmpty)
    }

    @Test func offUnlessConfigured() throws {
        let site = try TokenSite("")
        let answer = try site.get(site.token())
        #expect(!answer.isAnswered && !answer.isLoggedIn && site.site.log.lines.isEmpty)
    }

    /// Pages depend on the header, and no shared cache keeps them.
    @Test func caching() throws {
        let answer = try site.get(site.token())
        #expect(answer.header("Cache-Control") == "private" && answer.header("Vary") == "Cookie, Authorization")
        let other = try site.program.send("GET", "/", inPage: { _ = $0.readUser() })
        #expect(other.header("Cache-Control") == nil && other.header("Vary") == "Cookie, Authorization")
    }

    // MARK: - How the token comes

    @Test(arguments: ["bearer", "BEARER", "Bearer"]) func scheme(name: String) throws {
        try site.expectUser(try site.send("POST", "/", site.token(), scheme: name))
    }

    /// Addresses are in logs, and other sites can post forms (RFC 6750 2.2, 2.3).
    @Test func elsewhereThanInTheHeader() throws {
        let token = site.token().string
        #expect(try !site.program.get("/?access_token=\(token)").isLoggedIn)
        #expect(try !site.program.post("/", form: "access_token=\(token)").isLoggedIn)
    }

    @Test(arguments: ["Bearer", "Bearer ", "Bearer  x", "Bearer a b", "Bearer \u{e9}", "Bearer \"x\"", "Bearer a,b"])
    func malformedHeader(value: String) throws {
        let answer = try site.program.get("/", ["Authorization": value])
        site.expectRefused(answer, "authorization_header_invalid", status: 400, error: "invalid_request")
        #expect(site.site.events == ["access_token_refused"])
    }

    @Test func longHeader() throws {
        let answer = try site.program.get("/", ["Authorization": "Bearer " + String(repeating: "a", count: 16_385)])
        site.expectRefused(answer, "authorization_header_invalid", status: 400, error: "invalid_request")
    }

    @Test func twoHeaders() throws {
        let request = try HostRequest(site.site.application, IncomingRequest(method: "GET", target: "/"))
        for _ in 0..<2 { try request.addHeader("Authorization", Array("Bearer \(site.token().string)".utf8)) }
        #expect(try site.site.begin(request) == .respond)
        #expect(request.responseStatus == 400 && !request.isLoggedIn)
    }

    /// Other credentials are the host's own business.
    @Test(arguments: ["Basic dTpw", "Digest x", "bearerx y", "Token abc"]) func otherSchemes(value: String) throws {
        let browser = Browser(site.site)
        try browser.logIn()
        let answer = try browser.get("/", ["Authorization": value])
        #expect(answer.isLoggedIn && !answer.isAnswered)
        #expect(try answer.user()["authenticated_by"] == nil)
    }

    // MARK: - Beside a cookie

    /// The token alone counts, for better or for worse, and the session stays as it is.
    @Test func cookieComesAlong() throws {
        let site = try TokenSite(shared: "idle_timeout = \"1h\"")
        try site.program.logIn()
        site.site.clock.advance(1800)
        let cookies = site.program.cookies.map(\.value)
        let other = site.token { $0.claims["sub"] = "user-2" }
        try site.expectUser(try site.get(other), sub: "user-2")
        site.expectRefused(try site.get(site.token { $0.claims["aud"] = "other" }))
        #expect(site.program.cookies.map(\.value) == cookies)
        // It would have been prolonged.
        #expect(try site.program.get("/").setCookies.count == 1)
    }

    @Test func otherSitesCannotUseIt() throws {
        // A page of another site may send a token that it has; it has no cookie of ours to abuse.
        try site.expectUser(try site.send("POST", "/", site.token(), ["Sec-Fetch-Site": "cross-site"]))
        try site.expectUser(
            try site.send("GET", "/", site.token(), ["Upgrade": "websocket", "Origin": "https://other.example"]))
        try site.expectUser(try site.send("HEAD", "/", site.token()))
    }

    // MARK: - The gate, logins and logouts

    @Test func closedPages() throws {
        let site = try TokenSite(shared: "require_login = true")
        try site.expectUser(try site.get(site.token()))
        let page = ["Sec-Fetch-Mode": "navigate", "Accept": "text/html"]
        site.expectRefused(try site.get(site.token { $0.claims["exp"] = 1 }, page))
        let without = try site.program.get("/", ["Accept": "application/json"])
        #expect(without.status == 401 && without.body.hasSuffix("\nnot_signed_in\n"))
        #expect(without.header("WWW-Authenticate")?.hasPrefix(#"Bearer realm="https://app.example.com", DPoP"#) == true)
        #expect(try site.program.get("/", page).status == 302)
    }

    /// A login is for people: RFC 9470 3.
    @Test func pageAsksForALogin() throws {
        let answer = try site.send("GET", "/", site.token()) { request in
            try request.login(provider: "google")
        }
        #expect(answer.status == 401 && answer.location == nil)
        #expect(answer.header("WWW-Authenticate")?.contains(#"error="insufficient_user_authentication""#) == true)
    }

    /// It ends the token, in each spelling, and not the cookie's session.
    @Test func pageSignsOut() throws {
        let token = site.token()
        try site.program.logIn()
        let answer = try site.send("POST", "/", token) { request in
            try request.logout()
            try request.logout()
        }
        #expect(answer.status == 204 && answer.location == nil && !answer.isLoggedIn)
        site.expectRefused(try site.get(token))
        try site.expectUser(try site.get(site.token()))
        #expect(try site.program.get("/").isLoggedIn)
    }

    @Test func pageSignsOutEverywhere() throws {
        let (token, other) = (site.token(), site.token())
        try site.program.logIn()
        _ = try site.send("POST", "/", token) { try $0.logout(.everywhere) }
        site.expectRefused(try site.get(other))
        #expect(try !site.program.get("/").isLoggedIn)
    }

    /// The library's own paths are for browsers.
    @Test func ownPaths() throws {
        let header = ["Authorization": "Bearer \(site.token { $0.claims["exp"] = 1 }.string)"]
        #expect(try site.program.get("/auth/logout", header).status == 200)
        #expect(try site.program.get("/auth/login?provider=google", header).status == 302)
    }

    @Test func tokensOfTheSession() throws {
        let site = try TokenSite(shared: "expose_tokens = \"access\"")
        var code: ErrorCode?
        let answer = try site.send("GET", "/", site.token()) { request in
            code = try refusal { try request.accessToken() }
        }
        #expect(code == .tokenUnavailable)
        #expect(try answer.user()["tokens"] == nil)
    }

    // MARK: - Rules

    @Test func allowedUsers() throws {
        let site = try TokenSite(TokenSite.jwt + "allowed_emails = [\"ada@example.com\"]")
        let named = site.token { token in
            token.claims["email"] = "ada@example.com"
            token.claims["email_verified"] = true
        }
        try site.expectUser(try site.get(named))
        site.expectRefused(try site.get(site.token()), "user_not_allowed", status: 403, error: "access_denied")
        #expect(
            site.site.log.lines == [
                "event=access_token_refused provider=google user=oRStkAsu3V2b5XFF code=user_not_allowed "
                    + "message=\"the user has no claim email that is text\""
            ])
    }

    @Test func requiredAuthentication() throws {
        let lines = TokenSite.jwt + "required_acr_values = [\"mfa\"]\nclient_kwargs = { max_age = 600 }"
        let site = try TokenSite(lines)
        func token(_ context: JSON, secondsBefore age: Int64) -> Text {
            site.token { token in
                token.claims["acr"] = context
                token.claims["auth_time"] = .integer(site.site.clock.seconds() - age)
            }
        }
        try site.expectUser(try site.get(token("mfa", secondsBefore: 600)))
        for (context, age) in [("mfa", 661), ("pwd", 10)] as [(JSON, Int64)] {
            site.expectRefused(try site.get(token(context, secondsBefore: age)))
        }
        site.expectRefused(try site.get(site.token { $0.claims["acr"] = "mfa" }))
    }

    @Test(arguments: ["app:write", "openid", "app:read2", ""]) func missingScope(granted: String) throws {
        let site = try TokenSite(TokenSite.jwt + "bearer_scopes = [\"app:read\", \"app:write\"]")
        try site.expectUser(try site.get(site.token { $0.claims["scope"] = "app:write openid app:read" }))
        let answer = try site.get(site.token { $0.claims["scope"] = granted.isEmpty ? nil : .string(Text(granted)) })
        site.expectRefused(answer, "insufficient_scope", status: 403, error: "insufficient_scope")
        #expect(answer.header("WWW-Authenticate")?.contains(#", scope="app:read app:write""#) == true)
    }

    /// No claim of a provider's can say how a request was authenticated.
    @Test func forgedMember() throws {
        let answer = try site.get(site.token { $0.claims["authenticated_by"] = "dpop" })
        try site.expectUser(answer)
        site.site.google.user["authenticated_by"] = "dpop"
        let browser = Browser(site.site)
        try browser.logIn()
        #expect(try browser.get("/").user()["authenticated_by"] == nil)
    }

    // MARK: - What has ended

    @Test(arguments: [
        #"{"provider":"google","sub":"user-1"}"#, #"{"provider":"google","sid":"s1"}"#, #"{"all":true}"#,
    ])
    func endedSessions(selector: String) throws {
        let issue = { site.token { $0.claims["sid"] = "s1" } }
        let before = issue()
        site.site.clock.advance(1)
        try site.expectUser(try site.get(before))
        try site.site.application.endSessions(Text(selector))
        site.expectRefused(try site.get(before))
        site.site.clock.advance(1)
        try site.expectUser(try site.get(issue()))
        // Nothing revives the old one.
        site.expectRefused(try site.get(before))
    }

    @Test func logoutAtTheProvider() throws {
        let (ended, other) = (
            site.token { $0.claims["sid"] = "s1" }, site.token { $0.claims["sid"] = "s2" }
        )
        BackchannelSite(site.site).expectDone(try BackchannelSite(site.site).send(sid: "s1"))
        site.expectRefused(try site.get(ended))
        try site.expectUser(try site.get(other))
    }

    /// The memory of what has ended does not go back further.
    @Test func olderThanASession() throws {
        let site = try TokenSite(shared: "session_lifetime = \"1h\"")
        let token = site.token { $0.claims["exp"] = .integer(site.site.clock.seconds() + 86_400) }
        site.site.clock.advance(3599)
        try site.expectUser(try site.get(token))
        site.site.clock.advance(1)
        site.expectRefused(try site.get(token))
    }

    /// Another process has ended it, and they share a store.
    @Test func endedElsewhere() throws {
        let store = FakeStore()
        let here = try TokenSite(store: store)
        let there = try TokenSite(store: store, beside: here)
        let token = here.token()
        try there.site.application.endSessions(#"{"provider":"google","sub":"user-1"}"#)
        here.expectRefused(try here.get(token))
        // In doubt it has ended.
        here.site.clock.advance(1)
        let next = here.token()
        try here.expectUser(try here.get(next))
        store.fail(Failure(.sessionStoreFailed, "connection refused"))
        here.expectRefused(
            try here.get(next), "session_store_failed", status: 503, error: "temporarily_unavailable")
        store.fail(nil)
        try here.expectUser(try here.get(next))
    }
}
