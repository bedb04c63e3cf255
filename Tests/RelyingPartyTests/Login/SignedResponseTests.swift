import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// response_mode = "jwt" (JARM): the response is one JWT, signed by the provider.
@Suite struct SignedResponseTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site(google: "response_mode = \"jwt\"")
        browser = Browser(site)
    }

    @Test func login() throws {
        let location = try browser.startLogin()
        #expect(site.google.requestedFields(location).values(of: "response_mode") == ["jwt"])
        let target = browser.approve(location)
        #expect(target.hasPrefix("/oauth2callback?response="))
        #expect(try browser.get(target).hasLoggedIn)
    }

    @Test(
        arguments: [
            (["iss": .null], "response_issuer_missing"),
            (["iss": "https://work.example.com"], "response_issuer_mismatch"),
            (["aud": .null], "response_audience_mismatch"), (["aud": "another"], "response_audience_mismatch"),
            (["exp": .null], "response_malformed"), (["exp": 1], "response_expired"),
            (["code": .null], "response_malformed"), (["code": 1], "response_malformed"),
            (["error": "access_denied"], "response_malformed"),
        ] as [(JSONObject, String)])
    func claimsAreValidated(change: JSONObject, code: String) throws {
        try browser.logIn()
        let session = try #require(browser.sessionCookie)
        site.google.editResponse = { $0.change(claims: change) }
        let answer = try browser.login()
        #expect(answer.code == code)
        #expect(answer.status == 400)
        #expect(site.google.count(.token) == 1)
        #expect(browser.cookies.map(\.value) == [session])
    }

    /// It names no login, so none ends.
    @Test(
        arguments: [
            (["state": .null], "state_missing"), (["state": ""], "state_missing"), (["state": 1], "state_missing"),
            (["state": "other"], "state_mismatch"),
        ] as [(JSONObject, String)])
    func stateNamesTheLogin(change: JSONObject, code: String) throws {
        site.google.editResponse = { $0.change(claims: change) }
        #expect(try browser.login().code == code)
        #expect(browser.pendingLogins.count == 1)
    }

    /// An attacker who knows the state, and has no key of the provider's.
    @Test func anotherKeyIsRefused() throws {
        try site.warmUp()
        let location = try browser.startLogin()
        site.google.signingKey = .newerRSA
        #expect(try browser.get(browser.approve(location)).code == "response_key_unknown")
        site.google.editResponse = { $0.header["kid"] = .string(TestKey.rsa.keyID) }
        #expect(try browser.login().code == "response_signature_invalid")
        #expect(site.google.count(.token) == 0)
    }

    /// The provider's new key is fetched once, as for ID tokens.
    @Test func newKeyIsFetched() throws {
        try site.warmUp()
        site.google.keys = [.newerRSA]
        site.google.signingKey = .newerRSA
        #expect(try browser.login().hasLoggedIn)
        #expect(site.google.count(.jwkSet) == 2)
    }

    @Test func refusalOfTheProvider() throws {
        let fields = site.google.refuse(try browser.startLogin(), "login_required")
        #expect(fields.map(\.name) == ["response"])
        let answer = try browser.get(Browser.callback(fields))
        #expect(answer.code == "login_required")
        #expect(answer.failure?.code == .loginRequired)
    }

    /// A response that is not signed, where it must be.
    @Test(arguments: ["code=c", "error=access_denied", "code=c&iss=https://google.example.com"])
    func plainParametersAreRefused(query: String) throws {
        let state = try #require(site.google.requestedFields(try browser.startLogin()).values(of: "state").first)
        let answer = try browser.get("/oauth2callback?\(query)&state=\(state.string)")
        #expect(answer.code == "response_malformed")
        #expect(browser.pendingLogins.isEmpty)
        #expect(site.google.count(.token) == 0)
    }

    /// Nor may something stand beside the JWT that another program could take for the answer.
    @Test(arguments: ["code=c", "error=access_denied", "response=a.b.c"])
    func parametersBesideTheJWT(more: String) throws {
        let target = browser.approve(try browser.startLogin())
        #expect(try browser.get(target + "&" + more).code == "response_malformed")
        #expect(site.google.count(.token) == 0)
    }

    /// A JWT where none was asked for.
    @Test func jwtThatNobodyAskedFor() throws {
        let location = try browser.startLogin("work")
        let state = try #require(site.work.requestedFields(location).values(of: "state").first)
        let token = TestToken(claims: ["state": .string(state), "code": "c"]).signed()
        #expect(try browser.get("/oauth2callback?response=\(token.string)").code == "state_missing")
        #expect(site.work.count(.token) == 0)
    }
}
