package import Basics
import COpenSSL

/// The algorithms with which JWE encrypts content and wraps keys (RFC 7518 4.4, 5): only decryption and unwrapping.
package enum AES {
    /// AES in Galois/Counter Mode (RFC 7518 5.3), with a key of 16, 24 or 32 bytes, a nonce of 12 and a tag of 16. Nil if
    /// anything differs from what was sealed.
    package static func openGCM(
        _ ciphertext: [UInt8], nonce: [UInt8], tag: [UInt8], associatedData: [UInt8], key: Secret
    ) -> [UInt8]? {
        guard nonce.count == 12, tag.count == 16, let length = Int32(exactly: ciphertext.count),
            let extra = Int32(exactly: associatedData.count)
        else { return nil }
        let cipher = unsafe makeCipher(.gcm, key: key, nonce: nonce)
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
        var written: Int32 = 0
        var rest: Int32 = 0
        let isGenuine =
            unsafe cipher != nil && EVP_DecryptUpdate(cipher, nil, &written, associatedData, extra) == 1
            && EVP_DecryptUpdate(cipher, &plaintext, &written, ciphertext, length) == 1
            && shim_set_gcm_tag_for_opening(cipher, tag) == 1
            && EVP_DecryptFinal_ex(cipher, nil, &rest) == 1
        guard isGenuine, written == length else {
            unsafe OPENSSL_cleanse(&plaintext, plaintext.count)
            ERR_clear_error()
            return nil
        }
        return plaintext
    }

    /// AES_CBC_HMAC_SHA2 (RFC 7518 5.2.2.2): the MAC first, over everything, so the padding reveals nothing. The key has the
    /// hash's length; its first half is for the MAC. Nil as above.
    package static func openCBC(
        _ ciphertext: [UInt8], nonce: [UInt8], tag: [UInt8], associatedData: [UInt8], key: Secret, digest: Digest
    ) -> [UInt8]? {
        guard key.count == digest.length, nonce.count == 16, tag.count == digest.length / 2 else { return nil }
        let half = key.count / 2
        let macKey = unsafe key.withBytes { unsafe Secret(Array($0.prefix(half))) }
        let bitCount = [UInt8](bigEndian: UInt64(associatedData.count) * 8)
        let authenticated = associatedData + nonce + ciphertext + bitCount
        guard let mac = try? digest.authenticate(authenticated, key: macKey),
            isEqualInConstantTime(Array(mac.prefix(tag.count)), tag)
        else { return nil }
        let encryptionKey = unsafe key.withBytes { unsafe Secret(Array($0.suffix(half))) }
        return decrypt(ciphertext, .cbc, nonce: nonce, key: encryptionKey)
    }

    /// AES Key Wrap (RFC 3394) with the default initial value. Nil unless the wrapped key is intact.
    package static func unwrap(_ wrapped: [UInt8], key: Secret) -> Secret? {
        guard wrapped.count >= 24, wrapped.count % 8 == 0,
            var unwrapped = decrypt(wrapped, .wrap, nonce: nil, key: key)
        else { return nil }
        defer { unsafe OPENSSL_cleanse(&unwrapped, unwrapped.count) }
        return Secret(unwrapped)
    }

    private static func decrypt(_ input: [UInt8], _ mode: Mode, nonce: [UInt8]?, key: Secret) -> [UInt8]? {
        guard let length = Int32(exactly: input.count) else { return nil }
        let cipher = unsafe makeCipher(mode, key: key, nonce: nonce)
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        // One block more, as OpenSSL requires.
        var output = [UInt8](repeating: 0, count: input.count + 16)
        var written: Int32 = 0
        var rest: Int32 = 0
        let done = unsafe output.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, unsafe cipher != nil,
                unsafe EVP_DecryptUpdate(cipher, start, &written, input, length) == 1, written >= 0
            else { return false }
            return unsafe EVP_DecryptFinal_ex(cipher, start + Int(written), &rest) == 1
        }
        guard done, rest >= 0 else {
            unsafe OPENSSL_cleanse(&output, output.count)
            ERR_clear_error()
            return nil
        }
        defer { unsafe OPENSSL_cleanse(&output, output.count) }
        return Array(output.prefix(Int(written) + Int(rest)))
    }

    private enum Mode { case gcm, cbc, wrap }

    private static func algorithm(_ mode: Mode, keyLength: Int) -> OpaquePointer? {
        switch (mode, keyLength) {
        case (.gcm, 16): unsafe OpenSSLAlgorithms.aes128GCM
        case (.gcm, 24): unsafe OpenSSLAlgorithms.aes192GCM
        case (.gcm, 32): unsafe OpenSSLAlgorithms.aes256GCM
        case (.cbc, 16): unsafe OpenSSLAlgorithms.aes128CBC
        case (.cbc, 24): unsafe OpenSSLAlgorithms.aes192CBC
        case (.cbc, 32): unsafe OpenSSLAlgorithms.aes256CBC
        case (.wrap, 16): unsafe OpenSSLAlgorithms.aes128Wrap
        case (.wrap, 24): unsafe OpenSSLAlgorithms.aes192Wrap
        case (.wrap, 32): unsafe OpenSSLAlgorithms.aes256Wrap
        default: nil
        }
    }

    /// A context ready to decrypt; the caller frees it. Nil for a key of another length.
    private static func makeCipher(_ mode: Mode, key: Secret, nonce: [UInt8]?) -> OpaquePointer? {
        guard let algorithm = unsafe algorithm(mode, keyLength: key.count) else { return nil }
        let cipher = unsafe EVP_CIPHER_CTX_new()
        // OpenSSL requires this flag for key wrapping.
        unsafe EVP_CIPHER_CTX_set_flags(cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        let done = unsafe key.withBytes { bytes in
            unsafe EVP_DecryptInit_ex(cipher, algorithm, nil, bytes.baseAddress, nonce) == 1
        }
        guard done else {
            unsafe EVP_CIPHER_CTX_free(cipher)
            ERR_clear_error()
            return nil
        }
        return unsafe cipher
    }
}
