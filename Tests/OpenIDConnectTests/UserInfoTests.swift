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

    @Test func goodResponse() throws {
        let members: JSONObject = ["sub": "user-1", "email": "ada@example.com"]
        #expect(try UserInfo.validate(.json(members), subject: "user-1") == members)
    }

    /// 5.3.2. Attack 70.
    @Test(arguments: [.null, "user-1invalid", "user-", "USER-1", "", 1, ["user-1"], "user-1\u{0}x"] as [JSON])
    func anotherSubject(subject: JSON) throws {
        var members: JSONObject = ["email": "ada@example.com"]
        if subject != .null { members["sub"] = subject }
        let code = try refusal { try UserInfo.validate(.json(members), subject: "user-1") }
        // A NUL does not even parse.
        #expect(code == (subject == "user-1\u{0}x" ? .userInfoInvalid : .userInfoSubjectMismatch))
    }

    @Test(arguments: [204, 302, 401, 403, 500] as [Int32])
    func statusOtherThan200(status: Int32) throws {
        let response = HTTPResponse.of(status, #"{"sub":"user-1"}"#)
        #expect(try refusal { try UserInfo.validate(response, subject: "user-1") } == .providerStatus)
    }

    /// A signed answer was not asked for (5.3.2): what comes as one is refused, signed or not.
    @Test(arguments: [
        ("", "application/json"), ("[]", "application/json"), ("<html>", "text/html"),
        (#"{"sub":"user-1"}"#, "text/html"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ.", "application/jwt"),
    ])
    func bodyIsNoJSONObject(body: String, contentType: String) throws {
        let response = HTTPResponse.of(200, body, Text(contentType))
        #expect(try refusal { try UserInfo.validate(response, subject: "user-1") } == .userInfoInvalid)
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
            (["email": .null], false),
        ] as [(JSONObject, Bool)])
    func flagStaysWithItsAddress(idToken: JSONObject, isMerged: Bool) {
        let userInfo: JSONObject = ["email": "ada@example.org", "email_verified": true]
        #expect(UserInfo.merge(userInfo, under: idToken)["email_verified"] == (isMerged ? .bool(true) : nil))
    }

    @Test("OIDC Core 5.1: so is phone_number_verified")
    func flagStaysWithItsNumber() {
        let userInfo: JSONObject = ["phone_number": "+1", "phone_number_verified": true]
        let merged = UserInfo.merge(userInfo, under: ["phone_number": "+2"])
        #expect(merged == ["phone_number": "+2"])
    }
}
