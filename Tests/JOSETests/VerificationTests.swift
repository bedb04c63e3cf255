import Basics
import Cryptography
import JOSE
import JSON
import TestSupport
import Testing

/// Whether a token is genuine.
@Suite struct VerificationTests {
    static let claims: JSONObject = ["sub": "248289761001"]

    static let asymmetric = SigningAlgorithm.allCases.filter { !$0.isSymmetric && $0.isAvailable }
    static let symmetric = SigningAlgorithm.allCases.filter(\.isSymmetric)

    private func verdict(_ token: Text, _ keys: [TestKey], _ algorithm: SigningAlgorithm) throws -> JWS.Verdict {
        try verdict(token, keys: keys.map { .object($0.jwk) }, algorithm)
    }

    private func verdict(_ token: Text, keys: [JSON], _ algorithm: SigningAlgorithm) throws -> JWS.Verdict {
        let set = try #require(JWKSet(["keys": .array(keys)]))
        return try #require(JWS(token)).verify(with: set, algorithm: algorithm)
    }

    private func token(_ algorithm: SigningAlgorithm) -> Text {
        let key = TestKey.of(algorithm)
        return TestToken(algorithm, keyID: key.keyID, claims: Self.claims).signed(algorithm, with: key)
    }

    @Test("RFC 7518 3.1", arguments: asymmetric)
    func genuineIsGenuine(algorithm: SigningAlgorithm) throws {
        #expect(try verdict(token(algorithm), TestKey.all, algorithm) == .genuine)
    }

    @Test("RFC 8725 3.1: only the algorithm that is allowed", arguments: asymmetric)
    func otherAlgorithmIsForged(algorithm: SigningAlgorithm) throws {
        for other in SigningAlgorithm.allCases where other != algorithm {
            #expect(try verdict(token(algorithm), TestKey.all, other) == .forged, "\(other)")
        }
    }

    /// Signed with one algorithm, named as another of the same kind of key.
    @Test("RFC 8725 3.2", arguments: asymmetric)
    func misnamedAlgorithmIsForged(algorithm: SigningAlgorithm) throws {
        let key = TestKey.of(algorithm)
        for other in Self.asymmetric where other != algorithm && TestKey.of(other) === key {
            // RFC 9864 2.2: two names of one algorithm.
            if key === TestKey.ed25519 { continue }
            let token = TestToken(other, keyID: key.keyID, claims: Self.claims).signed(algorithm, with: key)
            #expect(try verdict(token, [key], other) == .forged, "\(other)")
        }
    }

    @Test(
        "RFC 8725 3.2: none, and other spellings",
        arguments: [
            "none", "None", "NONE", "nOnE", " none", "none ", "", "rs256", "Rs256", " RS256", "RS256 ", "RS256\u{200B}",
            "RS1", "ES256k", "ES521", "ED25519", "Ed25519ph", "ML-DSA-128", "HashML-DSA-44", "A128GCM",
            "PBES2-HS256+A128KW", "RSA1_5",
        ])
    func unknownAlgorithmIsForged(name: String) throws {
        #expect(SigningAlgorithm(name: Text(name)) == nil)
        var token = TestToken(claims: Self.claims)
        token.header["alg"] = .string(Text(name))
        for algorithm in SigningAlgorithm.allCases {
            #expect(try verdict(token.signed(), TestKey.all, algorithm) == .forged)
            #expect(try verdict(token.unsigned, TestKey.all, algorithm) == .forged)
            let jws = try #require(JWS(token.unsigned))
            #expect(try jws.verify(with: Secret("secret" as Text), algorithm: algorithm) == .forged)
        }
    }

