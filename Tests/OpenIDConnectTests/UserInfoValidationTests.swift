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
            (["iss": .null], [:], nil), (["iss": ""], [:], .userInfoInvalid),
            (["iss": "https://evil.example.com"], [:], .userInfoInvalid),
            (["aud": .null], [:], nil), (["aud": []], [:], .userInfoInvalid),
            (["aud": "another"], [:], .userInfoInvalid),
            (["aud": ["another"]], [:], .userInfoInvalid), (["aud": [1]], [:], .userInfoInvalid),
            (["aud": ["another", "client-1"]], [:], nil),
            (["sub": .null], [:], .userInfoSubjectMismatch), (["sub": "user-1x"], [:], .userInfoSubjectMismatch),
            (["exp": .integer(Sample.now - 61)], [:], .userInfoInvalid), (["exp": "soon"], [:], .userInfoInvalid),
            (["exp": .integer(Sample.now - 59)], [:], nil), (["nbf": .integer(Sample.now + 61)], [:], .userInfoInvalid),
            (["nbf": .integer(Sample.now + 59)], [:], nil),
            ([:], ["typ": "at+jwt"], .userInfoInvalid), ([:], ["typ": "logout+jwt"], .userInfoInvalid),
            ([:], ["typ": .null], nil), ([:], ["typ": "token-userinfo+jwt"], nil),
            ([:], ["alg": "none"], .userInfoInvalid),
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

    private static let recipients: [TestJWE.Recipient] = [.key(.newerRSA), .clientSecret(Sample.clientSecret)]

    /// The client's key pair is `newerRSA`, which no provider here has.
    private static func encrypted(
        _ algorithms: [SigningAlgorithm]?, for recipient: TestJWE.Recipient = recipients[0]
    ) throws -> TokenSettings {
        var tokens = TokenSettings()
        tokens.userInfoAlgorithms = algorithms
        tokens.userInfoEncryption = TestJWE.encryption(for: recipient)
        tokens.decryptionKey = DecryptionKey(.pair(try PrivateKey.read(pem: Secret(TestKey.newerRSA.pem(.pkcs8)))))
        return tokens
    }

    private static func jwe(
        _ plaintext: Text, contentType: Text? = "JWT", for recipient: TestJWE.Recipient = recipients[0]
    ) throws -> HTTPResponse {
        jwt(try TestJWE(plaintext, for: recipient, contentType: contentType).encrypted())
    }

    private static let plain = Text(wellFormed: claims.bytes)

    @Test(arguments: recipients)
    func encryptedResponse(recipient: TestJWE.Recipient) throws {
        let plain = try Self.jwe(Self.plain, contentType: nil, for: recipient)
        #expect(try Self.validate(plain, Self.encrypted(nil, for: recipient)) == Self.claims)
        let signed = try Self.jwe(TestToken(claims: Self.claims).signed(), for: recipient)
        #expect(try Self.validate(signed, Self.encrypted([.rs256], for: recipient)) == Self.claims)
    }

    /// Neither a signature nor the encryption may be missing or come unasked; "cty" says whether there is a token inside.
    @Test func encryptedInAnotherWay() throws {
        let token = TestToken(claims: Self.claims).signed()
        let plain = try Self.jwe(Self.plain, contentType: nil)
        let signed = try Self.jwe(token)
        #expect(try Self.refusal(plain, Self.encrypted([.rs256])) == .userInfoUndecryptable)
        #expect(try Self.refusal(signed, Self.encrypted(nil)) == .userInfoUndecryptable)
        #expect(try Self.refusal(Self.jwe(Self.plain), Self.encrypted([.rs256])) == .userInfoInvalid)
        #expect(try Self.refusal(Self.jwe(token, contentType: nil), Self.encrypted(nil)) == .userInfoInvalid)
        #expect(try Self.refusal(signed, Self.signed(.rs256)) == .userInfoInvalid)
        #expect(try Self.refusal(signed) == .userInfoInvalid)
        #expect(try Self.refusal(Self.jwt(token), Self.encrypted([.rs256])) == .userInfoInvalid)
        #expect(try Self.refusal(Self.jwt(token), Self.encrypted(nil)) == .userInfoInvalid)
        #expect(try Self.refusal(.json(Self.claims), Self.encrypted(nil)) == .userInfoInvalid)
        #expect(try Self.refusal(.of(401, ""), Self.encrypted(nil)) == .providerStatus)
    }

    @Test("what is inside is judged like any other answer")
    func insideOfEncryptedResponse() throws {
        let forged = try Self.jwe(TestToken(claims: Self.claims).signed(with: .newerRSA))
        #expect(try Self.refusal(forged, Self.encrypted([.rs256])) == .userInfoSignatureInvalid)
        var other = Self.claims
        other["sub"] = "user-2"
        let subject = try Self.jwe(Text(wellFormed: other.bytes), contentType: nil)
        #expect(try Self.refusal(subject, Self.encrypted(nil)) == .userInfoSubjectMismatch)
        #expect(try Self.refusal(Self.jwe("[]", contentType: nil), Self.encrypted(nil)) == .userInfoInvalid)
        var bytes = TestJWE("", for: Self.recipients[0], contentType: nil)
        bytes.plaintext = [0xFF, 0xFE]
        #expect(try Self.refusal(Self.jwt(bytes.encrypted()), Self.encrypted(nil)) == .userInfoInvalid)
    }

    @Test(
        "whatever keeps it from being decrypted, the answer is one",
        arguments: [
            ["alg": "RSA-OAEP"], ["alg": "dir"], ["enc": "A128GCM"], ["enc": .null], ["zip": "DEF"], ["crit": ["exp"]],
            ["typ": "at+jwt"], ["cty": "JSON"], ["cty": .null],
        ] as [JSONObject])
    func undecryptable(header: JSONObject) throws {
        var token = TestJWE(TestToken(claims: Self.claims).signed(), for: Self.recipients[0])
        token.change(header: header)
        #expect(try Self.refusal(Self.jwt(token.encrypted()), Self.encrypted([.rs256])) == .userInfoUndecryptable)
    }

    @Test func encryptedForAnother() throws {
        let token = TestToken(claims: Self.claims).signed()
        let others: [TestJWE.Recipient] = [.key(.rsa), .clientSecret("another secret of at least 32 bytes")]
        for (ours, other) in zip(Self.recipients, others) {
            let response = try Self.jwe(token, for: other)
            #expect(try Self.refusal(response, Self.encrypted([.rs256], for: ours)) == .userInfoUndecryptable)
        }
    }
}
