import Basics
import Cookies
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins and logouts that write Streamlit's cookies.
@Suite struct StreamlitLoginTests {
    private static let user = "_streamlit_user"
    private let signer = TimedSigner(secrets: [Secret(Text(Site.cookieSecret))])

    /// What is in the cookies, put together.
    private func stored(_ browser: Browser) throws -> JSONObject {
        let read = { (name: String) throws -> String in
            let value = Array(try #require(browser.cookie(name)).utf8)
            let signed = try #require(signer.verify(value[...], cookie: Text(name)))
            #expect(signed.time == Site.start)
            return signed.text.string
        }
        var text = try read(Self.user)
        if text.hasPrefix("chunks-") {
            let count = try #require(Int(text.dropFirst("chunks-".count)))
            text = try (1...count).map { try read("\(Self.user)_\($0)") }.joined()
        }
        return try #require(JSONObject(parsing: Array(text.utf8)))
    }

    @Test func login() throws {
        let browser = Browser(try .streamlit())
        let location = try browser.startLogin()
        #expect(browser.cookies.map(\.name) == browser.pendingLogins)
        #expect(browser.pendingLogins.count == 1)
        let answer = try browser.get(browser.approve(location))
        #expect(answer.hasLoggedIn)
        let line = try #require(answer.setCookies.first { $0.hasPrefix(Self.user) })
        #expect(line.hasSuffix("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure"))
        #expect(browser.cookies.map(\.name) == [Self.user])
        let expected: JSONObject = [
            "is_logged_in": true, "provider": "google", "iss": "https://google.example.com", "sub": "user-1",
            "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true,
            "origin": "https://app.example.com",
        ]
        let members = try stored(browser)
        #expect(members.members.count == expected.members.count)
        for member in expected.members { #expect(members[member.name] == member.value) }
        // What the login answered with is what the cookie then says.
        #expect(try browser.get("/").userJSON == answer.userJSON)
        #expect(!answer.userJSON.contains("origin"))
    }

    @Test func originOfTheStreamlitApp() throws {
        let browser = Browser(try .streamlit(#"cookie_origin = "https://app.example.com:8501""#))
        try browser.logIn()
        #expect(try stored(browser)["origin"] == "https://app.example.com:8501")
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Claims that would mean something else to Streamlit.
    @Test func reservedNames() throws {
        let browser = Browser(try .streamlit())
        browser.site.google.user["origin"] = "https://evil.example.com"
        browser.site.google.user["tokens"] = ["id": "forged"]
        let answer = try browser.login()
        #expect(try stored(browser)["origin"] == "https://app.example.com")
        #expect(try stored(browser)["tokens"] == nil)
        #expect(try answer.user()["tokens"] == nil && answer.user()["origin"] == nil)
    }

    private static let stale = [
        "_streamlit_user", "_streamlit_user_1", "_streamlit_user_2", "_streamlit_user_16", "_streamlit_user_tokens",
        "_streamlit_user_tokens_1", "_streamlit_user_tokens_9",
    ]
    private static let others = ["_streamlit_xsrf", "_streamlit_session", "_streamlit_username", "_streamlit_user_x"]

    private func browserWithStaleCookies(_ site: Site) -> Browser {
        let browser = Browser(site)
        for name in Self.stale + Self.others { browser.set(name, "stale") }
        return browser
    }

    @Test func loginRemovesWhatIsStale() throws {
        let browser = browserWithStaleCookies(try .streamlit())
        let answer = try browser.login()
        #expect(browser.cookies.map(\.name) == Self.others + [Self.user])
        #expect(answer.setCookies.count == Self.stale.count + 1)
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test func logoutRemovesAll() throws {
        let browser = browserWithStaleCookies(try .streamlit())
        let answer = try browser.post("/auth/logout")
        #expect(answer.status == 303)
        #expect(browser.cookies.map(\.name) == Self.others)
        #expect(answer.setCookies.count == Self.stale.count)
        #expect(try Browser(browser.site).post("/auth/logout").setCookies.isEmpty)
    }

    @Test func logoutEndsALoginOfStreamlit() throws {
        let site = try Site.streamlit()
        let browser = Browser(site)
        browser.set(Self.user, try StreamlitJar().value(Text(wellFormed: StreamlitJar.claims.bytes)))
        #expect(try browser.get("/").isLoggedIn)
        try browser.post("/auth/logout")
        #expect(browser.cookies.isEmpty)
    }

    /// A login that fails leaves what there is alone.
    @Test func refusedLogin() throws {
        let browser = browserWithStaleCookies(try .streamlit())
        let location = try browser.startLogin()
        browser.site.google.fail(.token)
        let answer = try browser.get(browser.approve(location))
        #expect(answer.code == "provider_unreachable")
        #expect(browser.cookies.map(\.name) == Self.stale + Self.others)
    }

    /// In a folder, cookies are for the folder, and those at the root go.
    @Test func siteInAFolder() throws {
        let browser = browserWithStaleCookies(
            try .streamlit(redirectURI: "https://app.example.com/shop/oauth2callback"))
        let lines = try browser.post("/shop/auth/logout").setCookies
        #expect(lines.count == 2 * Self.stale.count)
        for name in Self.stale {
            for path in ["/", "/shop"] {
                #expect(lines.contains("\(name)=; Max-Age=0; Path=\(path); HttpOnly; SameSite=Lax; Secure"))
            }
        }
        let again = browserWithStaleCookies(browser.site)
        let answer = try again.get("/shop/auth/login?provider=google")
        let fields = again.site.google.authorize(Text(try #require(answer.location)))
        let callback = try again.get("/shop" + Browser.callback(fields)).setCookies.filter {
            $0.hasPrefix("_streamlit")
        }
        #expect(callback.count { $0.contains("; Path=/shop;") && !$0.contains("Max-Age=0") } == 1)
        #expect(callback.count { $0.contains("; Path=/shop;") && $0.contains("Max-Age=0") } == Self.stale.count - 1)
        #expect(callback.count { $0.contains("; Path=/;") && $0.contains("Max-Age=0") } == Self.stale.count)
    }

    // MARK: - Large sessions

    private func browser(claim: String) throws -> (Browser, Answer) {
        let browser = Browser(try .streamlit())
        browser.site.google.user["groups"] = .string(Text(claim))
        return (browser, try browser.login())
    }

    @Test(arguments: [10, 2500, 3500, 4500, 6700]) func incompressibleClaim(length: Int) throws {
        let (browser, answer) = try browser(claim: incompressible(length))
        #expect(answer.hasLoggedIn)
        #expect(try stored(browser)["groups"]?.text?.count == length)
        #expect(try browser.get("/").user()["groups"]?.text?.count == length)
        #expect(browser.cookies.map(\.value.utf8.count).reduce(0, +) <= 7400)
        #expect((browser.cookies.count > 1) == (length > 4000))
        // A smaller session takes the parts away.
        browser.site.google.user["groups"] = nil
        try browser.logIn()
        #expect(browser.cookies.map(\.name) == [Self.user])
    }

    @Test func compressibleClaim() throws {
        let (browser, answer) = try browser(claim: String(repeating: "group-1 ", count: 3000))
        #expect(answer.hasLoggedIn)
        #expect(browser.cookies.count == 1)
        #expect(try browser.get("/").user()["groups"]?.text?.count == 24_000)
    }

    /// Characters of several bytes stay whole where the text is cut.
    @Test(arguments: 0..<4) func longCharacters(offset: Int) throws {
        let foxes = incompressible(4000).unicodeScalars.compactMap { Unicode.Scalar(0x1F900 + $0.value) }.map(
            Character.init)
        let claim = String(repeating: "x", count: offset) + String(foxes)
        let (browser, answer) = try browser(claim: claim)
        #expect(answer.hasLoggedIn)
        #expect(browser.cookies.count > 1)
        #expect(try browser.get("/").user()["groups"]?.text == Text(claim))
    }

    @Test(arguments: [7800, 9000, 20_000, 40_000]) func tooLarge(length: Int) throws {
        let (browser, answer) = try browser(claim: incompressible(length))
        #expect(answer.code == "session_too_large")
        #expect(browser.cookies.isEmpty)
    }

    /// A login here keeps what it is judged by, whatever session_claims says.
    @Test func loginHere() throws {
        let browser = Browser(
            try Site(
                "cookie_format = \"streamlit\"\nsession_claims = [\"name\"]",
                google: "required_acr_values = [\"mfa\"]\nclient_kwargs = { max_age = 60 }"))
        browser.site.google.user["acr"] = "mfa"
        browser.site.google.user["auth_time"] = .integer(Site.start)
        try browser.logIn()
        #expect(try browser.get("/").isLoggedIn)
        #expect(try browser.get("/").user()["acr"] == nil)
    }

    // MARK: - The log

    @Test func warning() throws {
        #expect(
            try Site.streamlit(#"expose_tokens = "id""#).log.entries.map(\.line) == [
                "event=session_cookie_not_encrypted cookie_format=streamlit "
                    + #"message="Streamlit's cookie is only signed: anyone who has it can read the user's claims""#
            ])
        #expect(try Site.streamlit().log.entries.map(\.level) == [.warning])
        #expect(try Site().log.entries.isEmpty)
    }
}