    @Test("RFC 7515 5.2: each byte counts", arguments: [SigningAlgorithm.rs256, .ps256, .es256, .edDSA, .ed448])
    func changedTokenIsNeverGenuine(algorithm: SigningAlgorithm) throws {
        let bytes = token(algorithm).bytes
        let set = try #require(JWKSet(["keys": .array(TestKey.all.map { .object($0.jwk) })]))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let verdict = Text(validating: changed).flatMap { JWS($0) }?.verify(with: set, algorithm: algorithm)
            #expect(verdict != .genuine, "byte \(index)")
        }
    }

    @Test("RFC 7515 5.2: no signature at all", arguments: asymmetric)
    func emptySignatureIsForged(algorithm: SigningAlgorithm) throws {
        let key = TestKey.of(algorithm)
        let token = TestToken(algorithm, keyID: key.keyID, claims: Self.claims)
        #expect(try verdict(token.unsigned, [key], algorithm) == .forged)
    }

    @Test("RFC 7518 3.2", arguments: symmetric)
    func macIsVerified(algorithm: SigningAlgorithm) throws {
        let secret = Secret("the client secret, known to both" as Text)
        let token = try TestToken(algorithm, claims: Self.claims).authenticated(algorithm, with: secret)
        let jws = try #require(JWS(token))
        #expect(try jws.verify(with: secret, algorithm: algorithm) == .genuine)
        #expect(
            try jws.verify(with: Secret("the client secret, known to botH" as Text), algorithm: algorithm) == .forged)
        for other in SigningAlgorithm.allCases where other != algorithm {
            #expect(try jws.verify(with: secret, algorithm: other) == .forged)
        }
        let (input, mac) = try #require(token.lastPart)
        for changed in [mac.dropLast(), mac + [0], [0] + mac, []] as [[UInt8]] {
            let jws = try #require(JWS(input + Base64URL.encode(changed)))
            #expect(try jws.verify(with: secret, algorithm: algorithm) == .forged, "\(changed.count) bytes")
        }
    }

    /// A MAC made with what is public: the modulus, the JWK, the point.
    @Test("RFC 8725 2.1: a public key is no shared secret", arguments: symmetric)
    func publicKeyIsNoSecret(algorithm: SigningAlgorithm) throws {
        for key in TestKey.all {
            let modulus = key.publicMembers["n"] ?? key.publicMembers["x"] ?? key.publicMembers["pub"]
            let encoded = try #require(modulus?.text)
            let secrets = [
                encoded.bytes, try #require(Base64URL.decode(encoded)), key.jwk.bytes, key.publicMembers.bytes, [],
            ]
            for secret in secrets {
                let token = try TestToken(algorithm, keyID: key.keyID, claims: Self.claims)
                    .authenticated(algorithm, with: Secret(secret))
                for allowed in SigningAlgorithm.allCases {
                    #expect(try verdict(token, TestKey.all, allowed) == .forged)
                }
            }
        }
    }

    @Test("RFC 8037 3.1, RFC 9864 2.2: EdDSA is for both curves, Ed25519 and Ed448 for one each")
    func edwardsCurvesAreKeptApart() throws {
        let expected: [(SigningAlgorithm, TestKey, JWS.Verdict)] = [
            (.edDSA, .ed25519, .genuine), (.edDSA, .ed448, .genuine), (.ed25519, .ed25519, .genuine),
            (.ed448, .ed448, .genuine), (.ed25519, .ed448, .keyUnknown), (.ed448, .ed25519, .keyUnknown),
        ]
        for (algorithm, key, verdict) in expected {
            let token = TestToken(algorithm, keyID: key.keyID, claims: Self.claims).signed(algorithm, with: key)
            #expect(try self.verdict(token, TestKey.all, algorithm) == verdict, "\(algorithm) \(key.keyID.string)")
        }
    }

    @Test("RFC 8812 3.2, ML-DSA: what a provider may use without being asked")
    func defaultAlgorithms() {
        let off = SigningAlgorithm.allCases.filter { !$0.isOnByDefault && $0.isAvailable }
        #expect(off == [.es256K, .hs256, .hs384, .hs512])
        #expect(SigningAlgorithm.mlDSA44.isOnByDefault == SigningAlgorithm.mlDSA44.isAvailable)
    }

    static let tokenHashes: [(SigningAlgorithm, TestKey, Text)] = [
        (.edDSA, .ed25519, "1n3LNLC7s-85JfghpVQvnzfpfFZ6cHi6Ct-ODr8U0F4"),
        (.ed25519, .ed25519, "1n3LNLC7s-85JfghpVQvnzfpfFZ6cHi6Ct-ODr8U0F4"),
        (.edDSA, .ed448, "DZhi2VsIBZvizOOdQ5MmFa6cit2Emt42rFQNqIdqIH9r8nCG-GE5jcbWJXwVsCUJYVwcfaJ3XACR"),
        (.ed448, .ed448, "DZhi2VsIBZvizOOdQ5MmFa6cit2Emt42rFQNqIdqIH9r8nCG-GE5jcbWJXwVsCUJYVwcfaJ3XACR"),
    ]

    /// Made with Python: base64url of the first half of hashlib's sha512 or shake_256 (114 bytes) of "access token".
    @Test("OIDC Token Hash Algorithms: SHA-512 for Ed25519, SHAKE256 for Ed448", arguments: tokenHashes)
    func tokenHash(algorithm: SigningAlgorithm, key: TestKey, expected: Text) throws {
        let token = TestToken(algorithm, keyID: key.keyID, claims: Self.claims).signed(algorithm, with: key)
        #expect(try JWS(token)?.tokenHash(of: "access token", algorithm: algorithm) == expected)
    }

    @Test("RFC 8725 3.10: keys and addresses of keys in the header are not looked at")
    func keyInTheHeaderIsIgnored() throws {
        var token = TestToken(.rs256, keyID: TestKey.newerRSA.keyID, claims: Self.claims)
        token.header["jwk"] = .object(TestKey.newerRSA.jwk)
        token.header["jku"] = "https://evil.example/jwks"
        token.header["x5u"] = "https://evil.example/x5u"
        token.header["x5c"] = ["AAAA"]
        #expect(try verdict(token.signed(with: .newerRSA), [.rsa], .rs256) == .keyUnknown)
        token.header["kid"] = .string(TestKey.rsa.keyID)
        #expect(try verdict(token.signed(with: .newerRSA), [.rsa], .rs256) == .forged)
    }
}

extension Text {
    /// What stands before the last part of a token, its dot included, and the bytes of that part.
    fileprivate var lastPart: (before: Text, bytes: [UInt8])? {
        guard let part = split(at: ".").last, let before = dropping(suffix: part), let bytes = Base64URL.decode(part)
        else {
            return nil
        }
        return (before, bytes)
    }
}
