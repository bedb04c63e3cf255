import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins with signed UserInfo (OIDC Core 5.3.2).
@Suite struct UserInfoLoginTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site(google: "userinfo = true\nuserinfo_signed_response_alg = \"RS256\"")
        browser = Browser(site)
    }

    private func answer(signedWith key: TestKey, _ changes: JSONObject = [:]) {
        var token = TestToken(
            keyID: key.keyID,
            claims: ["iss": "https://google.example.com", "aud": "google-client", "sub": "user-1", "nickname": "ada"])
        token.change(claims: changes)
        let body = token.signed(with: key).bytes
        site.google.answer(.userInfo) { _ in HTTPResponse(status: 200, contentType: "application/jwt", body: body) }
    }

    /// oidcc-client-test-userinfo-signed.
    @Test func signedUserInfo() throws {
        answer(signedWith: .rsa)
        #expect(try browser.login().user()["nickname"] == "ada")
        let request = try #require(site.google.lastRequest(.userInfo))
        #expect(request.headers.contains(HTTPHeader("Accept", "application/jwt")))
    }

    /// The keys are fetched anew once; UserInfo is not.
    @Test func newKeyIsFetched() throws {
        answer(signedWith: .newerRSA)
        #expect(try browser.login().code == "userinfo_key_unknown")
        #expect(site.google.count(.jwkSet) == 2)
        site.google.keys = [.rsa, .newerRSA]
        site.clock.advance(60)
        #expect(try browser.login().hasLoggedIn)
        #expect(site.google.count(.jwkSet) == 3)
        #expect(site.google.count(.userInfo) == 2)
    }

    @Test func refusals() throws {
        site.google.answer(.userInfo, nil)
        #expect(try browser.login().code == "userinfo_invalid")
        answer(signedWith: .rsa, ["aud": "work-client"])
        #expect(try browser.login().code == "userinfo_invalid")
        answer(signedWith: .rsa, ["sub": "user-2"])
        #expect(try browser.login().code == "userinfo_subject_mismatch")
        #expect(site.google.count(.jwkSet) == 1)
        #expect(browser.sessionCookie == nil)
    }

    /// Unusable keys are logged when they are fetched, and not at each login.
    @Test func unusedKeysAreLoggedOnce() throws {
        let key = TestKey.unusual("RSA-1024")
        site.google.keys = [.rsa, key, .p256]
        answer(signedWith: .rsa)
        for _ in 0..<2 { try browser.logIn() }
        let lines = site.log.lines.filter { $0.hasPrefix("event=jwk_set_keys_not_used ") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("provider=google count=1 ") == true)
        site.clock.advance(3600)
        try browser.logIn()
        #expect(site.events.count { $0 == "jwk_set_keys_not_used" } == 2)
    }
}
