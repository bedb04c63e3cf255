package import Basics
package import Cryptography
import JSON

/// A public key of a JWK set that may verify signatures (RFC 7517 4).
package struct JWK: Sendable {
    package let keyID: Text?
    /// The only algorithm the key is for; nil if the key does not say.
    package let algorithm: Text?
    package let key: PublicKey

    /// Nil for what cannot or must not verify a signature here: an unknown type or curve, a key for encryption, a shared
    /// secret, a private key that should never have been published, a weak or malformed key.
    init?(_ members: JSONObject) {
        guard Self.isForVerification(members), members["d"] == nil, let key = Self.readKey(members) else { return nil }
        guard let keyID = Self.optionalText(members["kid"]), let algorithm = Self.optionalText(members["alg"]) else {
            return nil
        }
        self.keyID = keyID
        self.algorithm = algorithm
        self.key = key
    }

    /// "use" and "key_ops" (RFC 7517 4.2, 4.3).
    private static func isForVerification(_ members: JSONObject) -> Bool {
        if let use = members["use"], use != .string("sig") { return false }
        if let operations = members["key_ops"] {
            return operations.array?.contains(.string("verify")) ?? false
        }
        return true
    }

    private static func readKey(_ members: JSONObject) -> PublicKey? {
        switch members["kty"]?.text {
        case "RSA":
            guard let modulus = bytes(members["n"]), let exponent = bytes(members["e"]) else { return nil }
            return .rsa(modulus: modulus, exponent: exponent)
        case "EC":
            guard let curve = curve(members["crv"]), let x = bytes(members["x"]), let y = bytes(members["y"]) else {
                return nil
            }
            return .ec(curve, x: x, y: y)
        case "OKP":
            guard members["crv"]?.text == "Ed25519", let point = bytes(members["x"]) else { return nil }
            return .ed25519(point)
        default:
            return nil
        }
    }

    private static func curve(_ name: JSON?) -> PublicKey.Curve? {
        switch name?.text {
        case "P-256": .p256
        case "P-384": .p384
        case "P-521": .p521
        default: nil
        }
    }

    private static func bytes(_ value: JSON?) -> [UInt8]? {
        value?.text.flatMap { Base64URL.decode($0) }
    }

    /// The outer optional is nil for a member that is there and no text.
    private static func optionalText(_ value: JSON?) -> Text?? {
        guard let value else { return .some(nil) }
        return value.text.map { .some($0) }
    }

    /// Whether this key may verify a signature of `algorithm`.
    func fits(_ algorithm: SigningAlgorithm) -> Bool {
        key.kind == algorithm.keyKind && (self.algorithm == nil || self.algorithm == algorithm.name)
    }
}
