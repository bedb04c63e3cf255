package import Basics
import COpenSSL

extension PrivateKey {
    /// A signature in the form of JWS. Fails for a scheme of another kind of key.
    package func sign(_ message: [UInt8], scheme: SignatureScheme) throws(Failure) -> [UInt8] {
        guard scheme.fits(kind) else { throw Failure(.internalError, "this key is for another kind of signature") }
        return try withoutForks { () throws(Failure) in try makeSignature(over: message, scheme: scheme) }
    }

    private func makeSignature(over message: [UInt8], scheme: SignatureScheme) throws(Failure) -> [UInt8] {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        var signature = [UInt8](repeating: 0, count: max(0, Int(unsafe EVP_PKEY_get_size(evp))))
        var length = signature.count
        let done =
            unsafe EVP_DigestSignInit(context, &keyContext, scheme.digest?.evp, nil, evp) == 1
            && scheme.setPadding(keyContext)
            && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        guard done, length <= signature.count else { throw cryptographyFailed("sign") }
        signature.removeLast(signature.count - length)
        guard case .ec(let curve) = kind else { return signature }
        return try Self.decodeDER(signature, length: curve.parameters.length)
    }

    /// r and s side by side, each of the curve's length (RFC 7518 3.4); OpenSSL writes DER.
    private static func decodeDER(_ der: [UInt8], length: Int) throws(Failure) -> [UInt8] {
        let pair = unsafe der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe d2i_ECDSA_SIG(nil, &cursor, buffer.count)
        }
        defer { unsafe ECDSA_SIG_free(pair) }
        var r = [UInt8](repeating: 0, count: length)
        var s = r
        guard let padded = Int32(exactly: length), let pair = unsafe pair,
            unsafe BN_bn2binpad(ECDSA_SIG_get0_r(pair), &r, padded) == padded,
            unsafe BN_bn2binpad(ECDSA_SIG_get0_s(pair), &s, padded) == padded
        else { throw cryptographyFailed("ECDSA signature") }
        return r + s
    }
}
