package import Basics
import COpenSSL

/// XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with a nonce of 192 bits and a key of its own for each message, so
/// that random nonces do not collide however many messages there are.
@safe
package final class XAES256GCM: @unchecked Sendable {
    package static let keyLength = 32
    package static let nonceLength = 24
    package static let tagLength = 16

    private let key: Secret
    /// The subkey K1 of CMAC (NIST SP 800-38B 6.1), which does not depend on the message.
    private let subkey: Secret

    /// `key`: 32 bytes.
    package init(key: Secret) throws(Failure) {
        guard key.count == Self.keyLength else { throw Failure(.internalError, "an XAES key has 32 bytes") }
        let zero = [UInt8](repeating: 0, count: 16)
        var block = try Self.encryptBlocks(zero, key: key)
        var carry: UInt8 = 0
        for index in block.indices.reversed() {
            (block[index], carry) = (block[index] << 1 | carry, block[index] >> 7)
        }
        if carry == 1 { block[15] ^= 0x87 }
        self.key = key
        subkey = Secret(block)
    }

    /// The ciphertext, with the tag of 16 bytes behind it. `nonce`: 24 random bytes.
    package func seal(_ plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8]) throws(Failure) -> [UInt8] {
        let cipher = unsafe try makeCipher(nonce: nonce, opening: false)
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        guard let length = Int32(exactly: plaintext.count), let extra = Int32(exactly: associatedData.count) else {
            throw Failure(.tooLarge, "what is to be sealed is larger than 2 GiB")
        }
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Self.tagLength)
        var written: Int32 = 0
        let done = unsafe sealed.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return false }
            return unsafe EVP_EncryptUpdate(cipher, nil, &written, associatedData, extra) == 1
                && EVP_EncryptUpdate(cipher, start, &written, plaintext, length) == 1
                && EVP_EncryptFinal_ex(cipher, start + plaintext.count, &written) == 1
                && shim_get_gcm_tag(cipher, start + plaintext.count) == 1
        }
        guard done else { throw cryptographyFailed("AES-256-GCM") }
        return sealed
    }

    /// The plaintext, or nil if anything about the message is not as it was sealed.
    package func open(_ sealed: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, associatedData: [UInt8]) -> [UInt8]? {
        guard sealed.count >= Self.tagLength, nonce.count == Self.nonceLength,
            let extra = Int32(exactly: associatedData.count),
            let length = Int32(exactly: sealed.count - Self.tagLength),
            let cipher = unsafe try? makeCipher(nonce: Array(nonce), opening: true)
        else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        var plaintext = [UInt8](repeating: 0, count: Int(length))
        var written: Int32 = 0
        var rest: Int32 = 0
        let isGenuine = unsafe sealed.withUnsafeBufferPointer { input in
            guard let start = input.baseAddress else { return false }
            return unsafe EVP_DecryptUpdate(cipher, nil, &written, associatedData, extra) == 1
                && EVP_DecryptUpdate(cipher, &plaintext, &written, start, length) == 1
                && shim_set_gcm_tag_for_opening(cipher, start + Int(length)) == 1
                && EVP_DecryptFinal_ex(cipher, nil, &rest) == 1
        }
        guard isGenuine, written == length else {
            ERR_clear_error()
            return nil
        }
        return plaintext
    }

    /// AES-256-GCM with the message's own key and the last 12 bytes of the nonce. The caller frees it.
    private func makeCipher(nonce: [UInt8], opening: Bool) throws(Failure) -> OpaquePointer? {
        guard nonce.count == Self.nonceLength else { throw Failure(.internalError, "an XAES nonce has 24 bytes") }
        var messageKey = try deriveMessageKey(Array(nonce.prefix(12)))
        defer { unsafe OPENSSL_cleanse(&messageKey, messageKey.count) }
        let cipher = unsafe EVP_CIPHER_CTX_new()
        let counterNonce = Array(nonce.suffix(12))
        let done = unsafe EVP_CipherInit_ex(
            cipher, OpenSSLAlgorithms.aes256GCM, nil, messageKey, counterNonce, opening ? 0 : 1)
        guard done == 1 else {
            unsafe EVP_CIPHER_CTX_free(cipher)
            throw cryptographyFailed("AES-256-GCM key")
        }
        return unsafe cipher
    }

    /// CMAC of two blocks that hold a counter, the label "X" and the first half of the nonce.
    private func deriveMessageKey(_ nonceHead: [UInt8]) throws(Failure) -> [UInt8] {
        var blocks: [UInt8] = [0, 1, 0x58, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        blocks.replaceSubrange(4..<16, with: nonceHead)
        blocks += blocks
        blocks[17] = 2
        unsafe subkey.withBytes { mask in
            for index in blocks.indices { unsafe blocks[index] ^= mask[index % 16] }
        }
        return try Self.encryptBlocks(blocks, key: key)
    }

    /// AES-256 of each block on its own.
    private static func encryptBlocks(_ blocks: [UInt8], key: Secret) throws(Failure) -> [UInt8] {
        let cipher = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        var output = [UInt8](repeating: 0, count: blocks.count)
        var written: Int32 = 0
        let done = unsafe key.withBytes { keyBytes in
            unsafe EVP_EncryptInit_ex(cipher, OpenSSLAlgorithms.aes256ECB, nil, keyBytes.baseAddress, nil) == 1
                && EVP_CIPHER_CTX_set_padding(cipher, 0) == 1
                && EVP_EncryptUpdate(cipher, &output, &written, blocks, Int32(truncatingIfNeeded: blocks.count)) == 1
        }
        guard done, Int(written) == blocks.count else { throw cryptographyFailed("AES-256") }
        return output
    }
}
