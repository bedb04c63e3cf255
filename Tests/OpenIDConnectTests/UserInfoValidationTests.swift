import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 5.3.2, 5.3.4.
@Suite struct UserInfoValidationTests {
    private static func validate(
        _ response: HTTPResponse, _ tokens: TokenSettings = .init(), keys: [TestKey]? = nil
    ) throws -> JSONObject {
        let client = try Sample.client(tokens: tokens)
        let validation = UserInfoValidation(
            client: client, issuer: Text(Sample.issuer), subject: "user-1", now: Sample.now)
        return try validation.validate(response, keys: keys.map { try Sample.keys($0) } ?? Sample.keys())
    }

    private static func refusal(
        _ response: HTTPResponse, _ tokens: TokenSettings = .init(), keys: [TestKey]? = nil
    ) throws -> ErrorCode? {
        try TestSupport.refusal { try validate(response, tokens, keys: keys) }
    }

    private static func signed(_ algorithms: SigningAlgorithm...) -> TokenSettings {
        var tokens = TokenSettings()
        tokens.userInfoAlgorithms = algorithms
        return tokens
    }

    private static let claims: JSONObject = [
        "iss": "\(Sample.issuer)", "aud": .string(Sample.clientID), "sub": "user-1", "email": "ada@example.com",
    ]

    private static func jwt(_ text: Text, type: Text? = "application/jwt") -> HTTPResponse {
        HTTPResponse(status: 200, contentType: type, body: text.bytes)
    }

    // MARK: - Plain

    @Test func goodResponse() throws {
        let members: JSONObject = ["sub": "user-1", "email": "ada@example.com"]
        #expect(try Self.validate(.json(members)) == members)
    }

    /// 5.3.2. Attack 70.
    @Test(arguments: [.null, "user-1invalid", "user-", "USER-1", "", 1, ["user-1"], "user-1\u{0}x"] as [JSON])
    func anotherSubject(subject: JSON) throws {
        var members: JSONObject = ["email": "ada@example.com"]
        if subject != .null { members["sub"] = subject }
        // A NUL does not even parse.
        let expected: ErrorCode = subject == "user-1\u{0}x" ? .userInfoInvalid : .userInfoSubjectMismatch
        #expect(try Self.refusal(.json(members)) == expected)
    }

