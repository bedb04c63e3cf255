import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logouts that providers report themselves (OpenID Connect Back-Channel Logout 1.0), with nothing but cookies here.
@Suite struct BackchannelLogoutTests {
    let backchannel: BackchannelSite
    var site: Site { backchannel.site }

    init() throws {
        backchannel = BackchannelSite(try Site())
        try site.warmUp()
    }

    // MARK: - What ends

    @Test func sessionOfTheProvider() throws {
        let (ended, other) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        let copy = Browser(site)
        copy.cookies = ended.cookies
        let (elsewhere, unnamed) = (try backchannel.signedIn("user-2", sid: "s3"), try backchannel.signedIn())
        backchannel.expectDone(try backchannel.send(sid: "s1"))
        #expect(site.log.lines == ["event=backchannel_logout provider=google"])
        for browser in [ended, copy] { #expect(try !browser.get("/").isLoggedIn, "a copied cookie") }
        for browser in [other, elsewhere, unnamed] { #expect(try browser.get("/").isLoggedIn, "ends too much") }
    }

    @Test func allOfTheSubject() throws {
        let ended = [
            try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"), try backchannel.signedIn(),
        ]
        let other = try backchannel.signedIn("user-2", sid: "s3")
        let elsewhere = try backchannel.signedIn(at: "work")
        backchannel.expectDone(try backchannel.send(sub: "user-1"))
        #expect(site.log.lines == ["event=backchannel_logout provider=google user=oRStkAsu3V2b5XFF"])
        for browser in ended { #expect(try !browser.get("/").isLoggedIn) }
        for browser in [other, elsewhere] { #expect(try browser.get("/").isLoggedIn) }
        // A login revives nothing.
        site.clock.advance(1)
        let next = try backchannel.signedIn(sid: "s4")
        #expect(try next.get("/").isLoggedIn)
        for browser in ended { #expect(try !browser.get("/").isLoggedIn) }
    }

    /// That session of the subject, and those of which the provider has not said which it is.
    @Test func sessionOfTheSubject() throws {
        let (ended, other, unnamed) = (
            try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"), try backchannel.signedIn()
        )
        let someone = try backchannel.signedIn("user-2")
        backchannel.expectDone(try backchannel.send(sid: "s1", sub: "user-1"))
        for browser in [ended, unnamed] { #expect(try !browser.get("/").isLoggedIn) }
        for browser in [other, someone] { #expect(try browser.get("/").isLoggedIn, "ends too much") }
    }

    /// Nobody here has this session or name. It costs an entry, and nothing else.
    @Test func nobodyOfThatName() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        backchannel.expectDone(try backchannel.send(sid: "S1"))
        backchannel.expectDone(try backchannel.send(sub: "USER-1"))
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test(arguments: ["logout+jwt", "LOGOUT+JWT", "JWT", nil]) func type(of token: String?) throws {
        let browser = try backchannel.signedIn(sid: "s1")
        backchannel.expectDone(try backchannel.send(sid: "s1") { $0.header["typ"] = token.map { .string(Text($0)) } })
        #expect(try !browser.get("/").isLoggedIn)
    }

    /// Providers may leave exp out, and name more than one audience or a list.
    @Test func optionalClaims() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        backchannel.expectDone(
            try backchannel.send(sid: "s1") {
                $0.claims["exp"] = nil
                $0.claims["aud"] = ["google-client"]
                $0.claims["more"] = "claims"
            })
        #expect(try !browser.get("/").isLoggedIn)
    }

    // MARK: - Requests

    @Test(arguments: ["GET", "PUT", "HEAD", "DELETE"]) func otherMethods(method: String) throws {
        let answer = try Browser(site).send(method, BackchannelSite.path)
        #expect(answer.status == 405 && answer.header("Allow") == "POST")
        #expect(site.events == ["backchannel_logout_refused"])
    }

    @Test func otherForms() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        let token = site.google.logoutToken(sid: "s1").signed(with: .rsa).string
        let stranger = Browser(site)
        let forms = ["", "logout_token=", "token=\(token)", "logout_token=\(token)&logout_token=\(token)", "%"]
        for form in forms { backchannel.expectRefused(try stranger.post(BackchannelSite.path, form: form, from: nil)) }
        for type in ["application/json", "text/plain", ""] {
            backchannel.expectRefused(
                try stranger.post(
                    BackchannelSite.path, form: "logout_token=\(token)", ["Content-Type": type], from: nil))
        }
        // In the URL, it would be in logs.
        backchannel.expectRefused(try stranger.post("\(BackchannelSite.path)?logout_token=\(token)", from: nil))
        #expect(try browser.get("/").isLoggedIn)
    }

    /// Browsers of other sites can post forms: a token is a token, whoever sends it, and no cookie changes.
    @Test func fromABrowser() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        let fields = FormEncoding.encode([
            .init("logout_token", site.google.logoutToken(sid: "s1").signed(with: .rsa))
        ])
        backchannel.expectDone(try browser.post(BackchannelSite.path, form: fields.string, from: "cross-site"))
        #expect(browser.sessionCookie != nil)
        #expect(try !browser.get("/").isLoggedIn)
    }

    // MARK: - The provider is down

    /// The provider should try again. Meanwhile it is left alone, whatever arrives.
    @Test func keysOutOfReach() throws {
        for endpoint in [FakeProvider.Endpoint.metadata, .jwkSet] {
            let site = try Site()
            let backchannel = BackchannelSite(site)
            site.google.fail(endpoint)
            let token = site.google.logoutToken(sid: "s1").signed(with: .rsa)
            backchannel.expectRefused(try backchannel.send(token), "provider_unreachable", status: 503)
            for _ in 0..<5 {
                backchannel.expectRefused(
                    try backchannel.send(sid: "s1"), "provider_unavailable", status: 503)
            }
            #expect(site.google.count(endpoint) == 1)
            site.google.answer(endpoint, nil)
            site.clock.advance(30)
            backchannel.expectDone(try backchannel.send(token))
        }
    }

    // MARK: - Requests in flight

    /// A login that the provider's logout overtakes.
    @Test func loginInFlight() throws {
        let site = try Site(google: "userinfo = true")
        let backchannel = BackchannelSite(site)
        site.google.user["sid"] = "s1"
        for (sid, sub) in [("s1", nil), (nil, "user-1")] as [(Text?, Text?)] {
            site.google.answer(.userInfo) { (_) throws(Failure) in
                site.clock.advance(5)
                _ = try? backchannel.send(sid: sid, sub: sub)
                return .json(site.google.userInfo)
            }
            let browser = Browser(site)
            try #require(try browser.login().status == 302)
            #expect(site.events.contains("backchannel_logout"))
            #expect(try !browser.get("/").isLoggedIn)
        }
    }

    /// A refresh: what it writes revives nothing.
    @Test func refreshInFlight() throws {
        let refreshing = try RefreshingSite()
        let site = refreshing.site
        let backchannel = BackchannelSite(site)
        site.google.editTokenResponse = { _ in _ = try? backchannel.send(sub: "user-1") }
        try refreshing.refresh()
        #expect(site.events.contains("backchannel_logout"))
        #expect(try !refreshing.isLoggedIn)
    }

    // MARK: - Several registrations

    /// Two clients at one issuer: a token is for one of them.
    @Test func byAudience() throws {
        let google = """
            server_metadata_url = "https://google.example.com/.well-known/openid-configuration"
            client_secret = "google-secret-0123456789-abcdefg"
            """
        let site = try Site(
            work: """
                [auth.staff]
                client_id = "staff-client"
                \(google)
                [auth.strong]
                client_id = "google-client"
                required_acr_values = "strong"
                \(google)
                """)
        let backchannel = BackchannelSite(site)
        site.google.user["sid"] = "s1"
        let browser = Browser(site)
        try browser.logIn()
        backchannel.expectDone(try backchannel.send(sid: "s1") { $0.claims["aud"] = "staff-client" })
        #expect(try browser.get("/").isLoggedIn, "the session is of another client")
        // One registration under two names: the logout is of both.
        site.google.user["acr"] = "strong"
        let strong = Browser(site)
        try #require(try strong.login("strong").hasLoggedIn)
        backchannel.expectDone(try backchannel.send(sub: "user-1"))
        #expect(try !strong.get("/").isLoggedIn)
        #expect(try !browser.get("/").isLoggedIn)
    }
}
