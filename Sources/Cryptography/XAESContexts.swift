import Basics
import COpenSSL
import Platform

/// The OpenSSL contexts of one XAES key, for one message at a time: making them costs more than a message.
@safe
final class XAESContexts {
    /// AES-256-ECB with the key.
    let derivation: OpaquePointer
    /// AES-256-GCM, with the key of the last message: that opens one message, while the key next to it opens all.
    let message: OpaquePointer

    private init(derivation: OpaquePointer, message: OpaquePointer) {
        unsafe self.derivation = derivation
        unsafe self.message = message
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(derivation)
        unsafe EVP_CIPHER_CTX_free(message)
    }

    static func make(key: Secret) throws(Failure) -> XAESContexts {
        guard let derivation = unsafe EVP_CIPHER_CTX_new() else { throw cryptographyFailed("AES-256") }
        guard let message = unsafe EVP_CIPHER_CTX_new() else {
            unsafe EVP_CIPHER_CTX_free(derivation)
            throw cryptographyFailed("AES-256")
        }
        let contexts = unsafe XAESContexts(derivation: derivation, message: message)
        let done = unsafe key.withBytes { bytes in
            unsafe EVP_EncryptInit_ex(derivation, OpenSSLAlgorithms.aes256ECB, nil, bytes.baseAddress, nil) == 1
                && EVP_CIPHER_CTX_set_padding(derivation, 0) == 1
                && EVP_EncryptInit_ex(message, OpenSSLAlgorithms.aes256GCM, nil, nil, nil) == 1
        }
        guard done else { throw cryptographyFailed("AES-256") }
        return contexts
    }
}

/// Idle contexts, so that each thread finds warm ones.
@safe
final class XAESContextPool: @unchecked Sendable {
    private let key: Secret
    // Any number of threads may take from it and return to it at once.
    private let pool: OpaquePointer

    private init(key: Secret, pool: OpaquePointer) {
        self.key = key
        unsafe self.pool = pool
    }

    deinit {
        while let idle = unsafe takeIdle() { unsafe idle.release() }
        unsafe platform_pool_free(pool)
    }

    static func make(key: Secret) throws(Failure) -> XAESContextPool {
        guard let pool = unsafe platform_pool_new() else { throw Failure(.internalError, "out of memory") }
        return unsafe XAESContextPool(key: key, pool: pool)
    }

    /// Runs `body` with contexts that nobody else is using.
    func withContexts<Result>(_ body: (XAESContexts) throws(Failure) -> Result) throws(Failure) -> Result {
        let contexts = unsafe try take()
        defer { unsafe give(contexts) }
        return unsafe try contexts.withObject(body)
    }

    private func take() throws(Failure) -> Unmanaged<XAESContexts> {
        if let idle = unsafe takeIdle() { return unsafe idle }
        return unsafe .passRetained(try XAESContexts.make(key: key))
    }

    private func takeIdle() -> Unmanaged<XAESContexts>? {
        unsafe platform_pool_take(pool).map { unsafe .fromOpaque($0) }
    }

    private func give(_ contexts: Unmanaged<XAESContexts>) {
        if unsafe !platform_pool_give(pool, contexts.toOpaque()) { unsafe contexts.release() }
    }
}
