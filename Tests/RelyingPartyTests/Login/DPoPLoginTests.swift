import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins with access tokens that are bound to a key (RFC 9449). The provider checks every proof.
@Suite struct DPoPLoginTests {
    let site: Site
    let browser: Browser
    let check = ProofCheck()

    init() throws {
        // With a JWT for the client's authentication, which the provider takes once too.
        let key = "client_private_key = \"\"\"\n\(TestKey.p256.pem(.pkcs8).string)\"\"\""
        site = try Site(google: "dpop_bound_access_tokens = true\nuserinfo = true\n\(key)")
        site.google.clientKey = .p256
        site.google.proofCheck = check
        browser = Browser(site)
    }

    @Test func everyRequestHasAProofOfItsOwn() throws {
        for _ in 0..<3 { #expect(try browser.login().hasLoggedIn) }
        #expect(check.ids.count == 6)
        #expect(site.google.count(.token) == 3)
        #expect(site.google.count(.userInfo) == 3)
    }

    @Test func noOtherRequestHasAProof() throws {
        try browser.logIn()
        let withProof = site.network.exchanges.filter { $0.request.headers.contains { $0.name == "DPoP" } }
        #expect(withProof.map(\.request.url.text).allSatisfy { $0.hasSuffix("/token") || $0.hasSuffix("/userinfo") })
        #expect(withProof.count == 2)
    }

    /// 8, 9: once more with the nonce, new identifiers for proof and client; the next login knows it.
    @Test func nonceIsTakenUp() throws {
        check.nonces = [.token: "nonce-of-the-server", .userInfo: "nonce-of-the-resource"]
        try browser.logIn()
        #expect(site.google.count(.token) == 2)
        #expect(site.google.count(.userInfo) == 2)
        #expect(check.ids.count == 4)
        try browser.logIn()
        #expect(site.google.count(.token) == 3)
        #expect(site.google.count(.userInfo) == 3)
    }

    /// 8.2: a nonce that comes along with a success is the next one.
    @Test func nonceOfASuccessIsTheNext() throws {
        check.nonces = [.userInfo: "first"]
        try browser.logIn()
        site.google.answer(.userInfo) { [user = site.google.userInfo] _ in
            HTTPResponse(status: 200, contentType: "application/json", dpopNonce: "second", body: user.bytes)
        }
        try browser.logIn()
        site.google.answer(.userInfo, nil)
        check.nonces = [.userInfo: "second"]
        let before = site.google.count(.userInfo)
        try browser.logIn()
        #expect(site.google.count(.userInfo) == before + 1)
    }

    /// A server that wants another nonce each time: two requests, and the login is refused.
    @Test func secondWishIsARefusal() throws {
        try browser.logIn()
        let session = try #require(browser.sessionCookie)
        var asked = 0
        site.google.answer(.token) { _ in
            asked += 1
            return HTTPResponse(
                status: 400, contentType: "application/json", dpopNonce: Text("nonce-\(asked)"),
                body: Array(#"{"error":"use_dpop_nonce"}"#.utf8))
        }
        #expect(try browser.login().code == "token_request_refused")
        #expect(asked == 2)
        #expect(browser.cookies.map(\.value) == [session])
    }

    @Test func secondWishOfTheResourceIsARefusal() throws {
        var asked = 0
        site.google.answer(.userInfo) { _ in
            asked += 1
            return HTTPResponse(
                status: 401, dpopNonce: Text("nonce-\(asked)"), challenges: [#"DPoP error="use_dpop_nonce""#], body: [])
        }
        #expect(try browser.login().code == "provider_status")
        #expect(asked == 2)
    }

    /// Without a nonce, or with one of no use, there is nothing to try again with.
    @Test(arguments: [nil, "", "two words"] as [Text?])
    func wishWithoutNonceIsARefusal(nonce: Text?) throws {
        var asked = 0
        site.google.answer(.token) { _ in
            asked += 1
            return HTTPResponse(
                status: 400, contentType: "application/json", dpopNonce: nonce,
                body: Array(#"{"error":"use_dpop_nonce"}"#.utf8))
        }
        #expect(try browser.login().code == "token_request_refused")
        #expect(asked == 1)
    }

    @Test func unboundTokenIsRefused() throws {
        site.google.answer(.token) { _ in
            .of(200, #"{"access_token":"at","token_type":"Bearer","id_token":"a.b.c"}"#)
        }
        #expect(try browser.login().code == "token_response_invalid")
    }

    /// Without the key, no proof is made, whatever a server says.
    @Test func noProofUnlessConfigured() throws {
        let site = try Site(google: "userinfo = true")
        var asked = 0
        site.google.answer(.token) { _ in
            asked += 1
            return HTTPResponse(
                status: 400, contentType: "application/json", dpopNonce: "nonce-1",
                body: Array(#"{"error":"use_dpop_nonce"}"#.utf8))
        }
        #expect(try Browser(site).login().code == "token_request_refused")
        #expect(asked == 1)
        #expect(!site.network.exchanges.contains { $0.request.headers.contains { $0.name == "DPoP" } })
    }
}
