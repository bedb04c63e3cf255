import COpenSSL
import Platform

/// OpenSSL's algorithms, each looked up once and kept for good.
///
/// A look-up takes locks of the process. Operations without one are faster, and a child of fork() does not find such a lock
/// held by a thread that it does not have: the look-up itself happens under our own lock, and fork() waits for that.
enum OpenSSLAlgorithms {
    static var sha1: OpaquePointer? { unsafe keep(.sha1) }
    static var sha256: OpaquePointer? { unsafe keep(.sha256) }
    static var sha384: OpaquePointer? { unsafe keep(.sha384) }
    static var sha512: OpaquePointer? { unsafe keep(.sha512) }
    static var shake256: OpaquePointer? { unsafe keep(.shake256) }

    static var aes256ECB: OpaquePointer? { unsafe keep(.aes256ECB) }
    static var aes128GCM: OpaquePointer? { unsafe keep(.aes128GCM) }
    static var aes192GCM: OpaquePointer? { unsafe keep(.aes192GCM) }
    static var aes256GCM: OpaquePointer? { unsafe keep(.aes256GCM) }
    static var aes128CBC: OpaquePointer? { unsafe keep(.aes128CBC) }
    static var aes192CBC: OpaquePointer? { unsafe keep(.aes192CBC) }
    static var aes256CBC: OpaquePointer? { unsafe keep(.aes256CBC) }
    static var aes128Wrap: OpaquePointer? { unsafe keep(.aes128Wrap) }
    static var aes192Wrap: OpaquePointer? { unsafe keep(.aes192Wrap) }
    static var aes256Wrap: OpaquePointer? { unsafe keep(.aes256Wrap) }

    /// Whether this OpenSSL has ML-DSA, which appeared in 3.5: known only at run time.
    static var hasMLDSA: Bool { unsafe keep(.mlDSA44) != nil }

    private enum Place: UInt32 {
        case sha1, sha256, sha384, sha512, shake256
        case aes256ECB, aes128GCM, aes192GCM, aes256GCM, aes128CBC, aes192CBC, aes256CBC
        case aes128Wrap, aes192Wrap, aes256Wrap, mlDSA44
    }

    private static func keep(_ place: Place) -> OpaquePointer? {
        unsafe OpaquePointer(platform_kept(place.rawValue, fetchAlgorithm))
    }

    /// Before anything else of OpenSSL: only the first use in a process can say that exit() shall not take OpenSSL apart,
    /// while threads may still be inside (docs/adr/0046-exit-with-threads-inside.md).
    static func outliveExit() {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }

    fileprivate static func fetch(_ number: UInt32) -> OpaquePointer? {
        outliveExit()
        return switch Place(rawValue: number) {
        case .sha1: unsafe digest("SHA1")
        case .sha256: unsafe digest("SHA256")
        case .sha384: unsafe digest("SHA384")
        case .sha512: unsafe digest("SHA512")
        case .shake256: unsafe digest("SHAKE256")
        case .aes256ECB: unsafe cipher("AES-256-ECB")
        case .aes128GCM: unsafe cipher("AES-128-GCM")
        case .aes192GCM: unsafe cipher("AES-192-GCM")
        case .aes256GCM: unsafe cipher("AES-256-GCM")
        case .aes128CBC: unsafe cipher("AES-128-CBC")
        case .aes192CBC: unsafe cipher("AES-192-CBC")
        case .aes256CBC: unsafe cipher("AES-256-CBC")
        case .aes128Wrap: unsafe cipher("AES-128-WRAP")
        case .aes192Wrap: unsafe cipher("AES-192-WRAP")
        case .aes256Wrap: unsafe cipher("AES-256-WRAP")
        case .mlDSA44: unsafe signature("ML-DSA-44")
        case nil: nil
        }
    }

    private static func digest(_ name: StaticString) -> OpaquePointer? {
        unsafe EVP_MD_fetch(nil, name.cString, nil)
    }

    private static func cipher(_ name: StaticString) -> OpaquePointer? {
        unsafe EVP_CIPHER_fetch(nil, name.cString, nil)
    }

    private static func signature(_ name: StaticString) -> OpaquePointer? {
        let signature = unsafe EVP_SIGNATURE_fetch(nil, name.cString, nil)
        if unsafe signature == nil { ERR_clear_error() }
        return unsafe signature
    }
}

/// OpenSSLAlgorithms.fetch() for C.
private func fetchAlgorithm(_ number: UInt32) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(OpenSSLAlgorithms.fetch(number))
}

extension StaticString {
    var cString: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
