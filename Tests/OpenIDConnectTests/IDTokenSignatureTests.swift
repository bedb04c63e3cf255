import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.7 (6) to (8), RFC 8725 3.1 and 3.2.
@Suite struct IDTokenSignatureTests {
    private static let asymmetric = SigningAlgorithm.allCases.filter { !$0.isSymmetric && $0.isAvailable }
    private static let symmetric = SigningAlgorithm.allCases.filter(\.isSymmetric)

    /// A token signed with `algorithm` by the key for it.
    private func judgement(_ algorithm: SigningAlgorithm, allowed: [SigningAlgorithm]? = nil) throws -> Judgement {
        let key = TestKey.of(algorithm)
        var judgement = try Judgement()
        judgement.token = TestToken(algorithm, keyID: key.keyID, claims: Sample.claims)
        judgement.encoded = judgement.token.signed(algorithm, with: key)
        judgement.client = try Sample.client(algorithms: allowed)
        return judgement
    }

    @Test(arguments: asymmetric)
    func everyAlgorithm(algorithm: SigningAlgorithm) throws {
        #expect(try judgement(algorithm, allowed: [algorithm]).refusalCode() == nil)
        var listed = try judgement(algorithm)
        listed.metadata = try Sample.metadata(["id_token_signing_alg_values_supported": [.string(algorithm.name)]])
        #expect(try listed.refusalCode() == (algorithm.isOnByDefault ? nil : .idTokenAlgorithmRefused))
    }

    /// (7). Attack 5: genuine, and not what was agreed on.
    @Test(arguments: asymmetric, asymmetric)
    func algorithmIsPinned(algorithm: SigningAlgorithm, pinned: SigningAlgorithm) throws {
        let expected: ErrorCode? = algorithm == pinned ? nil : .idTokenAlgorithmRefused
        #expect(try judgement(algorithm, allowed: [pinned]).refusalCode() == expected)
    }

    @Test func configurationGoesBeforeMetadata() throws {
        var judgement = try judgement(.es256, allowed: [.rs256])
        judgement.metadata = try Sample.metadata(["id_token_signing_alg_values_supported": ["ES256"]])
        #expect(try judgement.refusalCode() == .idTokenAlgorithmRefused)
    }

    /// Attacks 1 and 2.
    @Test(arguments: ["none", "None", "NONE", "nOnE", " none", "", "rs256", "RS256 ", "RS1", "RSA1_5", "HS1"])
    func unknownAlgorithm(name: String) throws {
        var judgement = try Judgement()
        judgement.token.header["alg"] = "\(name)"
        #expect(try judgement.refusalCode() == .idTokenAlgorithmRefused)
        judgement.encoded = judgement.token.unsigned
        #expect(try judgement.refusalCode() == .idTokenAlgorithmRefused)
    }

    /// The provider cannot talk the library into it either.
    @Test(arguments: ["none", "HS256"])
    func algorithmThatMetadataCannotAllow(name: String) throws {
        var judgement = try Judgement()
        judgement.metadata = try Sample.metadata(["id_token_signing_alg_values_supported": ["\(name)"]])
        judgement.token.header["alg"] = "\(name)"
        judgement.encoded = try judgement.token.authenticated(.hs256, with: Secret(Text(Sample.clientSecret)))
        #expect(try judgement.refusalCode() == .idTokenAlgorithmRefused)
    }

    /// (8): with the client secret, where that is configured.
    @Test(arguments: symmetric)
    func authenticationCodeByConfiguration(algorithm: SigningAlgorithm) throws {
        var judgement = try judgement(algorithm, allowed: [algorithm])
        judgement.encoded = try judgement.token.authenticated(algorithm, with: Secret(Text(Sample.clientSecret)))
        #expect(try judgement.refusalCode() == nil)
        judgement.encoded = try judgement.token.authenticated(algorithm, with: Secret(Text(Sample.clientSecret + "1")))
        #expect(try judgement.refusalCode() == .idTokenSignatureInvalid)
        judgement.encoded = judgement.token.signed(.rs256)
        #expect(try judgement.refusalCode() == .idTokenSignatureInvalid)
    }

    /// Attack 4.
    @Test(arguments: [nil, [.rs256], [.hs384]] as [[SigningAlgorithm]?])
    func authenticationCodeWithoutConfiguration(allowed: [SigningAlgorithm]?) throws {
        var judgement = try judgement(.hs256, allowed: allowed)
        judgement.encoded = try judgement.token.authenticated(.hs256, with: Secret(Text(Sample.clientSecret)))
        #expect(try judgement.refusalCode() == .idTokenAlgorithmRefused)
    }

    /// Attack 3: a public key is no secret, even where MACs are configured.
    @Test func authenticationCodeWithThePublicKey() throws {
        var judgement = try judgement(.hs256, allowed: [.hs256, .rs256])
        let jwk = try #require(TestKey.rsa.jwk.encoded())
        judgement.encoded = try judgement.token.authenticated(.hs256, with: Secret(jwk))
        #expect(try judgement.refusalCode() == .idTokenSignatureInvalid)
    }

    @Test func authenticationCodeNeedsASecret() throws {
        var judgement = try judgement(.hs256)
        judgement.client = try Sample.client(secret: nil, algorithms: [.hs256])
        #expect(try judgement.refusalCode() == .configurationInvalid)
    }

