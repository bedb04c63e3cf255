package import Basics
package import Cryptography
import JSON

/// One of our keys that tokens may be encrypted for.
package struct DecryptionKey: Sendable {
    package enum Material: Sendable {
        case pair(PrivateKey)
        /// For dir and A*KW. OIDC Core 10.2 derives the keys from it.
        case clientSecret(Secret)
    }

    package let keyID: Text?
    package let material: Material

    package init(_ material: Material, keyID: Text? = nil) {
        self.material = material
        self.keyID = keyID
    }

    /// A named key is not tried for a token that names another.
    func fits(_ algorithm: KeyManagementAlgorithm, keyID: Text?) -> Bool {
        if let named = self.keyID, let keyID, named != keyID { return false }
        return switch material {
        case .pair(let key): algorithm.fits(key.kind)
        case .clientSecret: algorithm.isSymmetric
        }
    }
}

/// OIDC Core 10.2: the left part of a hash of the client secret, SHA-256 if it is long enough.
func symmetricKey(of clientSecret: Secret, length: Int) throws(Failure) -> Secret {
    let digest: Digest =
        switch length {
        case ...32: .sha256
        case ...48: .sha384
        default: .sha512
        }
    return Secret(Array(try digest.hash(clientSecret).prefix(length)))
}

extension CompactJWE {
    /// The key of the content (RFC 7516 5.2, 6 to 10). Nil if it is missing or has the wrong length.
    func contentKey(
        _ algorithm: KeyManagementAlgorithm, _ encryption: ContentEncryption, _ key: DecryptionKey
    ) throws(Failure) -> Secret? {
        let found: Secret?
        switch key.material {
        case .pair(let pair) where algorithm == .rsaOAEP: found = pair.decryptOAEP(encryptedKey, hash: .sha1)
        case .pair(let pair) where algorithm == .rsaOAEP256: found = pair.decryptOAEP(encryptedKey, hash: .sha256)
        case .pair(let pair): found = try agreedKey(algorithm, encryption, pair)
        case .clientSecret(let secret):
            let length = algorithm.wrappingKeyLength ?? encryption.keyLength
            found = contentKey(algorithm, sharedKey: try symmetricKey(of: secret, length: length))
        }
        guard let found, found.count == encryption.keyLength else { return nil }
        return found
    }

    /// A wrapped key (RFC 7518 4.4); or, if there is nothing to unwrap (4.5, 4.6), the shared key itself: then the token
    /// must have no encrypted key.
    func contentKey(_ algorithm: KeyManagementAlgorithm, sharedKey: Secret) -> Secret? {
        guard algorithm.wrappingKeyLength == nil else { return AES.unwrap(encryptedKey, key: sharedKey) }
        return encryptedKey.isEmpty ? sharedKey : nil
    }

    /// RFC 7518 4.6: with the sender's ephemeral key, "epk", which must be on our key's curve.
    private func agreedKey(
        _ algorithm: KeyManagementAlgorithm, _ encryption: ContentEncryption, _ key: PrivateKey
    ) throws(Failure) -> Secret? {
        guard let members = header["epk"]?.object, members["d"] == nil, let ephemeral = try? PublicKey.read(members),
            let producer = partyInfo("apu"), let consumer = partyInfo("apv"), let agreed = key.agree(with: ephemeral)
        else { return nil }
        let derived = try deriveKey(
            fromAgreement: agreed, algorithm: algorithm == .ecdhES ? encryption.name : algorithm.name,
            producer: producer, consumer: consumer, length: algorithm.wrappingKeyLength ?? encryption.keyLength)
        return contentKey(algorithm, sharedKey: derived)
    }

    /// RFC 7518 4.6.1.2, 4.6.1.3: empty if absent; nil if it is not base64url.
    private func partyInfo(_ name: Text) -> [UInt8]? {
        header[name] == nil ? [] : header.octets(name)
    }
}
