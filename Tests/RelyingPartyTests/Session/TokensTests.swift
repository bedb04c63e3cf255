import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// The tokens of our own logins, which expose_tokens shows.
@Suite struct TokensTests {
    private static let session = "__Host-stauth_session"

    /// The access token and the ID token of the last login.
    private func issued(_ site: Site) -> (access: Text, id: Text) {
        let tokens = site.google.secrets.dropLast().suffix(2)
        return (tokens.first ?? "", tokens.last ?? "")
    }

    /// Both ways to the user's JSON give the same.
    private func tokens(_ browser: Browser) throws -> JSONObject? {
        let answer = try browser.get("/")
        let fast = try browser.site.application.userJSON(cookie: Array(browser.cookieHeader.utf8))
        #expect(answer.isLoggedIn && fast.string == answer.userJSON)
        guard case .object(let tokens)? = try answer.user()["tokens"] else { return nil }
        return tokens
    }

    private func signedIn(_ lines: String, _ change: (Site) -> Void = { _ in }) throws -> Browser {
        let browser = Browser(try Site(lines))
        browser.mayShowTokens = lines.contains("expose_tokens")
        change(browser.site)
        try browser.logIn()
        return browser
    }

    @Test(arguments: ["\"id\"", "\"access\"", "[\"id\", \"access\"]"])
    func whatIsExposed(kinds: String) throws {
        let browser = try signedIn("expose_tokens = \(kinds)")
        let (access, id) = issued(browser.site)
        var expected = JSONObject()
        if kinds.contains("id") { expected["id"] = .string(id) }
        if kinds.contains("access") { expected["access"] = .string(access) }
        #expect(try tokens(browser) == expected)
    }

    /// Stored only when something needs them.
    @Test func nothingIsKeptInVain() throws {
        let browser = try signedIn("")
        #expect(browser.cookies.map(\.name) == [Self.session])
        #expect(try tokens(browser) == nil)
    }

    /// What is kept for a logout at the provider is not shown.
    @Test func keptForTheLogoutAlone() throws {
        let browser = try signedIn("expose_tokens = \"access\"") { site in
            site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
        }
        #expect(try tokens(browser)?.members.map { $0.name } == ["access"])
        let unseen = try signedIn("") { site in
            site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
        }
        #expect(unseen.tokensCookie != nil)
        #expect(try tokens(unseen) == nil)
    }

    @Test func claimOfThatName() throws {
        for lines in ["", "expose_tokens = \"id\""] {
            let browser = try signedIn(lines) { $0.google.user["tokens"] = ["id": "forged"] }
            browser.set(browser.tokensName, nil)
            #expect(try tokens(browser) == nil)
        }
    }

    /// A's session with B's tokens, and anything else that is not the session's own: signed in, without tokens.
    @Test func tokensOfAnotherSession() throws {
        let browser = try signedIn("expose_tokens = [\"id\", \"access\"]")
        let other = Browser(browser.site)
        other.mayShowTokens = true
        browser.site.google.user["sub"] = "user-2"
        try other.logIn()
        browser.site.log.clear()
        let name = browser.tokensName
        let own = try #require(browser.tokensCookie)
        let session = try #require(browser.cookie(Self.session))
        let foreign = try #require(other.tokensCookie)
        for value in [
            foreign, session, "", "x", String(own.dropLast(4)), own + ".", String(repeating: "A", count: 4000),
        ] {
            browser.set(name, value)
            browser.set(name + "-2", value)
            #expect(try tokens(browser) == nil)
        }
        #expect(Set(browser.site.events) == ["tokens_not_opened"])
        // With several of the name, the one that opens counts.
        browser.cookies = [(name, foreign), (Self.session, session), (name, own)]
        #expect(try tokens(browser) != nil)
    }

    @Test func missing() throws {
        let browser = try signedIn("expose_tokens = \"id\"")
        browser.set(browser.tokensName, nil)
        browser.site.log.clear()
        #expect(try tokens(browser) == nil)
        #expect(browser.site.log.lines.isEmpty)
    }

