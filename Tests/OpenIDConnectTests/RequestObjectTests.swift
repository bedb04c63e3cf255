import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// RFC 9101.
@Suite struct RequestObjectTests {
    private func request(
        key: TestKey? = .p256, parameters: [FormEncoding.Field] = [.init("scope", "openid")]
    ) throws -> AuthorizationRequest {
        var assertion = ClientAssertionSettings()
        assertion.key = try key.map { try PrivateKey.read(pem: Secret($0.pem(.pkcs8))) }
        assertion.keyID = "client-key"
        return try AuthorizationRequest(
            .init(Sample.client(method: .clientSecretBasic, assertion: assertion)), parameters: parameters,
            state: "state-1",
            nonce: "nonce-1", codeVerifier: CodeVerifier(random: ArraySlice(repeating: 1, count: 32)))
    }

    private func object(_ request: AuthorizationRequest, _ algorithm: SigningAlgorithm = .es256) throws -> JWS {
        let text = try RequestObject(id: "id-1", now: Sample.now).signed(
            request, algorithm: algorithm, for: Sample.metadata())
        return try #require(JWS(text))
    }

    @Test func everyParameterIsInside() throws {
        let jws = try object(
            request(parameters: [
                .init("scope", "openid"), .init("max_age", "60"), .init("claims", #"{"id_token":{"acr":null}}"#),
                .init("authorization_details", #"[{"type":"a"}]"#), .init("login_hint", "5"),
            ]))
        #expect(jws.type == "oauth-authz-req+jwt")
        #expect(jws.keyID == "client-key")
        #expect(try jws.verify(with: Sample.keys([.p256]), algorithm: .es256) == .keyUnknown)
        var key = TestKey.p256.jwk
        key["kid"] = "client-key"
        let keys = try #require(JWKSet(["keys": [.object(key)]]))
        #expect(jws.verify(with: keys, algorithm: .es256) == .genuine)
        let verifier = CodeVerifier(random: ArraySlice(repeating: 1, count: 32)).text
        let challenge = Base64URL.encode(try Digest.sha256.hash(verifier.bytes))
        var expected: JSONObject = ["iss": .string(Sample.clientID), "aud": "\(Sample.issuer)", "jti": "id-1"]
        expected["iat"] = .integer(Sample.now)
        expected["nbf"] = .integer(Sample.now - 60)
        expected["exp"] = .integer(Sample.now + 300)
        expected["response_type"] = "code"
        expected["client_id"] = .string(Sample.clientID)
        expected["redirect_uri"] = "\(Sample.redirectURI)"
        expected["scope"] = "openid"
        expected["max_age"] = 60
        expected["claims"] = ["id_token": ["acr": .null]]
        expected["authorization_details"] = [["type": "a"]]
        expected["login_hint"] = "5"
        expected["state"] = "state-1"
        expected["nonce"] = "nonce-1"
        expected["code_challenge"] = .string(challenge)
        expected["code_challenge_method"] = "S256"
        #expect(jws.payload == expected)
    }

    /// What is outside is what every OAuth 2.0 request has (OIDC Core 6.1), and the state is not.
    @Test func address() throws {
        let request = try request()
        #expect(
            request.url(at: try Sample.metadata(), requestObject: "a.b.c")
                == "https://id.example.com/authorize?response_type=code&client_id=client-1"
                + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2callback&scope=openid&request=a.b.c")
    }

    @Test func withoutAKeyThatFits() throws {
        #expect(try refusal { try object(request(key: nil)) } == .configurationInvalid)
        #expect(try refusal { try object(request(), .rs256) } == .configurationInvalid)
    }
}
