import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// Tokens that we sign.
@Suite struct SigningTests {
    static let claims: JSONObject = ["sub": "248289761001"]

    static let keys: [(SigningAlgorithm, KnownKey)] = [
        (.rs256, .rsa), (.rs384, .rsa), (.rs512, .rsa), (.ps256, .rsa), (.ps384, .rsa), (.ps512, .rsa),
        (.es256, .p256), (.es384, .p384), (.es512, .p521), (.edDSA, .ed25519), (.ed25519, .ed25519),
        (.edDSA, .ed448), (.ed448, .ed448),
    ]

    @Test("RFC 7515 5.1: what we sign verifies", arguments: keys)
    func signedTokenVerifies(algorithm: SigningAlgorithm, known: KnownKey) throws {
        let key = try known.key
        let token = try JWS.sign(Self.claims, header: .init(keyID: "a"), with: key, algorithm: algorithm)
        var jwk = try #require(key.publicKey.jwk)
        jwk["kid"] = "a"
        let set = try #require(JWKSet(["keys": [.object(jwk)]]))
        #expect(try #require(JWS(token)).verify(with: set, algorithm: algorithm) == .genuine)
    }

    /// PKCS #1 signatures are the same each time. This one was made with joserfc 1.8.0: jws.serialize_compact().
    @Test func rs256IsAsOthersMakeIt() throws {
        let token = try JWS.sign(Self.claims, header: .init(type: "JWT"), with: KnownKey.rsa.key, algorithm: .rs256)
        #expect(
            token == """
                eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyNDgyODk3NjEwMDEifQ.MX4t_YwkS3PC3dhk9daQFud3TzeT\
                mHnXGNpSiBhzvSCv0lCzALSS4sg2iy-ISuHSiWKyCSewTpJ1heeNKDLLMDTuwDN8OhWE_yUt7HzLB_ECx4_OdW4bC1DoaP1L\
                ohPweft5KnIBxtf2NDDqyC44TZV4p0IF2Ma5waE1-YWWsbi5PLsHSEljVtBMUSMkaOVX6dwpnylMeXCoHbkU-Jln4mbu7wEj\
                1P1n3awuIvIzpmAmHqYEO2ju_ai3WWsgbjWMZ1U0MPQPcAnZxFLotjz4bug8eGZD2fgwoxxCmGD3kgOOumm5trXOiqZP-8GI\
                aviQ5ESM4-M_osFdPiCjiPtz5w
                """)
    }

    /// Made with Python's cryptography 50.0.2.
    @Test func ed448IsAsOthersMakeIt() throws {
        let token = try JWS.sign(Self.claims, header: .init(), with: KnownKey.ed448.key, algorithm: .ed448)
        #expect(
            token == """
                eyJhbGciOiJFZDQ0OCJ9.eyJzdWIiOiIyNDgyODk3NjEwMDEifQ.LMp7b6IPztqmrCM8pctpGnjkvpKA6EsDxj8-CG7761Wz\
                okG2P1jjF-3eYYIDSNNCgA6aesPoOWcAKyUMuIxG_v5xfIIOGRkmDlfTwFiqIX9RHFxEw-FahrNJhaad3xhkxYdlnRd65pts\
                1HCWO1T-lRMA
                """)
    }

    @Test("RFC 8037 A.4")
    func ed25519IsAsInTheRFC() throws {
        let input: Text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        let signature = try KnownKey.ed25519.key.sign(input.bytes, scheme: .edDSA)
        let expected: Text = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        #expect(Base64URL.encode(signature) == expected)
    }

    @Test("RFC 7515 4.1, RFC 9449 4.2: the header, in its order")
    func headerIsWritten() throws {
        let key = try KnownKey.p256.key
        let header = JWS.Header(type: "dpop+jwt", keyID: "a\"b", carriesPublicKey: true)
        let token = try JWS.sign(Self.claims, header: header, with: key, algorithm: .es256)
        let expected =
            #"{"alg":"ES256","typ":"dpop+jwt","kid":"a\"b","jwk":{"crv":"P-256","kty":"EC","#
            + #""x":"Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0","y":"HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw"}}"#
        #expect(token.split(at: ".").first.flatMap { Base64URL.decode($0) } == Array(expected.utf8))
        let plain = try JWS.sign(Self.claims, header: .init(), with: key, algorithm: .es256)
        #expect(plain.split(at: ".").first.flatMap { Base64URL.decode($0) } == Array(#"{"alg":"ES256"}"#.utf8))
    }

    @Test("RFC 7518 3.1: a key signs only with its algorithms", arguments: KnownKey.allCases)
    func otherAlgorithmIsRefused(known: KnownKey) throws {
        let key = try known.key
        for algorithm in SigningAlgorithm.allCases where !algorithm.fits(key.kind) {
            #expect(
                try refusal { try JWS.sign(Self.claims, header: .init(), with: key, algorithm: algorithm) }
                    == .configurationInvalid, "\(algorithm)")
        }
    }

    @Test("RFC 7518 3.2", arguments: [SigningAlgorithm.hs256, .hs384, .hs512])
    func macIsMade(algorithm: SigningAlgorithm) throws {
        let secret = Secret([UInt8](repeating: 7, count: algorithm.digest.length))
        let token = try JWS.authenticate(Self.claims, header: .init(), with: secret, algorithm: algorithm)
        #expect(try #require(JWS(token)).verify(with: secret, algorithm: algorithm) == .genuine)
        let short = Secret([UInt8](repeating: 7, count: algorithm.digest.length - 1))
        #expect(
            try refusal { try JWS.authenticate(Self.claims, header: .init(), with: short, algorithm: algorithm) }
                == .configurationInvalid)
        #expect(
            try refusal { try JWS.authenticate(Self.claims, header: .init(), with: secret, algorithm: .rs256) }
                == .configurationInvalid)
    }

    @Test("RFC 9449 4.1: a key for one session")
    func generatedKeySigns() throws {
        let (first, second) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.p256))
        #expect(first.publicKey.members != second.publicKey.members)
        let token = try JWS.sign(
            Self.claims, header: .init(carriesPublicKey: true), with: first, algorithm: .es256)
        let header = token.split(at: ".").first.flatMap { Base64URL.decode($0) }.flatMap { JSONObject(parsing: $0) }
        let jwk = try #require(header?["jwk"])
        let set = try #require(JWKSet(["keys": [jwk]]))
        #expect(try #require(JWS(token)).verify(with: set, algorithm: .es256) == .genuine)
    }
}
