package import Basics
package import Cryptography

/// The signature algorithms of JWS (RFC 7518 3.1, RFC 8037 3.1, RFC 8812 3.2, RFC 9864 2.2, draft-ietf-cose-dilithium).
/// "none" is not one.
package enum SigningAlgorithm: CaseIterable, Sendable {
    case rs256, rs384, rs512
    case ps256, ps384, ps512
    case es256, es384, es512, es256K
    case edDSA, ed25519, ed448
    case mlDSA44, mlDSA65, mlDSA87
    case hs256, hs384, hs512

    /// Nil for a name that is unknown, in another case, or "none".
    package init?(name: Text) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    package var name: Text {
        switch self {
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .es256K: "ES256K"
        case .edDSA: "EdDSA"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        case .mlDSA44: "ML-DSA-44"
        case .mlDSA65: "ML-DSA-65"
        case .mlDSA87: "ML-DSA-87"
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        }
    }

    /// The hash within the algorithm, also that of at_hash (OIDC Core 3.1.3.6; for algorithms that hash internally, OIDC
    /// Token Hash Algorithms). For EdDSA it is Ed25519's; see JWS.tokenHash.
    package var digest: Digest {
        switch self {
        case .rs256, .ps256, .es256, .es256K, .hs256: .sha256
        case .rs384, .ps384, .es384, .hs384: .sha384
        case .rs512, .ps512, .es512, .hs512, .edDSA, .ed25519: .sha512
        case .ed448: .shake256(length: 114)
        case .mlDSA44, .mlDSA65, .mlDSA87: .shake256(length: 64)
        }
    }

    /// Whether the key is a shared secret.
    package var isSymmetric: Bool { scheme == nil }

    /// Whether this machine's OpenSSL has it.
    package var isAvailable: Bool {
        switch self {
        case .mlDSA44, .mlDSA65, .mlDSA87: PublicKey.hasMLDSA
        default: true
        }
    }

    /// Whether a provider may use it merely by listing it in its metadata. A shared secret must be agreed on, and ES256K is
    /// on a curve that few have reason to use: both only if the configuration names them.
    package var isOnByDefault: Bool { !isSymmetric && self != .es256K && isAvailable }

    /// How the signature is made with a key pair; nil for a shared secret.
    package var scheme: SignatureScheme? {
        switch self {
        case .rs256, .rs384, .rs512: .rsaPKCS1(digest)
        case .ps256, .ps384, .ps512: .rsaPSS(digest)
        case .es256, .es384, .es512, .es256K: .ecdsa(digest)
        case .edDSA, .ed25519, .ed448: .edDSA
        case .mlDSA44, .mlDSA65, .mlDSA87: .mlDSA
        case .hs256, .hs384, .hs512: nil
        }
    }

    /// Whether the algorithm is for this kind of key: each ECDSA algorithm has its own curve (RFC 7518 3.4).
    package func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rs256, .rsa), (.rs384, .rsa), (.rs512, .rsa), (.ps256, .rsa), (.ps384, .rsa), (.ps512, .rsa): true
        case (.es256, .ec(.p256)), (.es384, .ec(.p384)), (.es512, .ec(.p521)), (.es256K, .ec(.secp256k1)): true
        case (.edDSA, .ed25519), (.edDSA, .ed448), (.ed25519, .ed25519), (.ed448, .ed448): true
        case (.mlDSA44, .mlDSA(.mlDSA44)), (.mlDSA65, .mlDSA(.mlDSA65)), (.mlDSA87, .mlDSA(.mlDSA87)): true
        default: false
        }
    }
}
