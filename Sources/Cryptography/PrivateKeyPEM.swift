package import Basics
import COpenSSL

extension PrivateKey {
    /// Far longer than any key.
    private static let longestPEM = 64 * 1024

    /// The first private key of a PEM text: PKCS #8, PKCS #1 or SEC 1, not encrypted. Fails with `.configurationInvalid`.
    package static func read(pem: Secret) throws(Failure) -> PrivateKey {
        guard pem.count <= longestPEM else { throw invalid("the private key is longer than 64 KiB") }
        // OpenSSL treats a NUL byte as the end of a line.
        guard unsafe !pem.withBytes({ unsafe $0.contains(0) }) else {
            throw invalid("the private key is not a PEM text: it contains a NUL byte")
        }
        return try withoutForks { () throws(Failure) in try readKey(pem) }
    }

    private static func readKey(_ pem: Secret) throws(Failure) -> PrivateKey {
        var isEncrypted = false
        let evp = unsafe pem.withBytes { bytes in unsafe parse(bytes, isEncrypted: &isEncrypted) }
        guard !isEncrypted else {
            unsafe EVP_PKEY_free(evp)
            throw invalid("the private key is encrypted; write it without a passphrase: openssl pkey -in IN -out OUT")
        }
        guard let evp = unsafe evp else {
            throw invalid(
                "the private key is not a PEM text of PKCS #8, PKCS #1 or SEC 1 (-----BEGIN PRIVATE KEY-----)")
        }
        guard let kind = unsafe kind(of: evp) else {
            unsafe EVP_PKEY_free(evp)
            throw invalid("the private key is not RSA, EC on P-256, P-384, P-521 or secp256k1, Ed25519 or Ed448")
        }
        guard let key = unsafe adopt(kind, evp) else { throw invalid("the private key's numbers are inconsistent") }
        guard key.isStrong else {
            throw invalid("the RSA key has fewer than 2048 or more than 8192 bits, or an exponent below 65537")
        }
        return key
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, isEncrypted: inout Bool) -> OpaquePointer? {
        OpenSSLAlgorithms.outliveExit()
        guard let count = Int32(exactly: bytes.count), let input = unsafe BIO_new_mem_buf(bytes.baseAddress, count)
        else {
            return nil
        }
        defer { unsafe BIO_free(input) }
        // Without our own function, OpenSSL would ask for the passphrase at the terminal.
        let key = unsafe PEM_read_bio_PrivateKey(
            input, nil,
            { _, _, _, wasAsked in
                unsafe wasAsked?.assumingMemoryBound(to: Bool.self).pointee = true
                return -1
            }, &isEncrypted)
        ERR_clear_error()
        return unsafe key
    }

    private static func kind(of evp: OpaquePointer) -> KeyKind? {
        let isA = { (name: StaticString) in unsafe EVP_PKEY_is_a(evp, name.cString) == 1 }
        if isA("RSA") { return .rsa }
        if isA("ED25519") { return .ed25519 }
        if isA("ED448") { return .ed448 }
        guard isA("EC") else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(evp, &name, name.count, &length) == 1 else {
            ERR_clear_error()
            return nil
        }
        let written = Text(wellFormed: name.prefix(length).map { UInt8(bitPattern: $0) })
        switch written {
        case "prime256v1", "P-256": return .ec(.p256)
        case "secp384r1", "P-384": return .ec(.p384)
        case "secp521r1", "P-521": return .ec(.p521)
        case "secp256k1": return .ec(.secp256k1)
        default: return nil
        }
    }

    private var isStrong: Bool {
        guard case .rsa(let modulus, let exponent)? = publicKey.members else { return true }
        return PublicKey.isAcceptable(modulus: modulus, exponent: exponent)
    }

    private static func invalid(_ message: Text) -> Failure {
        Failure(.configurationInvalid, message)
    }
}
