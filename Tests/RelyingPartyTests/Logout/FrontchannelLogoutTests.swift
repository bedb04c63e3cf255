import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logouts that providers report by the user's browser (OpenID Connect Front-Channel Logout 1.0).
@Suite struct FrontchannelLogoutTests {
    private static let path = "/auth/frontchannel-logout"
    private static let issuer = "https://google.example.com"

    let site: Site

    init() throws {
        site = try Site(
            google: "frontchannel_logout = true",
            work: "frontchannel_logout = true\ninsecure_frontchannel_logout_without_iss = true")
    }

    private func signedIn(_ sid: JSON, at provider: String = "google") throws -> Browser {
        let fake = provider == "google" ? site.google : site.work
        fake.user["sid"] = sid == .null ? nil : sid
        let browser = Browser(site)
        try #require(try browser.login(provider).hasLoggedIn)
        site.log.clear()
        return browser
    }

    /// As a frame of the provider's page does, where the browser keeps our cookies to itself.
    private func frame(_ query: String, _ headers: [String: String] = [:]) throws -> Answer {
        let usual = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"]
        return try Browser(site).send("GET", "\(Self.path)?\(query)", usual.merging(headers) { $1 })
    }

    @Test func sessionEnds() throws {
        let (ended, other, unnamed) = (try signedIn("session-0001"), try signedIn("session-0002"), try signedIn(.null))
        let elsewhere = try signedIn("session-0001", at: "work")
        let answer = try frame("iss=\(Self.issuer)&sid=session-0001")
        #expect(answer.status == 200 && answer.setCookies.isEmpty)
        #expect(site.log.lines == ["event=frontchannel_logout provider=google"])
        #expect(try !ended.get("/").isLoggedIn)
        for browser in [other, unnamed, elsewhere] { #expect(try browser.get("/").isLoggedIn, "ends too much") }
    }

    /// A frame or an image, whatever the embedding page's policies are, and no cache keeps it.
    @Test func headers() throws {
        let answer = try frame("iss=\(Self.issuer)&sid=session-0001")
        #expect(answer.header("Content-Type") == "image/svg+xml")
        #expect(answer.body.hasPrefix("<svg xmlns="))
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("X-Frame-Options") == nil)
        #expect(answer.header("Cross-Origin-Resource-Policy") == "cross-origin")
        let policy = answer.header("Content-Security-Policy")
        #expect(policy == "default-src 'none'; frame-ancestors https://google.example.com")
        // Where the logout's pages are elsewhere.
        site.google.metadata["end_session_endpoint"] = "https://logout.example.com/end"
        try site.preload()
        let after = try frame("iss=\(Self.issuer)&sid=session-0002").header("Content-Security-Policy")
        #expect(after?.hasSuffix("https://google.example.com https://logout.example.com") == true)
    }

    /// Microsoft's omit the issuer: where that is configured, and there alone.
    @Test func withoutIssuer() throws {
        let (google, work) = (try signedIn("session-0001"), try signedIn("session-0001", at: "work"))
        #expect(try frame("sid=session-0001").status == 200)
        #expect(try google.get("/").isLoggedIn)
        #expect(try !work.get("/").isLoggedIn)
    }

    @Test(arguments: [
        "", "iss=ISSUER", "iss=ISSUER&sid=", "iss=&sid=SID", "iss=ISSUER&sid=SID&sid=session-0002",
        "iss=ISSUER&iss=x&sid=SID", "sid=SID&sid=SID", "iss=https://evil.example.com&sid=SID", "iss=ISSUER/&sid=SID&%",
        "iss=ISSUER.evil.example&sid=SID", "sub=user-1", "iss=ISSUER&sub=user-1", "iss=ISSUER&sid=number-17",
    ])
    func badRequest(query: String) throws {
        let browsers = [
            try signedIn("session-0001"), try signedIn("session-0001", at: "work"), try signedIn("number-17"),
        ]
        let answer = try frame(
            query.replacing("ISSUER", with: Self.issuer).replacing("SID", with: "session-0001"))
        #expect(answer.status == 400 && answer.failure?.code == .frontchannelLogoutInvalid)
        #expect(answer.header("Cache-Control") == "no-store" && answer.body.isEmpty)
        #expect(site.events == ["frontchannel_logout_refused"])
        for browser in browsers { #expect(try browser.get("/").isLoggedIn) }
    }

    /// Nobody asked for it.
    @Test func notConfigured() throws {
        let site = try Site()
        let browser = Browser(site)
        try browser.logIn()
        #expect(try !browser.get("\(Self.path)?iss=\(Self.issuer)&sid=session-0001").isAnswered)
    }

    @Test(arguments: ["POST", "PUT"]) func otherMethods(method: String) throws {
        let answer = try Browser(site).send(method, "\(Self.path)?iss=\(Self.issuer)&sid=session-0001")
        #expect(answer.status == 405 && answer.header("Allow") == "GET")
    }

    /// What a browser asks ahead, and HEAD.
    @Test func speculativeRequest() throws {
        let browser = try signedIn("session-0001")
        #expect(try frame("iss=\(Self.issuer)&sid=session-0001", ["Sec-Purpose": "prefetch"]).status == 503)
        #expect(try Browser(site).send("HEAD", "\(Self.path)?iss=\(Self.issuer)&sid=session-0001").status == 405)
        #expect(try browser.get("/").isLoggedIn)
    }
}
