import COpenSSL

/// OpenSSL's algorithms, looked up once and kept for good.
///
/// A look-up takes locks of the process. Without one in every operation, the operations are faster, and a child of fork()
/// does not find such a lock held by a thread that it does not have.
enum OpenSSLAlgorithms {
    nonisolated(unsafe) static let sha1 = unsafe EVP_MD_fetch(nil, ("SHA1" as StaticString).cString, nil)
    nonisolated(unsafe) static let sha256 = unsafe EVP_MD_fetch(nil, ("SHA256" as StaticString).cString, nil)
    nonisolated(unsafe) static let sha384 = unsafe EVP_MD_fetch(nil, ("SHA384" as StaticString).cString, nil)
    nonisolated(unsafe) static let sha512 = unsafe EVP_MD_fetch(nil, ("SHA512" as StaticString).cString, nil)
    nonisolated(unsafe) static let aes256ECB = unsafe EVP_CIPHER_fetch(
        nil, ("AES-256-ECB" as StaticString).cString, nil)
    nonisolated(unsafe) static let aes256GCM = unsafe EVP_CIPHER_fetch(
        nil, ("AES-256-GCM" as StaticString).cString, nil)
}

extension StaticString {
    var cString: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
