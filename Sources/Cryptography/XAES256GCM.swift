package import Basics
import COpenSSL

/// XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with a nonce of 192 bits and a separate key for each message, so
/// random nonces do not collide however many messages there are.
///
/// Works in place, on the end of an array: a message is its nonce, the sealed bytes, and the tag. Any number of threads may
/// use it.
package final class XAES256GCM: Sendable {
    package static let keyLength = 32
    package static let nonceLength = 24
    package static let tagLength = 16

    private let contexts: XAESContextPool
    /// Two blocks whose CMAC (NIST SP 800-38B 6.2) is the message's key, once they contain the nonce: a counter, the label
    /// "X" and space for the nonce, with the subkey K1 over them.
    private let keyInput: Secret

    /// `key`: 32 bytes.
    package init(key: Secret) throws(Failure) {
        guard key.count == Self.keyLength else { throw Failure(.internalError, "an XAES key must have 32 bytes") }
        let pool = try XAESContextPool.make(key: key)
        keyInput = try pool.withContexts { (contexts) throws(Failure) in try Self.makeKeyInput(contexts) }
        contexts = pool
    }

    // MARK: - Keys

    /// K1 of CMAC (6.1), which does not depend on the message.
    private static func makeSubkey(_ contexts: XAESContexts) throws(Failure) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: 16)
        var block = zeros
        var written: Int32 = 0
        guard unsafe EVP_EncryptUpdate(contexts.derivation, &block, &written, zeros, 16) == 1, written == 16 else {
            throw cryptographyFailed("AES-256")
        }
        var carry: UInt8 = 0
        for index in block.indices.reversed() {
            (block[index], carry) = (block[index] << 1 | carry, block[index] >> 7)
        }
        if carry == 1 { block[15] ^= 0x87 }
        return block
    }

    private static func makeKeyInput(_ contexts: XAESContexts) throws(Failure) -> Secret {
        var subkey = try makeSubkey(contexts)
        defer { unsafe OPENSSL_cleanse(&subkey, subkey.count) }
        let blocks = [1, 2].flatMap { [0, $0, 0x58, 0] + [UInt8](repeating: 0, count: 12) }
        return Secret(blocks.indices.map { blocks[$0] ^ subkey[$0 % 16] })
    }

    /// Sets the message's own key and the last 12 bytes of the nonce in the context.
    private func begin(_ contexts: XAESContexts, nonce: UnsafeRawBufferPointer, opening: Bool) -> Bool {
        var storage = InlineArray<32, UInt8>(repeating: 0)
        var written: Int32 = 0
        return unsafe withUnsafeMutableBytes(of: &storage) { key in
            defer { unsafe OPENSSL_cleanse(key.baseAddress, key.count) }
            unsafe keyInput.withBytes { unsafe key.copyBytes(from: $0) }
            for index in 0..<12 {
                unsafe key[4 + index] ^= nonce[index]
                unsafe key[20 + index] ^= nonce[index]
            }
            let bytes = unsafe key.assumingMemoryBound(to: UInt8.self).baseAddress
            let counterNonce = unsafe nonce.assumingMemoryBound(to: UInt8.self).baseAddress.map { unsafe $0 + 12 }
            return unsafe EVP_EncryptUpdate(contexts.derivation, bytes, &written, bytes, 32) == 1 && written == 32
                && EVP_CipherInit_ex(contexts.message, nil, nil, bytes, counterNonce, opening ? 0 : 1) == 1
        }
    }

    // MARK: - Messages

    /// The positions of a message's parts. Nil if there are too few bytes, or more than OpenSSL accepts at once.
    @safe
    private struct Parts {
        let nonce: UnsafeRawBufferPointer
        let content: UnsafeMutablePointer<UInt8>
        let length: Int32
        let tag: UnsafeMutablePointer<UInt8>

        init?(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
            guard start >= 0, start <= bytes.count - nonceLength - tagLength, let base = bytes.baseAddress,
                let length = Int32(exactly: bytes.count - start - nonceLength - tagLength)
            else { return nil }
            let head = start + nonceLength
            unsafe nonce = UnsafeRawBufferPointer(start: base + start, count: nonceLength)
            unsafe content = base + head
            unsafe tag = base + bytes.count - tagLength
            self.length = length
        }
    }

    /// Seals the bytes of `message` between the nonce, which is at `start`, and the last 16 bytes, which become the tag. The
    /// nonce: 24 random bytes.
    package func seal(
        _ message: inout [UInt8], from start: Int = 0, associatedData: [UInt8]
    ) throws(Failure) {
        guard start >= 0, start <= message.count - Self.nonceLength - Self.tagLength else {
            throw Failure(.internalError, "a message to be sealed must have a nonce of 24 bytes and space for the tag")
        }
        let done = try contexts.withContexts { (contexts) throws(Failure) in
            unsafe message.withUnsafeMutableBufferPointer { buffer in
                guard let parts = unsafe Parts(buffer, from: start),
                    let extra = Int32(exactly: associatedData.count)
                else { return false }
                let cipher = unsafe contexts.message
                var written: Int32 = 0
                return unsafe begin(contexts, nonce: parts.nonce, opening: false)
                    && EVP_EncryptUpdate(cipher, nil, &written, associatedData, extra) == 1
                    && EVP_EncryptUpdate(cipher, parts.content, &written, parts.content, parts.length) == 1
                    && EVP_EncryptFinal_ex(cipher, parts.tag, &written) == 1
                    && shim_get_gcm_tag(cipher, parts.tag) == 1
            }
        }
        guard done else { throw cryptographyFailed("AES-256-GCM") }
    }

    /// Opens `message` from `start` on; the plaintext is then between nonce and tag. False if anything differs from what was
    /// sealed; the message is useless then.
    package func open(_ message: inout [UInt8], from start: Int = 0, associatedData: [UInt8]) -> Bool {
        let isGenuine = try? contexts.withContexts { (contexts) throws(Failure) in
            unsafe message.withUnsafeMutableBufferPointer { buffer in
                guard let parts = unsafe Parts(buffer, from: start),
                    let extra = Int32(exactly: associatedData.count)
                else { return false }
                let cipher = unsafe contexts.message
                var (written, rest): (Int32, Int32) = (0, 0)
                return unsafe begin(contexts, nonce: parts.nonce, opening: true)
                    && EVP_DecryptUpdate(cipher, nil, &written, associatedData, extra) == 1
                    && EVP_DecryptUpdate(cipher, parts.content, &written, parts.content, parts.length) == 1
                    && written == parts.length && shim_set_gcm_tag_for_opening(cipher, parts.tag) == 1
                    && EVP_DecryptFinal_ex(cipher, nil, &rest) == 1
            }
        }
        guard isGenuine == true else {
            ERR_clear_error()
            return false
        }
        return true
    }
}