    @Test(arguments: [204, 302, 401, 403, 500] as [Int32])
    func statusOtherThan200(status: Int32) throws {
        let response = HTTPResponse.of(status, #"{"sub":"user-1"}"#)
        #expect(try Self.refusal(response) == .providerStatus)
        #expect(try Self.refusal(response, Self.signed(.rs256)) == .providerStatus)
    }

    /// A signed answer was not asked for: what comes as one is refused, signed or not.
    @Test(arguments: [
        ("", "application/json"), ("[]", "application/json"), ("<html>", "text/html"),
        (#"{"sub":"user-1"}"#, "text/html"), (#"{"sub":"user-1"}"#, "application/jwt"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTEifQ.", "application/jwt"),
    ])
    func bodyIsNoJSONObject(body: String, contentType: String) throws {
        #expect(try Self.refusal(.of(200, body, Text(contentType))) == .userInfoInvalid)
    }

    // MARK: - Signed

    /// oidcc-client-test-userinfo-signed.
    @Test(arguments: ["application/jwt", "Application/JWT; charset=utf-8"] as [Text])
    func signedResponse(type: Text) throws {
        let token = TestToken(claims: Self.claims).signed()
        #expect(try Self.validate(Self.jwt(token, type: type), Self.signed(.rs256)) == Self.claims)
    }

    @Test func macWithTheClientSecret() throws {
        let secret = Secret(Text(Sample.clientSecret))
        let token = try TestToken(.hs256, keyID: nil, claims: Self.claims).authenticated(.hs256, with: secret)
        #expect(try Self.validate(Self.jwt(token), Self.signed(.hs256)) == Self.claims)
        let forged = try TestToken(.hs256, keyID: nil, claims: Self.claims).authenticated(
            .hs256, with: Secret("another secret of at least 32 bytes"))
        #expect(try Self.refusal(Self.jwt(forged), Self.signed(.hs256)) == .userInfoSignatureInvalid)
        #expect(try Self.refusal(Self.jwt(token), Self.signed(.rs256)) == .userInfoInvalid)
    }

    /// A plain answer where a signed one was registered could have lost its signature on the way.
    @Test(arguments: [
        (#"{"sub":"user-1"}"#, "application/json"), (#"{"sub":"user-1"}"#, "application/jwt"), ("", "application/jwt"),
    ])
    func plainInPlaceOfSigned(body: String, type: String) throws {
        #expect(try Self.refusal(.of(200, body, Text(type)), Self.signed(.rs256)) == .userInfoInvalid)
    }

    @Test(
        "claims and header of a signed answer, and what they are refused for",
        arguments: [
            (["iss": .null], [:], .userInfoInvalid), (["iss": "https://evil.example.com"], [:], .userInfoInvalid),
            (["aud": .null], [:], .userInfoInvalid), (["aud": "another"], [:], .userInfoInvalid),
            (["aud": ["another"]], [:], .userInfoInvalid), (["aud": [1]], [:], .userInfoInvalid),
            (["aud": ["another", "client-1"]], [:], nil),
            (["sub": .null], [:], .userInfoSubjectMismatch), (["sub": "user-1x"], [:], .userInfoSubjectMismatch),
            (["exp": .integer(Sample.now - 61)], [:], .userInfoInvalid), (["exp": "soon"], [:], .userInfoInvalid),
            (["exp": .integer(Sample.now - 59)], [:], nil), (["nbf": .integer(Sample.now + 61)], [:], .userInfoInvalid),
            (["nbf": .integer(Sample.now + 59)], [:], nil),
            ([:], ["typ": "at+jwt"], .userInfoInvalid), ([:], ["typ": "logout+jwt"], .userInfoInvalid),
            ([:], ["typ": .null], nil), ([:], ["alg": "none"], .userInfoInvalid),
            ([:], ["alg": "RS384"], .userInfoInvalid), ([:], ["crit": ["exp"]], .userInfoInvalid),
            ([:], ["kid": "unknown"], .userInfoKeyUnknown), ([:], ["kid": "rsa-2"], .userInfoKeyUnknown),
        ] as [(JSONObject, JSONObject, ErrorCode?)])
    func signedResponseIsJudged(claims: JSONObject, header: JSONObject, code: ErrorCode?) throws {
        var token = TestToken(claims: Self.claims)
        token.change(claims: claims, header: header)
        #expect(try Self.refusal(Self.jwt(token.signed()), Self.signed(.rs256)) == code)
    }

    @Test func forgedSignature() throws {
        let token = TestToken(claims: Self.claims).signed(with: .newerRSA)
        #expect(try Self.refusal(Self.jwt(token), Self.signed(.rs256)) == .userInfoSignatureInvalid)
        let unsigned = TestToken(claims: Self.claims).unsigned
        #expect(try Self.refusal(Self.jwt(unsigned), Self.signed(.rs256)) == .userInfoSignatureInvalid)
    }

    // MARK: - Encrypted

    private static func encrypted(_ algorithms: [SigningAlgorithm]?) -> TokenSettings {
        var tokens = TokenSettings()
        tokens.userInfoAlgorithms = algorithms
        tokens.userInfoEncryption = TestJWE.encryption
        return tokens
    }

    @Test func encryptedResponse() throws {
        let plain = try TestJWE.encrypt(Text(wellFormed: Self.claims.bytes), contentType: nil)
        #expect(try Self.validate(Self.jwt(plain), Self.encrypted(nil)) == Self.claims)
        let signed = try TestJWE.encrypt(TestToken(claims: Self.claims).signed(), contentType: "JWT")
        #expect(try Self.validate(Self.jwt(signed), Self.encrypted([.rs256])) == Self.claims)
    }

    @Test func encryptedInAnotherWay() throws {
        let token = TestToken(claims: Self.claims).signed()
        let plain = try TestJWE.encrypt(Text(wellFormed: Self.claims.bytes), contentType: nil)
        let signed = try TestJWE.encrypt(token, contentType: "JWT")
        #expect(try Self.refusal(Self.jwt(plain), Self.encrypted([.rs256])) == .userInfoUndecryptable)
        #expect(try Self.refusal(Self.jwt(signed), Self.encrypted(nil)) == .userInfoUndecryptable)
        #expect(try Self.refusal(Self.jwt(signed), Self.signed(.rs256)) == .userInfoInvalid)
        #expect(try Self.refusal(Self.jwt(token), Self.encrypted([.rs256])) == .userInfoInvalid)
        #expect(try Self.refusal(.json(Self.claims), Self.encrypted(nil)) == .userInfoInvalid)
        let forged = try TestJWE.encrypt(TestToken(claims: Self.claims).signed(with: .newerRSA), contentType: "JWT")
        #expect(try Self.refusal(Self.jwt(forged), Self.encrypted([.rs256])) == .userInfoSignatureInvalid)
        let noJSON = try TestJWE.encrypt("[]", contentType: nil)
        #expect(try Self.refusal(Self.jwt(noJSON), Self.encrypted(nil)) == .userInfoInvalid)
    }
}
