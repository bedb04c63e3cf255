import Basics
import JSON
import RelyingParty
import TestSupport
import Testing
import Transport

/// What becomes of a session's tokens at its logout (RFC 7009).
@Suite struct RevocationTests {
    private static let endpoint: JSON = "https://google.example.com/revoke"

    private let signedIn: RefreshingSite
    private var site: Site { signedIn.site }
    private var browser: Browser { signedIn.browser }

    init() throws { signedIn = try Self.site() }

    private static func site(
        _ lines: String = #"expose_tokens = "access""#, google: String = "", endpoint: JSON = Self.endpoint
    ) throws -> RefreshingSite {
        try RefreshingSite(lines, google: google) { $0.google.metadata["revocation_endpoint"] = endpoint }
    }

    private func kinds(_ site: Site) -> [String] {
        site.google.revoked.map { String($0.string.prefix { $0 != " " }) }
    }

    private func logOut(_ browser: Browser, byTheApplication: Bool, _ reach: LogoutReach = .provider) throws -> Answer {
        guard byTheApplication else { return try browser.post("/auth/logout") }
        return try browser.send("POST", "/bye", ["Sec-Fetch-Site": "same-origin"]) { try $0.logout(reach) }
    }

    @Test(arguments: [false, true]) func tokensAreDead(byTheApplication: Bool) throws {
        let accessToken = try signedIn.token().text
        let copy = Browser(site)
        (copy.cookies, copy.mayShowTokens) = (browser.cookies, true)
        let answer = try logOut(browser, byTheApplication: byTheApplication)
        #expect(answer.status == 303 && !answer.isLoggedIn && browser.cookies.isEmpty)
        // With an event loop, the host makes no requests for page code.
        if byTheApplication, Driver.isStepwise {
            #expect(kinds(site).isEmpty && site.events == ["tokens_not_revoked", "logout"])
            return #expect(site.log.lines[0].contains("code=out_of_sequence"))
        }
        #expect(kinds(site) == ["refresh_token", "access_token"])
        #expect(site.google.revoked.last == Text("access_token \(accessToken.string)"))
        #expect(site.events == ["tokens_revoked", "logout"])
        #expect(try !copy.get("/").isLoggedIn)
    }

    /// With "local" the session at the provider stays, but the tokens were this one's.
    @Test(.disabled(if: Driver.isStepwise)) func localLogout() throws {
        _ = try logOut(browser, byTheApplication: true, .local)
        #expect(kinds(site) == ["refresh_token", "access_token"])
    }

    /// Claims that stay current need a refresh token, and no page gets an access token.
    @Test func refreshTokenAlone() throws {
        let signedIn = try Self.site(#"refresh_claims = "5m""#)
        try signedIn.browser.post("/auth/logout")
        #expect(kinds(signedIn.site) == ["refresh_token"])
    }

    @Test(
        arguments: [
            ("", RevocationTests.endpoint), (#"expose_tokens = "id""#, RevocationTests.endpoint),
            (#"expose_tokens = "access""#, .null), (#"expose_tokens = "access""#, "http://google.example.com/revoke"),
        ] as [(String, JSON)])
    func nothingToRevoke(_ lines: String, _ endpoint: JSON) throws {
        let signedIn = try Self.site(lines, endpoint: endpoint)
        #expect(try signedIn.browser.post("/auth/logout").status == 303)
        #expect(signedIn.google.count(.revocation) == 0)
        #expect(signedIn.site.events == ["logout"])
    }

    /// A process that has not asked for the metadata yet. The logout does not wait for it; the log says what is left.
    @Test(arguments: [false, true]) func metadataIsNotCached(byTheApplication: Bool) throws {
        let other = Browser(try Site(#"expose_tokens = "access""#, beside: site))
        (other.cookies, other.mayShowTokens) = (browser.cookies, true)
        #expect(try logOut(other, byTheApplication: byTheApplication).status == 303)
        #expect(site.google.count(.revocation) == 0 && other.site.events == ["tokens_not_revoked", "logout"])
        let code = byTheApplication && Driver.isStepwise ? "out_of_sequence" : "provider_unavailable"
        #expect(other.site.log.lines[0].contains("provider=google code=\(code)"))
    }

    /// Whatever the provider does, the user is signed out.
    @Test(arguments: [(500, ""), (401, "invalid_client"), (400, "invalid_request"), (200, nil)] as [(Int32, String?)])
    func failure(status: Int32, error: String?) throws {
        if let error {
            site.google.answer(.revocation) { (_) throws(Failure) in .of(status, "{\"error\":\"\(error)\"}") }
        } else {
            site.google.fail(.revocation, .providerTimeout)
        }
        #expect(try browser.post("/auth/logout").status == 303)
        #expect(site.events == ["tokens_not_revoked", "logout"])
        #expect(site.google.count(.revocation) == 1, "asks again although the first failed")
        #expect(try browser.cookies.isEmpty && !browser.get("/").isLoggedIn)
    }

    /// Auth0 revokes no access tokens, others no refresh tokens.
    @Test(arguments: ["refresh_token", "access_token"]) func unsupportedKind(_ kind: String) throws {
        site.google.answer(.revocation) { (request) throws(Failure) in
            let hint = FormEncoding.decode(request.body)?.values(of: "token_type_hint").first
            return hint?.string == kind ? .of(400, #"{"error":"unsupported_token_type"}"#) : .of(200, "", nil)
        }
        try browser.post("/auth/logout")
        #expect(site.google.count(.revocation) == 2 && site.events == ["tokens_revoked", "logout"])
    }

    @Test func noKindIsSupported() throws {
        site.google.answer(.revocation) { (_) throws(Failure) in .of(400, #"{"error":"unsupported_token_type"}"#) }
        try browser.post("/auth/logout")
        #expect(site.events == ["tokens_not_revoked", "logout"])
    }

    /// A user never waits longer than a second in all, whatever the provider may otherwise take.
    @Test func deadline() throws {
        try browser.post("/auth/logout")
        let limits = site.network.exchanges.filter { $0.request.url.text.string.hasSuffix("/revoke") }.map(\.limits)
        #expect(limits.count == 2)
        for limit in limits { #expect((1...1000).contains(limit.timeout) && limit.connectTimeout <= limit.timeout) }
    }

    /// Another site's form ends nothing, and revokes nothing.
    @Test func otherSite() throws {
        #expect(try browser.post("/auth/logout", from: "cross-site").status == 403)
        #expect(site.google.count(.revocation) == 0)
        #expect(try signedIn.isLoggedIn)
    }

    /// The host may never come back from the request that the logout waits for.
    @Test(.enabled(if: Driver.isStepwise)) func abandonedStep() throws {
        let copy = Browser(site)
        (copy.cookies, copy.mayShowTokens) = (browser.cookies, true)
        let request = try HostRequest(site.application, IncomingRequest(method: "POST", target: "/auth/logout"))
        try request.addHeader("Cookie", Array(browser.cookieHeader.utf8))
        try request.addHeader("Sec-Fetch-Site", Array("same-origin".utf8))
        #expect(try request.begin() == .wait)
        #expect(try !copy.get("/").isLoggedIn)
    }
}
