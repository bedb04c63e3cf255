import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 5.3.
@Suite struct UserInfoTests {
    /// 5.3.1: a GET, the token in the header (RFC 6750 2.1) and not in the URL.
    @Test func request() throws {
        let request = UserInfo.request(accessToken: "at-1", at: try url("https://id.example.com/userinfo?v=1"))
        #expect(request.method == .get)
        #expect(request.url.text == "https://id.example.com/userinfo?v=1")
        #expect(request.headers.contains(HTTPHeader("Authorization", "Bearer at-1")))
        #expect(request.body.isEmpty)
    }

    /// RFC 6750 2.2, where it was asked for.
    @Test func requestWithABody() throws {
        var settings = TokenSettings()
        settings.sendsAccessTokenInBody = true
        let request = UserInfo.request(
            accessToken: "at/1", at: try url("https://id.example.com/userinfo?v=1"), settings)
        #expect(request.method == .post && request.body == "access_token=at%2F1")
        #expect(!request.headers.contains { $0.name == "Authorization" })
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")))
    }

    /// Attack 72: the signed token has the last word.
    @Test func idTokenWins() {
        let idToken: JSONObject = ["iss": "https://id.example.com", "sub": "user-1", "roles": ["user"], "exp": 1]
        let userInfo: JSONObject = [
            "iss": "https://evil", "sub": "user-1", "roles": ["admin"], "exp": 9, "nickname": "ada",
        ]
        let expected: JSONObject = [
            "iss": "https://id.example.com", "sub": "user-1", "roles": ["user"], "exp": 1, "nickname": "ada",
        ]
        #expect(UserInfo.merge(userInfo, under: idToken) == expected)
    }

    @Test(
        "OIDC Core 5.1: email_verified is about the e-mail address beside it",
        arguments: [
            ([:], true), (["email": "ada@example.org"], true), (["email": "ada@example.com"], false),
            (["email": .null], true),
        ] as [(JSONObject, Bool)])
    func flagStaysWithItsAddress(idToken: JSONObject, isMerged: Bool) {
        let userInfo: JSONObject = ["email": "ada@example.org", "email_verified": true]
        #expect(UserInfo.merge(userInfo, under: idToken)["email_verified"] == (isMerged ? .bool(true) : nil))
    }

    /// It stood alone in the ID token, which does not vouch for an address that comes later.
    @Test(arguments: [(.bool(false), false), (.null, nil)] as [(JSON, Bool?)])
    func flagWithoutAddressSaysNothing(stated: JSON, merged: Bool?) {
        var userInfo: JSONObject = ["email": "ada@example.org"]
        if stated != .null { userInfo["email_verified"] = stated }
        let result = UserInfo.merge(userInfo, under: ["email_verified": true])
        #expect(result["email_verified"]?.bool == merged)
        #expect(result["email"] == "ada@example.org")
    }

    @Test("OIDC Core 5.1: so is phone_number_verified")
    func flagStaysWithItsNumber() {
        let userInfo: JSONObject = ["phone_number": "+1", "phone_number_verified": true]
        let merged = UserInfo.merge(userInfo, under: ["phone_number": "+2"])
        #expect(merged == ["phone_number": "+2"])
    }
}
