import Basics
import COpenSSL

extension PublicKey {
    /// Whether `signature` over `message` was made with this key. False for a scheme of another kind of key.
    package func verify(_ signature: [UInt8], over message: [UInt8], scheme: SignatureScheme) -> Bool {
        guard scheme.fits(kind), let signature = encodeForOpenSSL(signature) else { return false }
        return withoutForks { judge(signature, over: message, scheme: scheme) }
    }

    private func judge(_ signature: [UInt8], over message: [UInt8], scheme: SignatureScheme) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        let isGenuine =
            unsafe EVP_DigestVerifyInit(context, &keyContext, scheme.digest?.evp, nil, evp) == 1
            && scheme.setPadding(keyContext)
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        if !isGenuine { ERR_clear_error() }
        return isGenuine
    }

    /// JOSE writes an ECDSA signature as two numbers of the curve's length (RFC 7518 3.4); OpenSSL reads DER. Nil for a
    /// wrong length.
    private func encodeForOpenSSL(_ signature: [UInt8]) -> [UInt8]? {
        // RFC 8017 8.1.2 (1): as long as the modulus. With PSS, OpenSSL also accepts one without its leading zeros.
        if kind == .rsa, unsafe signature.count != Int(EVP_PKEY_get_size(evp)) { return nil }
        guard case .ec(let curve) = kind else { return signature }
        let length = curve.parameters.length
        guard signature.count == 2 * length else { return nil }
        let pair = unsafe ECDSA_SIG_new()
        defer { unsafe ECDSA_SIG_free(pair) }
        let r = unsafe BN_bin2bn(signature, Int32(length), nil)
        let s = unsafe BN_bin2bn(Array(signature.suffix(length)), Int32(length), nil)
        // From here on the pair owns the numbers.
        guard unsafe ECDSA_SIG_set0(pair, r, s) == 1 else {
            unsafe BN_free(r)
            unsafe BN_free(s)
            return nil
        }
        var der = [UInt8](repeating: 0, count: 2 * length + 16)
        let derLength = unsafe der.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe i2d_ECDSA_SIG(pair, &cursor)
        }
        return derLength > 0 ? Array(der.prefix(Int(derLength))) : nil
    }
}
