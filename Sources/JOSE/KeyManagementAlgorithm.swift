package import Basics
package import Cryptography

/// How the key of a JWE's content is transported, "alg" (RFC 7518 4.1). RSA1_5, PBES2 and the like are excluded: the first is
/// an oracle, the others let a token choose how long decryption takes.
package enum KeyManagementAlgorithm: CaseIterable, Sendable {
    case rsaOAEP, rsaOAEP256
    case ecdhES, ecdhESA128KW, ecdhESA192KW, ecdhESA256KW
    case a128KW, a192KW, a256KW
    case dir

    /// Nil for a name that is unknown or in another case.
    package init?(name: Text) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    package var name: Text {
        switch self {
        case .rsaOAEP: "RSA-OAEP"
        case .rsaOAEP256: "RSA-OAEP-256"
        case .ecdhES: "ECDH-ES"
        case .ecdhESA128KW: "ECDH-ES+A128KW"
        case .ecdhESA192KW: "ECDH-ES+A192KW"
        case .ecdhESA256KW: "ECDH-ES+A256KW"
        case .a128KW: "A128KW"
        case .a192KW: "A192KW"
        case .a256KW: "A256KW"
        case .dir: "dir"
        }
    }

    /// Whether the key is derived from the client secret.
    package var isSymmetric: Bool {
        switch self {
        case .a128KW, .a192KW, .a256KW, .dir: true
        default: false
        }
    }

    /// The length in bytes of the key that wraps the content's key with AES; nil for other algorithms.
    var wrappingKeyLength: Int? {
        switch self {
        case .a128KW, .ecdhESA128KW: 16
        case .a192KW, .ecdhESA192KW: 24
        case .a256KW, .ecdhESA256KW: 32
        case .rsaOAEP, .rsaOAEP256, .ecdhES, .dir: nil
        }
    }

    /// Whether it works with key pairs of this kind.
    package func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rsaOAEP, .rsa), (.rsaOAEP256, .rsa): true
        case (.ecdhES, .ec(let curve)), (.ecdhESA128KW, .ec(let curve)), (.ecdhESA192KW, .ec(let curve)),
            (.ecdhESA256KW, .ec(let curve)):
            curve != .secp256k1
        default: false
        }
    }
}

/// How a JWE's content is encrypted, "enc" (RFC 7518 5.1).
package enum ContentEncryption: CaseIterable, Sendable {
    case a128GCM, a192GCM, a256GCM
    case a128CBCHS256, a192CBCHS384, a256CBCHS512

    /// Nil for a name that is unknown or in another case.
    package init?(name: Text) {
        guard let encryption = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = encryption
    }

    package var name: Text {
        switch self {
        case .a128GCM: "A128GCM"
        case .a192GCM: "A192GCM"
        case .a256GCM: "A256GCM"
        case .a128CBCHS256: "A128CBC-HS256"
        case .a192CBCHS384: "A192CBC-HS384"
        case .a256CBCHS512: "A256CBC-HS512"
        }
    }

    /// In bytes.
    var keyLength: Int {
        switch self {
        case .a128GCM: 16
        case .a192GCM: 24
        case .a256GCM, .a128CBCHS256: 32
        case .a192CBCHS384: 48
        case .a256CBCHS512: 64
        }
    }

    func open(
        _ ciphertext: [UInt8], nonce: [UInt8], tag: [UInt8], associatedData: [UInt8], key: Secret
    ) -> [UInt8]? {
        guard key.count == keyLength else { return nil }
        let digest: Digest
        switch self {
        case .a128GCM, .a192GCM, .a256GCM:
            return AES.openGCM(ciphertext, nonce: nonce, tag: tag, associatedData: associatedData, key: key)
        case .a128CBCHS256: digest = .sha256
        case .a192CBCHS384: digest = .sha384
        case .a256CBCHS512: digest = .sha512
        }
        return AES.openCBC(
            ciphertext, nonce: nonce, tag: tag, associatedData: associatedData, key: key, digest: digest)
    }
}
