package import Basics
import COpenSSL

/// The hash functions in use: SHA-2, and SHA-1 for the signatures of Streamlit's cookies alone.
package enum Digest: Sendable {
    case sha1, sha256, sha384, sha512

    var evp: OpaquePointer? {
        switch self {
        case .sha1: unsafe OpenSSLAlgorithms.sha1
        case .sha256: unsafe OpenSSLAlgorithms.sha256
        case .sha384: unsafe OpenSSLAlgorithms.sha384
        case .sha512: unsafe OpenSSLAlgorithms.sha512
        }
    }

    /// In bytes.
    package var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    package func hash(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        let done = unsafe EVP_Digest(bytes, bytes.count, &output, nil, evp, nil)
        guard done == 1 else { throw cryptographyFailed("hash") }
        return output
    }

    /// HMAC (RFC 2104).
    package func authenticate(_ bytes: [UInt8], key: Secret) throws(Failure) -> [UInt8] {
        guard let keyLength = Int32(exactly: key.count) else { throw cryptographyFailed("HMAC key") }
        var output = [UInt8](repeating: 0, count: length)
        let done = unsafe key.withBytes { keyBytes in
            unsafe HMAC(evp, keyBytes.baseAddress, keyLength, bytes, bytes.count, &output, nil)
        }
        guard unsafe done != nil else { throw cryptographyFailed("HMAC") }
        return output
    }
}

/// Whether both are the same, in a time that depends on their lengths alone.
package func isEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    return unsafe CRYPTO_memcmp(first, second, first.count) == 0
}

/// The failure to report when OpenSSL refuses; leaves its error queue empty for the host.
func cryptographyFailed(_ operation: Text) -> Failure {
    ERR_clear_error()
    return Failure(.cryptographyFailed, "OpenSSL failed: \(operation)")
}
