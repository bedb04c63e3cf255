package import Basics
import COpenSSL

/// The hash functions of JOSE and OpenID Connect, and SHA-1, only for the signatures of Streamlit's cookies.
package enum Digest: Equatable, Sendable {
    case sha1, sha256, sha384, sha512
    /// SHAKE256 with an output of this many bytes; there is no HMAC with it.
    case shake256(length: Int)

    var evp: OpaquePointer? {
        switch self {
        case .sha1: unsafe OpenSSLAlgorithms.sha1
        case .sha256: unsafe OpenSSLAlgorithms.sha256
        case .sha384: unsafe OpenSSLAlgorithms.sha384
        case .sha512: unsafe OpenSSLAlgorithms.sha512
        case .shake256: unsafe OpenSSLAlgorithms.shake256
        }
    }

    /// In bytes.
    package var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        case .shake256(let length): length
        }
    }

    package func hash(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        let done: Bool
        if case .shake256 = self {
            done = hashExtendably(bytes, into: &output)
        } else {
            done = unsafe EVP_Digest(bytes, bytes.count, &output, nil, evp, nil) == 1
        }
        guard done else { throw cryptographyFailed("hash") }
        return output
    }

    package func hash(_ secret: Secret) throws(Failure) -> [UInt8] {
        try hash(unsafe secret.withBytes { unsafe Array($0) })
    }

    private func hashExtendably(_ bytes: [UInt8], into output: inout [UInt8]) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe EVP_DigestInit_ex(context, evp, nil) == 1
            && EVP_DigestUpdate(context, bytes, bytes.count) == 1
            && EVP_DigestFinalXOF(context, &output, output.count) == 1
    }

    /// HMAC (RFC 2104).
    package func authenticate(_ bytes: [UInt8], key: Secret) throws(Failure) -> [UInt8] {
        guard let keyLength = Int32(exactly: key.count) else { throw cryptographyFailed("HMAC key") }
        var output = [UInt8](repeating: 0, count: length)
        // OpenSSL 3 looks its implementation of HMAC up each time, under locks.
        let done = unsafe withoutForks {
            unsafe key.withBytes { keyBytes in
                unsafe HMAC(evp, keyBytes.baseAddress, keyLength, bytes, bytes.count, &output, nil)
            }
        }
        guard unsafe done != nil else { throw cryptographyFailed("HMAC") }
        return output
    }
}

/// Whether both are equal, in a time that depends only on their lengths.
package func isEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    return unsafe CRYPTO_memcmp(first, second, first.count) == 0
}

/// The failure to report when OpenSSL refuses; leaves its error queue empty for the host.
func cryptographyFailed(_ operation: Text) -> Failure {
    ERR_clear_error()
    return Failure(.cryptographyFailed, "OpenSSL failed: \(operation)")
}
