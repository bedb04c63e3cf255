import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// RFC 9449 4.2.
@Suite struct DPoPProofTests {
    private let key: PrivateKey
    init() throws { key = try PrivateKey.read(pem: Secret(TestKey.p256.pem(.pkcs8))) }

    private func proof(nonce: Text? = nil) -> DPoPProof {
        DPoPProof(key: key, id: "proof-1", now: Sample.now, nonce: nonce)
    }

    private func header(_ token: Text) throws -> JSONObject {
        try #require(token.split(at: ".").first.flatMap(Base64URL.decode).flatMap { JSONObject(parsing: $0) })
    }

    /// The public key, and nothing else of it: no "d", no "kid".
    @Test func headerAndSignature() throws {
        let token = try proof().encoded(for: .post, try url("https://id.example.com/token"))
        let expected: JSONObject = ["alg": "ES256", "typ": "dpop+jwt", "jwk": .object(TestKey.p256.publicMembers)]
        let stated = try header(token)
        #expect(stated.members.map(\.name) == ["alg", "typ", "jwk"])
        for member in expected.members where member.name != "jwk" { #expect(stated[member.name] == member.value) }
        let jwk = try #require(stated["jwk"]?.object)
        #expect(jwk.members.count == 4)
        for member in TestKey.p256.publicMembers.members { #expect(jwk[member.name] == member.value) }
        #expect(try #require(JWS(token)).verify(with: Sample.keys([.p256]), algorithm: .es256) == .genuine)
    }

    @Test func claimsAtTheTokenEndpoint() throws {
        let token = try proof().encoded(for: .post, try url("https://id.example.com/token"))
        let expected: JSONObject = [
            "jti": "proof-1", "htm": "POST", "htu": "https://id.example.com/token", "iat": .integer(Sample.now),
        ]
        #expect(try #require(JWS(token)).payload == expected)
    }

    /// "htu" has no query; "ath" is the hash of the ASCII of the token (4.2), of RFC 9449 7.1's example.
    @Test func claimsAtAResource() throws {
        let accessToken: Text = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        let address = try url("https://id.example.com/userinfo?schema=openid&a=/b")
        let token = try proof(nonce: "n-1").encoded(for: .get, address, accessToken: accessToken)
        let expected: JSONObject = [
            "jti": "proof-1", "htm": "GET", "htu": "https://id.example.com/userinfo", "iat": .integer(Sample.now),
            "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", "nonce": "n-1",
        ]
        #expect(try #require(JWS(token)).payload == expected)
    }

    @Test func anotherKindOfKeyIsRefused() throws {
        let rsa = try PrivateKey.read(pem: Secret(TestKey.rsa.pem(.pkcs8)))
        let proof = DPoPProof(key: rsa, id: "1", now: 1, nonce: nil)
        #expect(try refusal { try proof.encoded(for: .get, url("https://a.example")) } == .configurationInvalid)
    }

    /// 5: the proof goes in a header of its own.
    @Test func tokenRequestHasTheProof() throws {
        let client = try Sample.client()
        let metadata = try Sample.metadata()
        func headers(_ proof: DPoPProof?) throws -> [HTTPHeader] {
            let request = TokenRequest(
                client: client, grant: Sample.grant("c", client), assertionID: "a", now: Sample.now, proof: proof)
            return try request.encoded(for: metadata).headers.filter { $0.name == "DPoP" }
        }
        #expect(try headers(proof()).count == 1)
        #expect(try headers(nil).isEmpty)
    }

    /// 7.1: another scheme, so that a server that knows nothing of DPoP does not take the token.
    @Test func userInfoRequestHasTheProof() throws {
        let address = try url("https://id.example.com/userinfo")
        var settings = TokenSettings()
        settings.userInfoAlgorithms = [.rs256]
        let request = UserInfo.request(accessToken: "at", at: address, settings, proof: "p.r.f")
        let expected = [
            HTTPHeader("Authorization", "DPoP at"), HTTPHeader("Accept", "application/jwt"),
            HTTPHeader("DPoP", "p.r.f"), HTTPHeader("Accept-Encoding", "identity"),
        ]
        #expect(request.headers == expected)
    }
}

/// RFC 9449 8, 9.
@Suite struct DPoPNonceTests {
    @Test(arguments: [
        ("n", true), ("eyJ7S_zG.eyJH0-Z.HX4w-7v", true), (String(repeating: "n", count: 1024), true), ("!#[]~", true),
        ("", false), (String(repeating: "n", count: 1025), false), ("a b", false), ("a\"b", false), ("a\\b", false),
        ("a\u{7F}", false), ("\u{E9}", false), ("a\tb", false),
    ])
    func formOfNonces(nonce: String, isTaken: Bool) {
        let response = HTTPResponse(status: 200, dpopNonce: Text(nonce), body: [])
        #expect(DPoPNonce.next(in: response) == (isTaken ? Text(nonce) : nil))
    }

    @Test func responseWithoutNonce() {
        #expect(DPoPNonce.next(in: HTTPResponse(status: 200, body: [])) == nil)
    }

    @Test(
        arguments: [
            (400, #"{"error":"use_dpop_nonce"}"#, true),
            (400, #"{"error":"use_dpop_nonce","error_description":"x"}"#, true),
            (401, #"{"error":"use_dpop_nonce"}"#, false), (200, #"{"error":"use_dpop_nonce"}"#, false),
            (400, #"{"error":"invalid_grant"}"#, false), (400, #"{"error":["use_dpop_nonce"]}"#, false),
            (400, #"["use_dpop_nonce"]"#, false), (400, "use_dpop_nonce", false), (400, "", false),
        ] as [(Int32, String, Bool)])
    func wishOfTheTokenEndpoint(status: Int32, body: String, isWanted: Bool) {
        #expect(DPoPNonce.isWanted(byTokenEndpoint: .of(status, body)) == isWanted)
    }

    @Test(
        arguments: [
            (401, [#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce""#], true),
            (401, [#"dpop algs="ES256",error="use_dpop_nonce""#], true), (401, [#"DPOP error=use_dpop_nonce"#], true),
            (401, [#"Bearer realm="x""#, #"DPoP error="use_dpop_nonce""#], true),
            (401, [#"Bearer, DPoP error="use_dpop_nonce""#], true),
            (401, [#"Bearer realm="x",DPoP error="use_dpop_nonce""#], true),
            (400, [#"DPoP error="use_dpop_nonce""#], false), (200, [#"DPoP error="use_dpop_nonce""#], false),
            (401, [#"Bearer error="use_dpop_nonce""#], false), (401, [#"DPoP error="invalid_token""#], false),
            (401, [#"XDPoP error="use_dpop_nonce""#], false), (401, ["DPoP"], false), (401, [""], false),
            (401, [], false),
        ] as [(Int32, [String], Bool)])
    func wishOfAResource(status: Int32, challenges: [String], isWanted: Bool) {
        let response = HTTPResponse(status: status, challenges: challenges.map { Text($0) }, body: [])
        #expect(DPoPNonce.isWanted(byResource: response) == isWanted)
    }
}

/// RFC 9449 5: "token_type … MUST be DPoP"; a Bearer token in its place would be good for whoever gets hold of it.
@Suite struct TokenTypeTests {
    @Test(
        arguments: [
            ("DPoP", true, nil), ("dpop", true, nil), ("Bearer", true, .tokenResponseInvalid),
            ("N_A", true, .tokenResponseInvalid), ("", true, .tokenResponseInvalid),
            ("Bearer", false, nil), ("DPoP", false, .tokenResponseInvalid),
        ] as [(String, Bool, ErrorCode?)])
    func tokenType(type: String, isBound: Bool, code: ErrorCode?) throws {
        let response = HTTPResponse.json(["access_token": "at", "token_type": "\(type)", "id_token": "a.b.c"])
        #expect(try refusal { try TokenResponse(validating: response, isBound: isBound) } == code)
        let untyped = HTTPResponse.json(["access_token": "at", "id_token": "a.b.c"])
        #expect(try refusal { try TokenResponse(validating: untyped, isBound: isBound) } == .tokenResponseInvalid)
    }
}