    /// The session is seen again and again; the tokens still belong to it.
    @Test func renewedSession() throws {
        let browser = try signedIn("expose_tokens = \"id\"\nidle_timeout = \"1h\"\nsession_lifetime = \"10h\"")
        for _ in 0..<5 {
            browser.site.clock.advance(1800)
            let lines = try browser.get("/").setCookies
            #expect(lines.count == 1 && lines[0].hasPrefix("__Host-stauth_seen-"))
            #expect(try tokens(browser) != nil)
        }
    }

    @Test func goneAfterLogoutAndAnotherLogin() throws {
        let browser = try signedIn("expose_tokens = \"id\"")
        let old = try #require(browser.tokensCookie)
        #expect(try browser.login("work").hasLoggedIn)
        #expect(browser.tokensCookie != old && browser.cookies.count == 2)
        try browser.post("/auth/logout")
        #expect(browser.cookies.isEmpty)
    }

    @Test func loginWithoutTokensRemovesOlderOnes() throws {
        let browser = try signedIn("expose_tokens = \"id\"")
        let plain = Browser(try Site(clock: browser.site.clock))
        plain.cookies = browser.cookies
        try plain.logIn()
        #expect(plain.cookies.map(\.name) == [Self.session])
    }

    /// A login that fails takes nothing away.
    @Test func refusedLogin() throws {
        let browser = try signedIn("expose_tokens = \"id\"")
        let before = browser.cookies.map(\.value)
        let location = try browser.startLogin()
        let state = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "state").first ?? ""
        let answer = try browser.get("/oauth2callback?error=access_denied&state=\(state.string)")
        #expect(answer.setCookies.count == 1)
        #expect(browser.cookies.prefix(2).map(\.value) == before)
        #expect(try tokens(browser) != nil)
    }

    @Test func largeTokens() throws {
        let browser = try signedIn("expose_tokens = \"id\"\nsession_claims = [\"sub\"]") { site in
            site.google.user["groups"] = .string(Text(String(repeating: "g", count: 3000)))
        }
        #expect(browser.cookies.map(\.name) == [Self.session, browser.tokensName, browser.tokensName + "-2"])
        #expect(try tokens(browser)?["id"] == .string(issued(browser.site).id))
        browser.set(browser.tokensName + "-2", nil)
        #expect(try tokens(browser) == nil)
        try browser.post("/auth/logout")
        #expect(browser.cookies.isEmpty)
    }

    /// The session stands without them, and the log says so.
    @Test func tokensThatAreTooLarge() throws {
        let browser = try signedIn("expose_tokens = \"id\"") { site in
            site.google.user["groups"] = .string(Text(incompressible(3000)))
        }
        #expect(browser.cookies.allSatisfy { !$0.name.contains("tokens") })
        #expect(try tokens(browser) == nil)
        #expect(browser.site.events.contains("tokens_too_large"))
        #expect(leaks(of: browser.site.secrets, in: browser.site.log.lines.joined()).isEmpty)
    }

    /// What is only for the logout goes first.
    @Test func tokensThatFitWithoutTheHint() throws {
        let browser = try signedIn("expose_tokens = \"access\"") { site in
            site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
            site.google.user["groups"] = .string(Text(incompressible(1900)))
            site.google.editTokenResponse = { $0["access_token"] = .string(Text(String(repeating: "a", count: 900))) }
        }
        #expect(try tokens(browser)?["access"]?.text?.count == 900)
        let location = try #require(browser.post("/auth/logout").location)
        #expect(location.hasPrefix("https://google.example.com/end?client_id="))
    }

    /// What an application may see is said by the settings of today.
    @Test func exposedLater() throws {
        let browser = try signedIn("expose_tokens = [\"id\", \"access\"]")
        let less = Browser(try Site("expose_tokens = \"access\"", clock: browser.site.clock))
        less.mayShowTokens = true
        less.cookies = browser.cookies
        #expect(try tokens(less)?.members.map { $0.name } == ["access"])
        let none = Browser(try Site(clock: browser.site.clock))
        none.cookies = browser.cookies
        #expect(try tokens(none) == nil)
    }
}
