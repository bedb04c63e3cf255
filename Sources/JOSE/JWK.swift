package import Basics
package import Cryptography
package import JSON

/// A public key of a JWK set that may verify signatures (RFC 7517 4).
package struct JWK: Sendable {
    package let keyID: Text?
    /// The only algorithm that the key is for; nil if the key does not say.
    package let algorithm: Text?
    /// "issuer": the only issuer that the key signs for, as in Microsoft's keys; nil if the key does not say.
    package let issuer: Text?
    package let key: PublicKey
    /// The members that are the public key, as written.
    private let material: [JSON?]

    /// The members of private keys (RFC 7518 6.2.2, 6.3.2, 6.4.1, draft-ietf-cose-dilithium).
    private static var privateNames: [Text] { ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] }

    /// Fails, with `.jwkSetInvalid`, for keys that cannot or must not verify a signature here: an unknown type or curve, an
    /// encryption key, a shared secret, a private key that should never have been published, a weak or malformed key. A
    /// certificate (x5c, x5u) is ignored: the key is trusted because of where it was published.
    package init(_ members: JSONObject) throws(Failure) {
        try Self.requireVerification(members)
        let key = try PublicKey.read(members)
        for name in Self.privateNames where members.nonEmpty(name).map({ !$0.isEmptyList }) ?? false {
            throw Failure(.jwkSetInvalid, "it has a private member: its owner has published a secret")
        }
        keyID = try Self.optionalText("kid", members)
        algorithm = try Self.optionalText("alg", members)
        issuer = try Self.optionalText("issuer", members)
        self.key = key
        material = (["n", "e", "x", "y", "pub"] as [Text]).map { members[$0] }
    }

    /// RFC 7517 4.5: whether both have one kid and could be taken for each other. A key that is listed twice cannot.
    func isConfusable(with other: JWK) -> Bool {
        keyID != nil && keyID == other.keyID && key.kind == other.key.kind && material != other.material
            && (algorithm == other.algorithm || algorithm == nil || other.algorithm == nil)
    }

    /// "use" and "key_ops" (RFC 7517 4.2, 4.3).
    private static func requireVerification(_ members: JSONObject) throws(Failure) {
        let permits =
            (members.nonEmpty("use").map { $0 == .string("sig") } ?? true)
            && (members.nonEmpty("key_ops").map { $0.isEmptyList || $0.array?.contains(.string("verify")) ?? false }
                ?? true)
        guard permits else { throw Failure(.jwkSetInvalid, "it is not for verifying signatures (use, key_ops)") }
    }

    private static func optionalText(_ name: Text, _ members: JSONObject) throws(Failure) -> Text? {
        guard let value = members.nonEmpty(name) else { return nil }
        guard let text = value.text else { throw Failure(.jwkSetInvalid, "its \(name) is not text") }
        return text
    }

    /// Whether this key may verify a signature of `algorithm`.
    func fits(_ algorithm: SigningAlgorithm) -> Bool {
        algorithm.fits(key.kind) && (self.algorithm == nil || self.algorithm == algorithm.name)
    }
}
