package import Basics
import Cryptography
import JSON

/// An encrypted token in compact form (RFC 7516 7.1), split, but not yet decrypted.
package struct CompactJWE {
    /// Larger tokens are refused unread: space for a JWS of 96 KiB in base64url.
    package static let longestToken = 128 * 1024

    /// "alg" and "enc", as stated in the token: never a reason to accept anything.
    package let algorithm: Text
    package let encryption: Text
    package let keyID: Text?
    package let type: Text?
    /// "cty": "JWT" if the content is a token (RFC 7519 5.2).
    package let contentType: Text?

    let header: JSONObject
    /// The header as written, which the tag covers (RFC 7516 5.1, 14).
    private let associatedData: [UInt8]
    let encryptedKey: [UInt8]
    private let nonce: [UInt8]
    private let ciphertext: [UInt8]
    private let tag: [UInt8]

    /// Nil unless `token` is five base64url parts with a header that this library understands completely. Keys and addresses
    /// of keys in it (jwk, jku, x5c, x5u) are ignored.
    package init?(_ token: Text) {
        guard token.count <= Self.longestToken else { return nil }
        let parts = token.bytes.parts(separatedBy: 0x2E)
        guard parts.count == 5,
            let header = Base64URL.decode(parts[0]).flatMap({ JSONObject(parsing: $0) }),
            let encryptedKey = Base64URL.decode(parts[1]), let nonce = Base64URL.decode(parts[2]),
            let ciphertext = Base64URL.decode(parts[3]), let tag = Base64URL.decode(parts[4])
        else { return nil }
        // A critical extension, none of which is supported (RFC 7516 4.1.13). Compressed content (4.1.3) can be a thousand
        // times larger than the token, and its length reveals something about the plaintext.
        guard !header.has("crit"), !header.has("zip"), let algorithm = header["alg"]?.text,
            let encryption = header["enc"]?.text
        else { return nil }
        for name: Text in ["kid", "typ", "cty"] where header[name] != nil && header[name]?.text == nil { return nil }
        self.algorithm = algorithm
        self.encryption = encryption
        keyID = header["kid"]?.text
        type = header["typ"]?.text
        contentType = header["cty"]?.text
        self.header = header
        self.encryptedKey = encryptedKey
        (self.nonce, self.ciphertext, self.tag) = (nonce, ciphertext, tag)
        associatedData = Array(parts[0])
    }

    package enum Outcome: Equatable {
        case plaintext([UInt8])
        /// alg or enc is not allowed.
        case algorithmRefused
        /// No key has the right kind and name.
        case keyUnknown
        /// Encrypted for another key, or modified in transit. Neither the answer nor its timing reveals which of the two, or
        /// where.
        case undecryptable
    }

    /// How many keys to try for a token that does not name its key.
    private static let mostTries = 4

    /// Decrypts with our keys. Accepts only `algorithms` and `encryptions`, whatever the token says.
    package func decrypt(
        with keys: [DecryptionKey], algorithms: [KeyManagementAlgorithm], encryptions: [ContentEncryption]
    ) throws(Failure) -> Outcome {
        guard let algorithm = KeyManagementAlgorithm(name: self.algorithm), algorithms.contains(algorithm),
            let encryption = ContentEncryption(name: self.encryption), encryptions.contains(encryption)
        else { return .algorithmRefused }
        let candidates = keys.filter { $0.fits(algorithm, keyID: keyID) }
        guard !candidates.isEmpty else { return .keyUnknown }
        for key in candidates.prefix(Self.mostTries) {
            // RFC 7516 11.5: without a key inside, decryption continues with one that nobody knows.
            let decoy = Secret(try SystemRandomSource().bytes(encryption.keyLength))
            let found = try contentKey(algorithm, encryption, key)
            let plaintext = encryption.open(
                ciphertext, nonce: nonce, tag: tag, associatedData: associatedData, key: found ?? decoy)
            if let plaintext { return .plaintext(plaintext) }
        }
        return .undecryptable
    }
}
