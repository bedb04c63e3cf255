package import Basics
package import Cryptography

/// The signature algorithms of JWS that an ID token may have (RFC 7518 3.1, RFC 8037 3.1). "none" is not one.
package enum SigningAlgorithm: CaseIterable, Sendable {
    case rs256, rs384, rs512
    case ps256, ps384, ps512
    case es256, es384, es512
    case edDSA
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
        case .edDSA: "EdDSA"
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        }
    }

    /// The hash within the algorithm, also the one of at_hash (OIDC Core 3.1.3.6). For Ed25519 that is SHA-512.
    package var digest: Digest {
        switch self {
        case .rs256, .ps256, .es256, .hs256: .sha256
        case .rs384, .ps384, .es384, .hs384: .sha384
        case .rs512, .ps512, .es512, .hs512, .edDSA: .sha512
        }
    }

    /// Whether the key is a shared secret.
    package var isSymmetric: Bool { scheme == nil }

    /// How the signature is verified with a public key; nil for a shared secret.
    var scheme: SignatureScheme? {
        switch self {
        case .rs256, .rs384, .rs512: .rsaPKCS1(digest)
        case .ps256, .ps384, .ps512: .rsaPSS(digest)
        case .es256, .es384, .es512: .ecdsa(digest)
        case .edDSA: .ed25519
        case .hs256, .hs384, .hs512: nil
        }
    }

    /// The kind of key that the algorithm is for: each ECDSA algorithm has a curve of its own (RFC 7518 3.4).
    var keyKind: PublicKey.Kind? {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256: .ec(.p256)
        case .es384: .ec(.p384)
        case .es512: .ec(.p521)
        case .edDSA: .ed25519
        case .hs256, .hs384, .hs512: nil
        }
    }
}
