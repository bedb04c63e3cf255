import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// What the provider sends instead of good tokens: the login fails, the session stays, the transaction is over, and no
/// token of a bad answer is used.
@Suite struct TokenRefusalTests {
    private static func site(_ google: String = "") throws -> (Site, Browser, session: String) {
        let site = try Site(google: google)
        let browser = Browser(site)
        try browser.logIn()
        site.log.clear()
        return (site, browser, try #require(browser.sessionCookie))
    }

    private func expectRefusal(
        _ answer: Answer, _ code: String, status: Int32, _ browser: Browser, _ session: String,
        after events: [String] = []
    ) {
        #expect(answer.code == code)
        #expect(answer.status == status)
        #expect(answer.header("Location") == nil)
        #expect(browser.cookies.map(\.value) == [session])
        #expect(answer.setCookies.count == 1)
        #expect(browser.site.events == ["login_started"] + events + ["login_refused"])
    }

    /// The conformance suite's oidcc-client-test-* modules, with its values.
    @Test(
        arguments: [
            (["iss": "https://google.example.com1"], [:], "id_token_issuer_mismatch"),
            (["aud": "google-client1"], [:], "id_token_audience_mismatch"),
            (["aud": .null], [:], "id_token_claim_invalid"),
            (["aud": ["google-client", "no-client"]], [:], "id_token_audience_mismatch"),
            (["iat": .null], [:], "id_token_claim_invalid"), (["sub": .null], [:], "id_token_subject_invalid"),
            (["nonce": .null], [:], "id_token_nonce_mismatch"),
            (["exp": .integer(Site.start - 360)], [:], "id_token_expired"),
            (["iat": .integer(Site.start - 604_800)], [:], "id_token_too_old"),
            (["at_hash": "77QmUPtjPfzWtF2AnpK9RQ1"], [:], "id_token_access_token_hash_mismatch"),
            ([:], ["alg": "none"], "id_token_algorithm_refused"), ([:], ["alg": "RS512"], "id_token_algorithm_refused"),
            ([:], ["typ": "at+jwt"], "id_token_type_refused"), ([:], ["crit": ["exp"]], "id_token_malformed"),
        ] as [(JSONObject, JSONObject, String)])
    func badToken(claims: JSONObject, header: JSONObject, code: String) throws {
        let (site, browser, session) = try Self.site("userinfo = true")
        site.google.editToken = { $0.change(claims: claims, header: header) }
        let asked = site.google.count(.userInfo)
        expectRefusal(try browser.login(), code, status: 403, browser, session)
        #expect(site.google.count(.userInfo) == asked)
        #expect(site.google.count(.jwkSet) == 1)
    }

    /// oidcc-client-test-nonce-invalid.
    @Test func nonceAndMore() throws {
        let (site, browser, session) = try Self.site()
        site.google.editToken = { $0.claims["nonce"] = .string(($0.claims["nonce"]?.text ?? "") + "1") }
        expectRefusal(try browser.login(), "id_token_nonce_mismatch", status: 403, browser, session)
    }

    /// oidcc-client-test-valid-aud-as-array, -kid-absent-single-jwks, -kid-absent-multiple-jwks. Attacks 13 and 71: no key
    /// or claim that the token names the address of is fetched; the browser checks for requests to others.
    @Test(
        arguments: [
            (["aud": ["google-client"]], [:]), ([:], ["kid": .null]), ([:], ["typ": .null]),
            (["azp": "google-client"], [:]),
            ([:], ["jku": "https://evil.example.com/jwks"]), ([:], ["jwk": .object(TestKey.newerRSA.jwk)]),
            ([:], ["x5u": "https://evil.example.com/x5u"]),
            (["_claim_sources": ["src1": ["endpoint": "https://evil.example.com/claims"]]], [:]),
        ] as [(JSONObject, JSONObject)])
    func goodToken(claims: JSONObject, header: JSONObject) throws {
        let (site, browser, _) = try Self.site()
        site.google.keys = [.newerRSA, .p256, .rsa]
        site.clock.advance(3600)
        site.google.editToken = { $0.change(claims: claims, header: header) }
        #expect(try browser.login().hasLoggedIn)
    }

    @Test func signatureByAnotherKey() throws {
        let (site, browser, session) = try Self.site()
        site.google.signingKey = .newerRSA
        site.google.editToken = { $0.header["kid"] = .string(TestKey.rsa.keyID) }
        expectRefusal(
            try browser.login(), "id_token_signature_invalid", status: 403, browser, session, after: ["jwk_set_renewed"]
        )
        // Once more, as the key may have been replaced.
        #expect(site.google.count(.jwkSet) == 2)
    }

    /// Attack 64.
    @Test(
        arguments: [
            (400, #"{"error":"invalid_grant"}"#, "token_request_refused"),
            (403, #"{"error":"invalid_code"}"#, "token_request_refused"),
            (401, #"{"error":"invalid_client"}"#, "client_refused"), (400, "", "token_request_refused"),
            (429, "{}", "provider_unavailable"), (500, "<html>", "token_request_refused"),
            (302, "", "token_request_refused"),
            (200, "", "token_response_invalid"), (200, "<html>", "token_response_invalid"),
            (200, "[]", "token_response_invalid"), (200, "{}", "id_token_missing"),
            (200, #"{"access_token":"at","token_type":"mac","id_token":"x"}"#, "token_response_invalid"),
        ] as [(Int32, String, String)])
    func badTokenResponse(status: Int32, body: String, code: String) throws {
        let (site, browser, session) = try Self.site()
        site.google.answer(.token) { _ in .of(status, body) }
        expectRefusal(try browser.login(), code, status: status == 429 ? 503 : 502, browser, session)
    }

    @Test func responseWithoutIDToken() throws {
        let (site, browser, session) = try Self.site()
        site.google.answer(.token) { _ in .of(200, #"{"access_token":"at","token_type":"Bearer"}"#) }
        expectRefusal(try browser.login(), "id_token_missing", status: 502, browser, session)
    }

    @Test(
        arguments: [
            (.providerUnreachable, 502), (.providerTimeout, 504), (.providerTLSFailed, 502), (.responseTooLarge, 502),
            (.providerAddressRefused, 502),
        ] as [(ErrorCode, Int32)])
    func tokenEndpointIsDown(code: ErrorCode, status: Int32) throws {
        let (site, browser, session) = try Self.site()
        site.google.fail(.token, code)
        expectRefusal(try browser.login(), Text(code.entry.name).string, status: status, browser, session)
    }

    @Test func userInfoIsMerged() throws {
        let (site, browser, _) = try Self.site("userinfo = true")
        site.google.userInfo = ["sub": "user-1", "nickname": "ada", "email": "evil@example.com", "is_logged_in": false]
        let user = try browser.login().user()
        #expect(user["nickname"] == "ada")
        #expect(user["email"] == "ada@example.com")
        #expect(user["is_logged_in"] == true)
        let request = try #require(site.google.lastRequest(.userInfo))
        #expect(request.headers.contains { $0.name == "Authorization" && $0.value.hasPrefix("Bearer access-token-") })
    }

    /// Attack 70, oidcc-client-test-userinfo-invalid-sub.
    @Test(
        arguments: [
            (#"{"sub":"user-1invalid"}"#, 200, "userinfo_subject_mismatch", 403),
            ("{}", 200, "userinfo_subject_mismatch", 403),
            ("<html>", 200, "userinfo_invalid", 502), (#"{"error":"invalid_token"}"#, 401, "provider_status", 502),
        ] as [(String, Int32, String, Int32)])
    func badUserInfo(body: String, status: Int32, code: String, pageStatus: Int32) throws {
        let (site, browser, session) = try Self.site("userinfo = true")
        site.google.answer(.userInfo) { _ in .of(status, body) }
        expectRefusal(try browser.login(), code, status: pageStatus, browser, session)
    }

    @Test func userInfoIsConfiguredAndNotOffered() throws {
        let site = try Site(google: "userinfo = true")
        site.google.metadata["userinfo_endpoint"] = nil
        #expect(try Browser(site).login().code == "metadata_invalid")
    }

    /// client_kwargs max_age is sent, and what comes back is held to it.
    @Test(arguments: [(-300, nil), (-360, nil), (-361, "id_token_authentication_too_old")] as [(Int64, String?)])
    func maxAge(age: Int64, code: String?) throws {
        let site = try Site(google: "client_kwargs = { max_age = 300 }")
        site.google.editToken = { $0.claims["auth_time"] = .integer(Site.start + age) }
        let browser = Browser(site)
        #expect(try browser.startLogin().string.contains("&max_age=300&"))
        #expect(try browser.login().code == code)
    }

    /// What is pinned goes before what the provider lists.
    @Test(arguments: [("RS256", nil), ("ES256", "id_token_algorithm_refused")] as [(String, String?)])
    func pinnedAlgorithm(name: String, code: String?) throws {
        let site = try Site(google: #"id_token_signed_response_alg = "\#(name)""#)
        #expect(try Browser(site).login().code == code)
    }

    @Test(arguments: [(#"["another"]"#, "id_token_audience_mismatch"), (#"["api"]"#, nil)] as [(String, String?)])
    func trustedAudiences(list: String, code: String?) throws {
        let site = try Site(google: "trusted_audiences = \(list)")
        site.google.editToken = {
            $0.claims["aud"] = ["google-client", "api"]
            $0.claims["azp"] = "google-client"
        }
        #expect(try Browser(site).login().code == code)
    }
}
