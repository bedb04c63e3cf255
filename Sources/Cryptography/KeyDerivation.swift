package import Basics
import COpenSSL

/// HKDF-SHA256 (RFC 5869) without salt: a key of 32 bytes for one purpose.
///
/// Built from HMAC, not OpenSSL's own HKDF, which takes locks of the process that a child of fork() may find held.
package func deriveKey(from secret: Secret, purpose: Text) throws(Failure) -> Secret {
    // 2.2: without a salt, use as many zeros as the hash is long.
    let noSalt = Secret([UInt8](repeating: 0, count: 32))
    var input = unsafe secret.withBytes { unsafe Array($0) }
    defer { unsafe OPENSSL_cleanse(&input, input.count) }
    var extracted = try Digest.sha256.authenticate(input, key: noSalt)
    defer { unsafe OPENSSL_cleanse(&extracted, extracted.count) }
    // 2.3: one block is enough.
    var expanded = try Digest.sha256.authenticate(purpose.bytes + [1], key: Secret(extracted))
    defer { unsafe OPENSSL_cleanse(&expanded, expanded.count) }
    return Secret(expanded)
}

/// The key with which itsdangerous signs under a salt: SHA-1 of salt, "signer" and the secret's bytes.
package func deriveSigningKey(from secret: Secret, salt: Text) throws(Failure) -> Secret {
    var input = salt.bytes + Text("signer").bytes + (unsafe secret.withBytes { unsafe Array($0) })
    defer { unsafe OPENSSL_cleanse(&input, input.count) }
    var hash = try Digest.sha1.hash(input)
    defer { unsafe OPENSSL_cleanse(&hash, hash.count) }
    return Secret(hash)
}
