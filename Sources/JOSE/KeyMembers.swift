import Basics
package import Cryptography
package import JSON

extension KeyKind.Curve {
    /// "crv" (RFC 7518 6.2.1.1, RFC 8812 3.1).
    var name: Text {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .secp256k1: "secp256k1"
        }
    }

    init?(name: JSON?) {
        guard let text = name?.text, let curve = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = curve
    }
}

extension KeyKind.MLDSA {
    /// "alg" (draft-ietf-cose-dilithium 4).
    var name: Text {
        switch self {
        case .mlDSA44: "ML-DSA-44"
        case .mlDSA65: "ML-DSA-65"
        case .mlDSA87: "ML-DSA-87"
        }
    }

    init?(name: JSON?) {
        guard let text = name?.text, let set = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = set
    }
}

extension JSONObject {
    /// A base64url member.
    func octets(_ name: Text) -> [UInt8]? {
        self[name]?.text.flatMap { Base64URL.decode($0) }
    }
}

extension PublicKey {
    /// Reads the public key of a JWK (RFC 7518 6, RFC 8037 2, RFC 8812 3.1, draft-ietf-cose-dilithium).
    /// Fails with `.jwkSetInvalid`.
    static func read(_ members: JSONObject) throws(Failure) -> PublicKey {
        switch members["kty"]?.text {
        case "RSA":
            guard let modulus = members.octets("n"), let exponent = members.octets("e"),
                let key = rsa(modulus: modulus, exponent: exponent)
            else { throw unusable("a malformed RSA key, or one of fewer than 2048 or more than 8192 bits") }
            return key
        case "EC":
            guard let curve = Curve(name: members["crv"]) else { throw unusable("on an unsupported curve") }
            guard let x = members.octets("x"), let y = members.octets("y"), let key = ec(curve, x: x, y: y) else {
                throw unusable("not a point of its curve")
            }
            return key
        case "OKP":
            return try readOKP(members)
        case "AKP":
            guard let set = KeyKind.MLDSA(name: members["alg"]) else { throw unusable("of an unknown algorithm") }
            guard hasMLDSA else { throw unusable("for ML-DSA, which requires OpenSSL 3.5 or later") }
            guard let key = members.octets("pub").flatMap({ mlDSA(set, $0) }) else {
                throw unusable("a malformed ML-DSA key")
            }
            return key
        case "oct": throw unusable("a shared secret, which must never be published")
        default: throw unusable("of an unknown type")
        }
    }

    private static func readOKP(_ members: JSONObject) throws(Failure) -> PublicKey {
        let key: PublicKey?
        switch members["crv"]?.text {
        case "Ed25519": key = members.octets("x").flatMap { ed25519($0) }
        case "Ed448": key = members.octets("x").flatMap { ed448($0) }
        default: throw unusable("on an unsupported curve")
        }
        guard let key else { throw unusable("not a point of its curve, or one of small order") }
        return key
    }

    private static func unusable(_ what: Text) -> Failure {
        Failure(.jwkSetInvalid, "it is \(what)")
    }

    /// The key as a JWK with the members of a thumbprint, in the thumbprint's order (RFC 7638 3.2). Nil only if OpenSSL
    /// fails.
    package var jwk: JSONObject? {
        guard let members else { return nil }
        let encode = { (bytes: [UInt8]) in JSON.string(Base64URL.encode(bytes)) }
        var jwk = JSONObject()
        switch (members, kind) {
        case (.rsa(let modulus, let exponent), _):
            jwk["e"] = encode(exponent)
            jwk["kty"] = .string("RSA")
            jwk["n"] = encode(modulus)
        case (.ec(let x, let y), .ec(let curve)):
            jwk["crv"] = .string(curve.name)
            jwk["kty"] = .string("EC")
            jwk["x"] = encode(x)
            jwk["y"] = encode(y)
        case (.octets(let bytes), .mlDSA(let set)):
            jwk["alg"] = .string(set.name)
            jwk["kty"] = .string("AKP")
            jwk["pub"] = encode(bytes)
        case (.octets(let bytes), _):
            jwk["crv"] = .string(kind == .ed448 ? "Ed448" : "Ed25519")
            jwk["kty"] = .string("OKP")
            jwk["x"] = encode(bytes)
        default: return nil
        }
        return jwk
    }
}
