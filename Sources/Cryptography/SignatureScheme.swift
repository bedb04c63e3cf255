import COpenSSL

/// How a signature is made, without the key.
package enum SignatureScheme: Sendable {
    case rsaPKCS1(Digest)
    case rsaPSS(Digest)
    case ecdsa(Digest)
    /// Ed25519 or Ed448, depending on the key.
    case edDSA
    case mlDSA

    /// EdDSA and ML-DSA hash by themselves.
    var digest: Digest? {
        switch self {
        case .rsaPKCS1(let digest), .rsaPSS(let digest), .ecdsa(let digest): digest
        case .edDSA, .mlDSA: nil
        }
    }

    func fits(_ kind: KeyKind) -> Bool {
        switch (kind, self) {
        case (.rsa, .rsaPKCS1), (.rsa, .rsaPSS), (.ec, .ecdsa), (.ed25519, .edDSA), (.ed448, .edDSA), (.mlDSA, .mlDSA):
            true
        default: false
        }
    }

    /// RSASSA-PSS with a salt as long as the hash and MGF1 of the same hash (RFC 7518 3.5).
    func setPadding(_ context: OpaquePointer?) -> Bool {
        guard case .rsaPSS = self else { return true }
        return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
    }
}
