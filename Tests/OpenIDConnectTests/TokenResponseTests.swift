import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.3, RFC 6749 5. Attack 64.
@Suite struct TokenResponseTests {
    private static let good: JSONObject = ["access_token": "at", "token_type": "Bearer", "id_token": "a.b.c"]

    private func code(_ response: HTTPResponse) throws -> ErrorCode? {
        try refusal { try TokenResponse(validating: response) }
    }

    @Test(
        arguments: [
            ("Bearer", [:]), ("bearer", [:]), ("BEARER", [:]), ("Bearer", ["expires_in": 3600]),
            ("Bearer", ["expires_in": "3600"]), ("Bearer", ["expires_in": 0]), ("Bearer", ["expires_in": -1]),
            ("bEARER", ["refresh_token": "rt", "scope": "openid", "not-before-policy": 0]),
        ] as [(String, JSONObject)])
    func goodResponse(type: String, others: JSONObject) throws {
        var members = Self.good
        members["token_type"] = "\(type)"
        for other in others.members { members[other.name] = other.value }
        let tokens = try TokenResponse(validating: .json(members))
        #expect(tokens.accessToken == "at")
        #expect(tokens.idToken == "a.b.c")
    }

    /// Nobody says that it has to be labelled, only that it is no page.
    @Test(arguments: [nil, "application/json;charset=UTF-8", "text/plain", "application/octet-stream"] as [Text?])
    func contentTypeDoesNotMatter(contentType: Text?) throws {
        let body = try #require(Self.good.encoded()).string
        #expect(try code(.of(200, body, contentType)) == nil)
        #expect(try code(.of(200, body, "text/html")) == .tokenResponseInvalid)
    }

    @Test(
        arguments: [
            ("token_type", .null), ("token_type", "mac"), ("token_type", "DPoP"), ("token_type", ""), ("token_type", 1),
            ("token_type", "Bearer "), ("access_token", 1),
            ("access_token", ["at"]), ("access_token", "a b"), ("access_token", "a\r\nX-Evil: 1"),
            ("access_token", "ä"),
        ] as [(String, JSON)])
    func memberIsMissingOrWrong(name: String, value: JSON) throws {
        var members = Self.good
        members[Text(name)] = value == .null ? nil : value
        #expect(try code(.json(members)) == .tokenResponseInvalid)
    }

    /// Azure AD B2C sends an ID token alone. What needs an access token fails later.
    @Test(arguments: [.null, nil, ""] as [JSON?], ["Bearer", nil] as [JSON?])
    func withoutAccessToken(value: JSON?, type: JSON?) throws {
        var members = Self.good
        members["access_token"] = value
        members["token_type"] = type
        let token = try TokenResponse(validating: .json(members)).accessToken
        #expect(token == nil)
        #expect(try refusal { try TokenResponse.require(token, for: "x") } == .tokenResponseInvalid)
    }

    @Test func longestAccessToken() throws {
        var members = Self.good
        let longest = Text(String(repeating: "a", count: TokenResponse.longestAccessToken))
        members["access_token"] = .string(longest)
        #expect(try code(.json(members)) == nil)
        members["access_token"] = .string(longest + "a")
        #expect(try code(.json(members)) == .tokenResponseInvalid)
    }

    @Test(
        arguments: [(.null, .idTokenMissing), (1, .idTokenMalformed), (["a.b.c"], .idTokenMalformed)]
            as [(JSON, ErrorCode)])
    func idTokenIsMissingOrNoText(value: JSON, expected: ErrorCode) throws {
        var members = Self.good
        members["id_token"] = value == .null ? nil : value
        #expect(try code(.json(members)) == expected)
    }

    /// An error is one whatever the status says, and even beside tokens.
    @Test(
        arguments: [200, 400, 401, 403, 429, 500] as [Int32],
        ["invalid_grant", "invalid_client", "invalid_code", "slow_down"])
    func error(status: Int32, error: String) throws {
        let body = #"{"error":"\#(error)","error_description":"because","access_token":"at","token_type":"Bearer"}"#
        let failure = try failure { try TokenResponse(validating: .of(status, body)) }
        #expect(failure?.code == (error == "invalid_client" ? .clientRefused : .tokenRequestRefused))
        #expect(failure?.providerCode == Text(error) && failure?.providerDescription == "because")
        #expect(failure?.message.string.contains("because") == false)
    }

    @Test(arguments: ["1", "null", "[]", "\"\"", "\"<b>\"", "\"a b\"", "\"a\\r\\nb\""])
    func errorThatIsNoCode(error: String) throws {
        let failure = try failure { try TokenResponse(validating: .of(400, #"{"error":\#(error)}"#)) }
        #expect(failure?.code == .tokenRequestRefused)
        #expect(failure?.name == "token_request_refused")
        #expect(failure?.message.isPrintableASCII == true)
    }

    @Test(
        arguments: [201, 204, 301, 302, 307, 308, 400, 401, 403, 404, 429, 500, 503] as [Int32],
        ["", "<html>", "{}", #"{"access_token":"at","token_type":"Bearer","id_token":"a.b.c"}"#])
    func statusOtherThan200(status: Int32, body: String) throws {
        let isTemporary = status == 429 || status == 503
        #expect(try code(.of(status, body)) == (isTemporary ? .providerUnavailable : .tokenRequestRefused))
    }

    /// Whatever the media type and the form, it reaches those who read the log.
    @Test(
        arguments: [
            (#"{"error":"invalid_grant","error_description":"why"}"#, "text/plain", "why"),
            (#"{"error":"invalid_grant","error_description":"why"}"#, "text/html; charset=utf-8", "why"),
            (#"{"error":"invalid_grant","error_description":["why",1]}"#, "text/plain", #"["why",1]"#),
            (#"{"error":{"code":7,"message":"why"}}"#, "text/html", "why"),
            (#"{"error":{"reason":"why"}}"#, "application/json", #"{"reason":"why"}"#),
            (#"{"message":"why"}"#, "application/json", "why"), (#"{"error":"invalid_grant"}"#, "text/html", nil),
            ("<html>why", "text/html", nil), ("", "application/json", nil),
        ] as [(String, String, String?)])
    func explanation(body: String, type: String, words: String?) throws {
        let failure = try failure { try TokenResponse(validating: .of(400, body, Text(type))) }
        #expect(failure?.code == .tokenRequestRefused && failure?.providerDescription?.string == words)
    }

    @Test func redirectNamesWhereTo() throws {
        let answer = HTTPResponse(status: 302, location: "https://id.example.com/new", body: [])
        #expect(
            try failure { try TokenResponse(validating: answer) }?.message.contains(
                text: "'https://id.example.com/new'") == true)
    }

    @Test(arguments: [
        "", "<html></html>", "[]", "null", "{", #"{"access_token":"at","token_type":"Bearer","id_token":"a.b.c"}x"#,
        #"{"access_token":"at","access_token":"b","token_type":"Bearer","id_token":"a.b.c"}"#,
        #"{"access_token":"at","token_type":"Bearer","id_token":"a.b.c","expires_in":1e400}"#,
        "access_token=at&token_type=Bearer&id_token=a.b.c",
    ])
    func bodyIsNoJSONObject(body: String) throws {
        #expect(try code(.of(200, body)) == .tokenResponseInvalid)
    }
}
