package import Basics
import COpenSSL

extension PrivateKey {
    /// The shared secret of an ECDH exchange: the x coordinate, of the curve's length (RFC 7518 4.6.2, NIST SP 800-56A
    /// 5.7.1.2). Nil unless `other`, which was checked when it was made, is on the same curve.
    package func agree(with other: PublicKey) -> Secret? {
        guard case .ec(let curve) = kind, other.kind == kind else { return nil }
        return withoutForks { derive(with: other, length: curve.parameters.length) }
    }

    private func derive(with other: PublicKey, length: Int) -> Secret? {
        let context = unsafe EVP_PKEY_CTX_new(evp, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var shared = [UInt8](repeating: 0, count: length)
        defer { unsafe OPENSSL_cleanse(&shared, shared.count) }
        var length = shared.count
        let done =
            unsafe EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, other.evp) == 1
            && EVP_PKEY_derive(context, &shared, &length) == 1
        guard done, length == shared.count else {
            ERR_clear_error()
            return nil
        }
        return Secret(shared)
    }

    package enum OAEPHash { case sha1, sha256 }

    /// RSAES-OAEP with MGF1 of the same hash (RFC 7518 4.3). Nil if it is invalid, in the same time as if it is valid.
    package func decryptOAEP(_ encrypted: [UInt8], hash: OAEPHash) -> Secret? {
        guard kind == .rsa, encrypted.count == Int(unsafe EVP_PKEY_get_size(evp)) else { return nil }
        return withoutForks { removeOAEP(encrypted, hash: hash) }
    }

    private func removeOAEP(_ encrypted: [UInt8], hash: OAEPHash) -> Secret? {
        let context = unsafe EVP_PKEY_CTX_new(evp, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let name: StaticString =
            switch hash {
            case .sha1: "SHA1"
            case .sha256: "SHA256"
            }
        var output = [UInt8](repeating: 0, count: encrypted.count)
        defer { unsafe OPENSSL_cleanse(&output, output.count) }
        var length = output.count
        let done =
            unsafe EVP_PKEY_decrypt_init(context) == 1
            && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_oaep_md_name(context, name.cString, nil) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, name.cString, nil) == 1
            && EVP_PKEY_decrypt(context, &output, &length, encrypted, encrypted.count) == 1
        ERR_clear_error()
        guard done, length <= output.count else { return nil }
        // A separate array, which is wiped too.
        var key = Array(output.prefix(length))
        defer { unsafe OPENSSL_cleanse(&key, key.count) }
        return Secret(key)
    }
}

/// Concat KDF with SHA-256 (RFC 7518 4.6.2, NIST SP 800-56A 5.8.1): a key of `length` bytes for one algorithm and two
/// parties.
package func deriveKey(
    fromAgreement agreed: Secret, algorithm: Text, producer: [UInt8], consumer: [UInt8], length: Int
) throws(Failure) -> Secret {
    let otherInfo =
        bigEndian(algorithm.count) + algorithm.bytes + bigEndian(producer.count) + producer
        + bigEndian(consumer.count) + consumer + bigEndian(length * 8)
    var derived: [UInt8] = []
    // Reserve, so that growing leaves no copies behind.
    derived.reserveCapacity(length + 32)
    defer { unsafe OPENSSL_cleanse(&derived, derived.count) }
    var round = 1
    while derived.count < length {
        var input = unsafe agreed.withBytes { unsafe bigEndian(round) + Array($0) + otherInfo }
        defer { unsafe OPENSSL_cleanse(&input, input.count) }
        derived += try Digest.sha256.hash(input)
        round += 1
    }
    derived.removeLast(derived.count - length)
    return Secret(derived)
}

/// As 32 bits.
private func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
