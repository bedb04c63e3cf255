import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Answers of one provider, or of one user's login, in another's place, where all providers have one redirect_uri. Attacks
/// 51 and 53, RFC 9700 4.4 and 4.5. Against a malicious provider this holds only if the honest one sends its `iss`;
/// `ProviderCallbackTests` has what holds for all.
@Suite struct MixUpTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
        try site.warmUp()
    }

    private func refuse(_ fields: [FormEncoding.Field], _ code: String) throws {
        let answer = try browser.get(Browser.callback(fields))
        #expect(answer.code == code)
        #expect(browser.cookies.isEmpty)
    }

    /// RFC 9207: the provider says who it is. No code goes anywhere.
    @Test(arguments: [false, true])
    func issuerOfAnotherProvider(announced: Bool) throws {
        site.google.metadata["authorization_response_iss_parameter_supported"] = .bool(announced)
        site.clock.advance(3600)
        let fields = site.google.authorize(try browser.startLogin())
        try refuse(fields + [.init("iss", Text(site.work.issuer))], "response_issuer_mismatch")
        #expect(site.google.count(.token) + site.work.count(.token) == 0)
    }

    @Test func announcedIssuerIsMissing() throws {
        site.google.metadata["authorization_response_iss_parameter_supported"] = true
        site.clock.advance(3600)
        let location = try browser.startLogin()
        try refuse(site.google.authorize(location), "response_issuer_missing")
        #expect(site.google.count(.token) == 0)
        let fields = site.google.authorize(try browser.startLogin())
        let answer = try browser.get(Browser.callback(fields + [.init("iss", Text(site.google.issuer))]))
        #expect(answer.isLoggedIn)
    }

    /// A code of Google's with the state of a login at work. Without an `iss` it is taken for one of work's and sent there,
    /// which an honest provider refuses and a malicious one would use.
    @Test func codeOfAnotherProvider() throws {
        let atGoogle = site.google.authorize(try browser.startLogin())
        let atWork = site.work.authorize(try browser.startLogin("work"))
        let mixed = [FormEncoding.Field("code", atGoogle[0].value), FormEncoding.Field("state", atWork[1].value)]
        #expect(try browser.get(Browser.callback(mixed)).code == "token_request_refused")
        #expect(site.google.count(.token) == 0)
        #expect(site.work.count(.token) == 1)
    }

    /// Code injection: the code verifier is of another login.
    @Test func codeOfAnotherLogin() throws {
        let victim = Browser(site)
        let stolen = site.google.authorize(try victim.startLogin())
        let own = site.google.authorize(try browser.startLogin())
        try refuse([stolen[0], own[1]], "token_request_refused")
    }

    /// Where the provider does not check PKCE, the nonce has to tell.
    @Test func codeOfAnotherLoginAtACarelessProvider() throws {
        let victim = Browser(site)
        try victim.startLogin()
        let own = site.google.authorize(try browser.startLogin())
        site.google.editToken = { $0.claims["nonce"] = "nonce-of-the-victim" }
        try refuse(own, "id_token_nonce_mismatch")
    }

    /// An ID token of one provider from the token endpoint of another.
    @Test func tokenOfAnotherProvider() throws {
        site.google.editToken = { [work = site.work] in
            $0.claims["iss"] = .string(Text(work.issuer))
            $0.claims["aud"] = "work-client"
        }
        try refuse(site.google.authorize(try browser.startLogin()), "id_token_issuer_mismatch")
    }

    /// A login that was begun with settings that have changed since then.
    @Test func providerHasChanged() throws {
        let fields = site.google.authorize(try browser.startLogin())
        let changed = Browser(try Site(googleClientID: "another-client"))
        changed.cookies = browser.cookies
        let answer = try changed.get(Browser.callback(fields))
        #expect(answer.code == "state_mismatch")
        #expect(changed.cookies.isEmpty)
        #expect(changed.site.google.requestCount == 0)
    }
}
