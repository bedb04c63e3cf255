import Basics
import CTestSupport
import Cryptography
import JOSE
import JSON

/// A provider's key pair. Made once for all tests: RSA keys take their time.
package final class TestKey: @unchecked Sendable {
    package static let rsa = TestKey("RSA", keyID: "rsa-1")
    package static let newerRSA = TestKey("RSA", keyID: "rsa-2")
    package static let p256 = TestKey("P-256", keyID: "p256-1")
    package static let p384 = TestKey("P-384", keyID: "p384-1")
    package static let p521 = TestKey("P-521", keyID: "p521-1")
    package static let secp256k1 = TestKey("secp256k1", keyID: "secp256k1-1")
    package static let ed25519 = TestKey("ED25519", keyID: "ed-1")
    package static let ed448 = TestKey("ED448", keyID: "ed448-1")
    // Only where OpenSSL has them: SigningAlgorithm.isAvailable.
    package static let mlDSA44 = TestKey("ML-DSA-44", keyID: "ml-dsa-44-1")
    package static let mlDSA65 = TestKey("ML-DSA-65", keyID: "ml-dsa-65-1")
    package static let mlDSA87 = TestKey("ML-DSA-87", keyID: "ml-dsa-87-1")

    package static let all =
        [rsa, newerRSA, p256, p384, p521, secp256k1, ed25519, ed448]
        + (SigningAlgorithm.mlDSA44.isAvailable ? [mlDSA44, mlDSA65, mlDSA87] : [])

    package let keyID: Text
    private let kind: String
    // OpenSSL's keys may be shared by threads that only read them.
    private let pair: OpaquePointer?

    private init(_ kind: String, keyID: Text) {
        self.kind = kind
        self.keyID = keyID
        pair = test_key_new(kind)
        precondition(pair != nil, "no key pair: \(kind)")
    }

    /// A key that no provider here has, such as "RSA-1024".
    package static func unusual(_ kind: String) -> TestKey { TestKey(kind, keyID: "unusual") }

    /// The key of this kind that signs with `algorithm`.
    package static func of(_ algorithm: SigningAlgorithm) -> TestKey {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .hs256, .hs384, .hs512: rsa
        case .es256: p256
        case .es384: p384
        case .es512: p521
        case .es256K: secp256k1
        case .edDSA, .ed25519: ed25519
        case .ed448: ed448
        case .mlDSA44: mlDSA44
        case .mlDSA65: mlDSA65
        case .mlDSA87: mlDSA87
        }
    }

    /// The public key as a JWK with a key id.
    package var jwk: JSONObject {
        var jwk = publicMembers
        jwk["kid"] = .string(keyID)
        return jwk
    }

    package var publicMembers: JSONObject {
        switch kind {
        case "RSA": ["kty": "RSA", "n": member("n"), "e": member("e")]
        case "ED25519": ["kty": "OKP", "crv": "Ed25519", "x": member("x")]
        case "ED448": ["kty": "OKP", "crv": "Ed448", "x": member("x")]
        case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87":
            ["kty": "AKP", "alg": .string(Text(kind)), "pub": member("x")]
        default: ["kty": "EC", "crv": .string(Text(kind)), "x": member("x"), "y": member("y")]
        }
    }

    private func member(_ name: Unicode.Scalar) -> JSON {
        var bytes = [UInt8](repeating: 0, count: 4096)
        guard let pair else { return .null }
        let count = test_key_member(pair, CChar(name.value), &bytes, bytes.count)
        return .string(Base64URL.encode(Array(bytes.prefix(count))))
    }

    package enum PEMForm { case pkcs8, traditional, encryptedPKCS8, encryptedTraditional, publicKey, certificate }

    /// Traditional: PKCS #1 or SEC 1. A certificate: a new one, signed with the key itself.
    package func pem(_ form: PEMForm) -> Text {
        let form =
            switch form {
            case .pkcs8: TEST_PEM_PKCS8
            case .traditional: TEST_PEM_TRADITIONAL
            case .encryptedPKCS8: TEST_PEM_PKCS8_ENCRYPTED
            case .encryptedTraditional: TEST_PEM_TRADITIONAL_ENCRYPTED
            case .publicKey: TEST_PEM_PUBLIC
            case .certificate: TEST_PEM_CERTIFICATE
            }
        var text = [CChar](repeating: 0, count: 8192)
        guard let pair else { return "" }
        let count = test_key_pem(pair, form, &text, text.count)
        return Text(wellFormed: text.prefix(count).map { UInt8(bitPattern: $0) })
    }

    package func sign(_ input: [UInt8], _ algorithm: SigningAlgorithm) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 8192)
        guard let pair else { return [] }
        let count = test_key_sign(pair, algorithm.name.string, input, input.count, &signature, signature.count)
        return Array(signature.prefix(count))
    }

    /// With RSA-OAEP-256, for an RSA key.
    package func encrypt(_ input: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 512)
        guard let pair else { return [] }
        let count = test_key_encrypt(pair, input, input.count, &output, output.count)
        return Array(output.prefix(count))
    }
}

/// A token before it is signed, to be changed at will.
package struct TestToken {
    package var header: JSONObject
    package var claims: JSONObject

    package init(_ algorithm: SigningAlgorithm = .rs256, keyID: Text? = TestKey.rsa.keyID, claims: JSONObject) {
        header = ["alg": .string(algorithm.name), "typ": "JWT"]
        if let keyID { header["kid"] = .string(keyID) }
        self.claims = claims
    }

    /// Sets members; `.null` takes one out.
    package mutating func change(claims: JSONObject = [:], header: JSONObject = [:]) {
        for claim in claims.members { self.claims[claim.name] = claim.value == .null ? nil : claim.value }
        for member in header.members { self.header[member.name] = member.value == .null ? nil : member.value }
    }

    private var signingInput: Text {
        Base64URL.encode(header.bytes) + "." + Base64URL.encode(claims.bytes)
    }

    package func signed(_ algorithm: SigningAlgorithm = .rs256, with key: TestKey = .rsa) -> Text {
        signingInput + "." + Base64URL.encode(key.sign(signingInput.bytes, algorithm))
    }

    /// With a MAC (RFC 7518 3.2).
    package func authenticated(_ algorithm: SigningAlgorithm, with secret: Secret) throws -> Text {
        signingInput + "." + Base64URL.encode(try algorithm.digest.authenticate(signingInput.bytes, key: secret))
    }

    package var unsigned: Text { signingInput + "." }
}