    @Test(arguments: asymmetric)
    func keyOfSomeoneElse(algorithm: SigningAlgorithm) throws {
        var judgement = try judgement(algorithm, allowed: [algorithm])
        // The right kid, and a signature by nobody.
        let encoded = try #require(judgement.encoded).bytes
        let start = try #require(encoded.lastIndex(of: UInt8(ascii: ".")))
        let other = judgement.token.signed(algorithm, with: algorithm == .rs256 ? .newerRSA : TestKey.of(algorithm))
        judgement.encoded = Text(wellFormed: encoded[...start] + other.bytes.suffix(from: start + 1).reversed())
        let code = try judgement.refusalCode()
        #expect(code == .idTokenSignatureInvalid || code == .idTokenMalformed)
    }

    @Test func signatureByAKeyThatIsNotPublished() throws {
        var judgement = try Judgement()
        judgement.encoded = judgement.token.signed(.rs256, with: .newerRSA)
        #expect(try judgement.refusalCode() == .idTokenSignatureInvalid)
        judgement.token = TestToken(keyID: TestKey.newerRSA.keyID, claims: Sample.claims)
        judgement.encoded = judgement.token.signed(.rs256, with: .newerRSA)
        #expect(try judgement.refusalCode() == .idTokenKeyUnknown)
    }

    /// Attack 11: without a kid, each key of the algorithm is tried.
    @Test(arguments: [[TestKey.rsa], [TestKey.newerRSA, TestKey.p256, TestKey.rsa]])
    func tokenWithoutKeyID(keys: [TestKey]) throws {
        var judgement = try Judgement()
        judgement.token.header["kid"] = nil
        judgement.keys = try Sample.keys(keys)
        #expect(try judgement.refusalCode() == nil)
    }

    /// Attack 43: an EC key does not verify for RSA, whatever its kid.
    @Test func keyOfAnotherKind() throws {
        var judgement = try Judgement()
        judgement.keys = try Sample.keys([.p256, .ed25519])
        judgement.token.header["kid"] = .string(TestKey.p256.keyID)
        #expect(try judgement.refusalCode() == .idTokenKeyUnknown)
    }

    /// Attack 12.
    @Test(
        arguments: [
            ("../../../dev/null", .idTokenKeyUnknown), ("' OR 1=1--", .idTokenKeyUnknown),
            ("rsa-11", .idTokenKeyUnknown), (1, .idTokenMalformed), (["rsa-1"], .idTokenMalformed),
        ] as [(JSON, ErrorCode)])
    func strangeKeyID(keyID: JSON, expected: ErrorCode) throws {
        var judgement = try Judgement()
        judgement.token.header["kid"] = keyID
        #expect(try judgement.refusalCode() == expected)
    }

    /// 3.1.3.6 and 3.1.3.8: the left half of the hash of the token's algorithm. Attack 29.
    @Test(arguments: asymmetric)
    func accessTokenHash(algorithm: SigningAlgorithm) throws {
        let hash = try algorithm.digest.hash(Sample.accessToken.bytes)
        for (bytes, expected) in [
            (Array(hash.prefix(hash.count / 2)), nil), (hash, .idTokenAccessTokenHashMismatch),
            (Array(hash.suffix(hash.count / 2)), .idTokenAccessTokenHashMismatch),
            (Array(hash.prefix(hash.count / 2 - 1)), .idTokenAccessTokenHashMismatch),
        ] as [([UInt8], ErrorCode?)] {
            var judgement = try judgement(algorithm, allowed: [algorithm])
            judgement.token.claims["at_hash"] = .string(Base64URL.encode(bytes))
            judgement.encoded = judgement.token.signed(algorithm, with: TestKey.of(algorithm))
            #expect(try judgement.refusalCode() == expected)
        }
    }

    /// The example of OIDC Core A.3, made with RS256.
    @Test func accessTokenHashOfTheSpecification() throws {
        let hash = try SigningAlgorithm.rs256.digest.hash(Text("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y").bytes)
        #expect(Base64URL.encode(Array(hash.prefix(16))) == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    @Test(arguments: [1, "a", ["x"], "77QmUPtjPfzWtF2AnpK9RQ1"] as [JSON])
    func accessTokenHashIsWrong(value: JSON) throws {
        #expect(try Judgement(claims: ["at_hash": value]).refusalCode() == .idTokenAccessTokenHashMismatch)
    }

    /// Attacks 7, 15 and 32: what is no signed token at all.
    @Test(arguments: [
        "", ".", "..", "a.b", "a.b.c.d.e", "e30.e30.", "e30.e30.AA", "ey J.e30.AA", "eyJhbGciOiJSUzI1NiJ9.W10.AA",
    ])
    func notASignedToken(token: String) throws {
        var judgement = try Judgement()
        judgement.encoded = Text(token)
        #expect(try judgement.refusalCode() == .idTokenMalformed)
    }

    /// Failures describe what is wrong with a token without quoting it.
    @Test func failureHoldsNoToken() throws {
        let judgement = try Judgement(claims: ["nonce": "secret-nonce-of-someone"])
        let failure = try #require(try failure { try judgement.validate() })
        let message = failure.message.string
        #expect(!message.contains("secret-nonce") && !message.contains(Sample.nonce.string))
        #expect(!message.contains("user-1") && !message.contains(judgement.token.signed().string))
    }
}
