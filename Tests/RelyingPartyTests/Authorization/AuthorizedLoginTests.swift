import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// The rules at a login and at the requests after it.
@Suite struct AuthorizedLoginTests {
    private static let domain = #"allowed_domains = ["example.com"]"#
    private static let others = #"allowed_domains = ["example.org"]"#

    @Test func allowedUserSignsIn() throws {
        let browser = Browser(try Site(Self.domain))
        try browser.logIn()
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test func refusedUserGetsAPage() throws {
        let site = try Site(Self.others)
        let browser = Browser(site)
        let answer = try browser.login(returnTo: "/report")
        #expect(answer.status == 403)
        #expect(answer.code == "user_not_allowed")
        #expect(answer.failure?.code == .userNotAllowed)
        #expect(answer.failure?.code.entry.category == .authorizationDenied)
        #expect(answer.body.contains("This account may not use this site"))
        #expect(
            answer.body.contains(
                #"href="/auth/login?provider=google&amp;return_to=%2Freport&amp;other_account=1">Use another account"#))
        #expect(browser.cookies.isEmpty)
        #expect(try !browser.get("/").isLoggedIn)
        let line = try #require(site.log.lines.last { $0.contains("login_refused") })
        #expect(line.contains("provider=google user=") && line.contains(" code=user_not_allowed"))
        #expect(!site.log.lines.joined().contains("ada"))
        #expect(answer.body.contains("<p class=\"account\"><bdi>ada@example.com</bdi></p>"))
    }

    @Test func sessionBeforeStays() throws {
        let site = try Site(google: Self.others)
        let browser = Browser(site)
        try #require(try browser.login("work").hasLoggedIn)
        let cookie = browser.sessionCookie
        let answer = try browser.login()
        #expect(answer.code == "user_not_allowed")
        #expect(browser.sessionCookie == cookie)
        #expect(try browser.get("/").user()["provider"] == "work")
    }

    /// All claims are judged, whatever the session keeps of them; also those of UserInfo.
    @Test func claimsThatAreNotKeptAreJudged() throws {
        let site = try Site(
            "session_claims = [\"sub\"]\n" + Self.domain,
            google: "userinfo = true\nrequired_claims = { nickname = \"ada\", aud = \"google-client\" }")
        let browser = Browser(site)
        try browser.logIn()
        #expect(try browser.get("/").user()["email"] == nil)
        site.google.userInfo = ["sub": "user-1", "nickname": "eve"]
        #expect(try Browser(site).login().code == "user_not_allowed")
    }

    /// Those of [auth] hold for every provider, those of its section besides.
    @Test func bothSectionsHold() throws {
        let site = try Site(#"allowed_groups = "staff""#, google: #"required_claims = { hd = "x" }"#)
        site.google.user["groups"] = ["staff"]
        site.work.user["groups"] = ["staff"]
        #expect(try Browser(site).login("work").hasLoggedIn)
        #expect(try Browser(site).login().code == "user_not_allowed")
        site.google.user["hd"] = "x"
        #expect(try Browser(site).login().hasLoggedIn)
        site.google.user["groups"] = nil
        site.work.user["groups"] = nil
        #expect(try Browser(site).login().code == "user_not_allowed")
        #expect(try Browser(site).login("work").code == "user_not_allowed")
    }

    /// A provider's section may say that its addresses need no email_verified, and only its own do not.
    @Test func unverifiedEmailOfOneProvider() throws {
        let site = try Site(Self.domain, google: "insecure_allow_unverified_email = true")
        site.google.user["email_verified"] = nil
        site.work.user["email_verified"] = nil
        #expect(try Browser(site).login().hasLoggedIn)
        #expect(try Browser(site).login("work").code == "user_not_allowed")
    }

    // MARK: - Requests after the login

    private func isSignedIn(_ header: String, at site: Site) throws -> Bool {
        try site.user(header).hasPrefix(#"{"is_logged_in":true,"#)
    }

    /// After a restart with other rules, nobody is signed in who has not passed these.
    @Test(arguments: [
        ("", #"allowed_emails = ["eve@example.com"]"#), (domain, others), (domain, domain + "\nallowed_groups = \"x\""),
        (#"allowed_emails = ["ada@example.com"]"#, #"allowed_emails = ["eve@example.com"]"#),
    ])
    func changedRulesEndSessions(before: String, after: String) throws {
        let browser = Browser(try Site(google: before))
        try browser.logIn()
        #expect(try isSignedIn(browser.cookieHeader, at: Site(google: before)))
        #expect(try !isSignedIn(browser.cookieHeader, at: Site(google: after)))
        #expect(try !isSignedIn(browser.cookieHeader, at: Site(after, google: before)))
    }

    @Test func rulesOfAnotherProviderEndNothing() throws {
        let browser = Browser(try Site(google: Self.others))
        try #require(try browser.login("work").hasLoggedIn)
        #expect(try isSignedIn(browser.cookieHeader, at: Site()))
    }

    // MARK: - Beside a Streamlit app

    /// Its cookie was perhaps written by Streamlit, which knows no rules.
    @Test func streamlitCookieIsJudged() throws {
        var claims = StreamlitJar.claims
        let site = try Site.streamlit(Self.domain)
        let header = { try StreamlitJar().header(claims) }
        #expect(try !isSignedIn(header(), at: site))
        claims["email"] = "ada@example.com"
        #expect(try !isSignedIn(header(), at: site))
        claims["email_verified"] = true
        #expect(try isSignedIn(header(), at: site))
        #expect(try !isSignedIn(header(), at: .streamlit(Self.others)))
    }

    /// What the rules look at is in the cookie, also where neither the session nor the user's JSON would have it.
    @Test(arguments: ["", "session_claims = [\"sub\", \"name\"]\n"])
    func streamlitCookieKeepsWhatTheRulesNeed(shared: String) throws {
        let site = try Site.streamlit(
            shared + Self.domain + "\nrequired_claims = { azp = \"google-client\", \"a.b.c\" = 1 }")
        site.google.user["azp"] = "google-client"
        site.google.user["a"] = ["b": ["c": 1]]
        let browser = Browser(site)
        try browser.logIn()
        let user = try browser.get("/").user()
        #expect(user["is_logged_in"] == true)
        #expect(user["azp"] == nil)
        #expect((user["email"] == nil) == !shared.isEmpty)
        #expect(try !isSignedIn(browser.cookieHeader, at: .streamlit(Self.others)))
    }
}
