import COpenSSL

/// OpenSSL's algorithms, looked up once and kept for good.
///
/// A look-up takes locks of the process. Without one in every operation, the operations are faster, and a child of fork()
/// does not find such a lock held by a thread that it does not have.
enum OpenSSLAlgorithms {
    nonisolated(unsafe) static let sha1 = unsafe digest("SHA1")
    nonisolated(unsafe) static let sha256 = unsafe digest("SHA256")
    nonisolated(unsafe) static let sha384 = unsafe digest("SHA384")
    nonisolated(unsafe) static let sha512 = unsafe digest("SHA512")
    nonisolated(unsafe) static let shake256 = unsafe digest("SHAKE256")

    nonisolated(unsafe) static let aes256ECB = unsafe cipher("AES-256-ECB")
    nonisolated(unsafe) static let aes128GCM = unsafe cipher("AES-128-GCM")
    nonisolated(unsafe) static let aes192GCM = unsafe cipher("AES-192-GCM")
    nonisolated(unsafe) static let aes256GCM = unsafe cipher("AES-256-GCM")
    nonisolated(unsafe) static let aes128CBC = unsafe cipher("AES-128-CBC")
    nonisolated(unsafe) static let aes192CBC = unsafe cipher("AES-192-CBC")
    nonisolated(unsafe) static let aes256CBC = unsafe cipher("AES-256-CBC")
    nonisolated(unsafe) static let aes128Wrap = unsafe cipher("AES-128-WRAP")
    nonisolated(unsafe) static let aes192Wrap = unsafe cipher("AES-192-WRAP")
    nonisolated(unsafe) static let aes256Wrap = unsafe cipher("AES-256-WRAP")

    /// Whether this OpenSSL has ML-DSA, which came with 3.5: known only when the program runs.
    static let hasMLDSA: Bool = {
        let scheme = unsafe EVP_SIGNATURE_fetch(nil, ("ML-DSA-44" as StaticString).cString, nil)
        defer { unsafe EVP_SIGNATURE_free(scheme) }
        if unsafe scheme == nil { ERR_clear_error() }
        return unsafe scheme != nil
    }()

    private static func digest(_ name: StaticString) -> OpaquePointer? {
        unsafe EVP_MD_fetch(nil, name.cString, nil)
    }

    private static func cipher(_ name: StaticString) -> OpaquePointer? {
        unsafe EVP_CIPHER_fetch(nil, name.cString, nil)
    }
}

extension StaticString {
    var cString: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
