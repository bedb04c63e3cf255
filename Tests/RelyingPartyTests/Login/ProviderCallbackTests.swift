import Basics
import RelyingParty
import TestSupport
import Testing

/// A redirect_uri for each provider, so that a response is bound to the provider that it was asked of (RFC 9700 4.4.2.2).
@Suite struct ProviderCallbackTests {
    static let google = "/oauth2callback/google"
    static let work = "/oauth2callback/work"

    /// By `{provider}`, and by a key in one section.
    enum Setup: CaseIterable {
        case template, ownAddress

        func site(google lines: String = "") throws -> Site {
            switch self {
            case .template:
                try Site(google: lines, redirectURI: "https://app.example.com/oauth2callback/{provider}")
            case .ownAddress:
                try Site(google: "redirect_uri = \"https://app.example.com\(google)\"\n" + lines)
            }
        }

        var workPath: String { self == .template ? work : "/oauth2callback" }
    }

    private func field(_ name: Text, _ location: Text) -> Text {
        FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: name).first ?? ""
    }

    @Test(arguments: Setup.allCases) func login(setup: Setup) throws {
        let site = try setup.site()
        let browser = Browser(site)
        for (provider, name, path) in [(site.google, "google", Self.google), (site.work, "work", setup.workPath)] {
            let location = try browser.startLogin(name)
            #expect(field("redirect_uri", location) == Text("https://app.example.com" + path))
            // The provider compares it with that of the token request.
            let answer = try browser.get(Browser.callback(provider.authorize(location), at: path))
            #expect(answer.hasLoggedIn && answer.location == "/")
        }
        #expect(try browser.get("/oauth2callback").isAnswered == (setup == .ownAddress))
        #expect(try !browser.get("/oauth2callback/other").isAnswered)
    }

    /// The account takeover: the attacker begins a login at the honest provider; the victim chooses the malicious one,
    /// which sends the victim on to the honest one with the attacker's nonce and challenge. The code must go nowhere.
    @Test(arguments: Setup.allCases) func victimIsSentOnToAnotherProvider(setup: Setup) throws {
        let site = try setup.site()
        let attackers = try Browser(site).startLogin("google")
        let victim = Browser(site)
        let victims = try victim.startLogin("work")
        let sentOn = FormEncoding.encode(
            [
                .init("client_id", field("client_id", attackers)),
                .init("redirect_uri", field("redirect_uri", attackers)),
                .init("nonce", field("nonce", attackers)), .init("code_challenge", field("code_challenge", attackers)),
                .init("state", field("state", victims)),
            ], inQueryAfter: "https://google.example.com/authorize", "?")
        let answer = try victim.get(Browser.callback(site.google.authorize(sentOn), at: Self.google))
        #expect(answer.code == "response_redirect_uri_mismatch")
        #expect(answer.status == 400)
        #expect(!answer.isLoggedIn)
        #expect(victim.cookies.isEmpty)
        #expect(site.work.count(.token) + site.google.count(.token) == 0)
    }

    /// Be it a code or an error, and however it comes.
    @Test(arguments: ["code", "error", "state", "other"])
    func responseAtAnotherProvidersCallback(kind: String) throws {
        let site = try Setup.template.site(google: "response_mode = \"form_post\"")
        let browser = Browser(site)
        let state = field("state", try browser.startLogin("google"))
        let fields = kind == "state" ? [] : [FormEncoding.Field(Text(kind), "x")]
        let answer = try browser.get(Browser.callback(fields + [.init("state", state)], at: Self.work))
        #expect(answer.code == "response_redirect_uri_mismatch")
        #expect(browser.pendingLogins.isEmpty)
        #expect(site.google.count(.token) + site.work.count(.token) == 0)
    }

    /// Only the provider that posts has a callback that takes a POST, and a cookie that goes along with it.
    @Test func formPostOfOneProvider() throws {
        let site = try Setup.template.site(google: "response_mode = \"form_post\"")
        let browser = Browser(site)
        let fields = site.google.authorize(try browser.startLogin("google"))
        #expect(try browser.postCallback(fields, at: Self.work).status == 405)
        let answer = try browser.postCallback(fields, at: Self.google)
        #expect(answer.status == 303 && answer.isLoggedIn)
        let wantsBody = try [Self.google, Self.work].map { path in
            try HostRequest(site.application, IncomingRequest(method: "POST", target: Text(path))).wantsBody
        }
        #expect(wantsBody == [true, false])
    }

    @Test func pushedAndSignedRequests() throws {
        let key = TestKey.p256
        let site = try Setup.template.site(
            google: """
                require_pushed_authorization_requests = true
                request_object_signing_alg = "ES256"
                client_private_key = \"\"\"\n\(key.pem(.pkcs8).string)\"\"\"
                """)
        site.google.clientKey = key
        site.google.metadata["pushed_authorization_request_endpoint"] = "https://google.example.com/par"
        let location = try Browser(site).startLogin("google")
        let asked = site.google.requestedFields(location)
        #expect(asked.values(of: "redirect_uri") == [Text("https://app.example.com" + Self.google)])
    }

    /// The way to the provider's logout and back.
    @Test(arguments: Setup.allCases) func logout(setup: Setup) throws {
        let site = try setup.site()
        site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
        let browser = Browser(site)
        try browser.get(Browser.callback(site.google.authorize(try browser.startLogin()), at: Self.google))
        let location = Text(try #require(try browser.post("/auth/logout").location))
        #expect(field("post_logout_redirect_uri", location) == Text("https://app.example.com" + Self.google))
        let state = field("state", location).string
        #expect(try browser.get("\(Self.google)?state=\(state)").location == "/")
        #expect(browser.cookies.isEmpty)
    }

    /// Another provider's callback is one of ours as well.
    @Test func logoutThatComesBackToAnotherCallback() throws {
        let site = try Site(
            google: "post_logout_redirect_uri = \"https://app.example.com\(Self.work)\"",
            redirectURI: "https://app.example.com/oauth2callback/{provider}")
        site.google.metadata["end_session_endpoint"] = "https://google.example.com/end"
        let browser = Browser(site)
        try browser.get(Browser.callback(site.google.authorize(try browser.startLogin()), at: Self.google))
        try browser.post("/auth/logout")
        #expect(try browser.get(Self.work).location == "/")
    }
}
