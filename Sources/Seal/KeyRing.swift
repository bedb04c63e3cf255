package import Basics
package import Cryptography

/// What a sealed text is for. One that was sealed for another purpose does not open.
package enum Purpose: Sendable {
    case session
    case login
    case tokens

    fileprivate var label: Text {
        switch self {
        case .session: "session"
        case .login: "login"
        case .tokens: "tokens"
        }
    }
}

/// Seals and opens cookies of one purpose with the keys of all configured secrets: the first seals, any opens.
///
/// A sealed text is base64url of: format version (1 byte), key id (1), nonce (24), ciphertext, tag (16). The version, the
/// purpose, the cookie's name and a context are bound to it as associated data.
package struct KeyRing: Sendable {
    private struct Key: Sendable {
        let id: UInt8
        let cipher: XAES256GCM
    }

    private static let version: UInt8 = 1
    private static let headLength = 2 + XAES256GCM.nonceLength

    private let purpose: Purpose
    private let keys: [Key]

    /// `secrets`: cookie_secret, newest first; at least one.
    package init(secrets: [Secret], purpose: Purpose) throws(Failure) {
        var keys: [Key] = []
        for secret in secrets {
            let id = try deriveKey(from: secret, purpose: "stauth 1 key id")
            let key = try deriveKey(from: secret, purpose: "stauth 1 \(purpose.label)")
            keys.append(Key(id: unsafe id.withBytes { unsafe $0.first ?? 0 }, cipher: try XAES256GCM(key: key)))
        }
        self.purpose = purpose
        self.keys = keys
    }

    /// How long the value is that holds so many bytes.
    package static func length(sealing count: Int) -> Int {
        ((headLength + count + XAES256GCM.tagLength) * 4 + 2) / 3
    }

    /// The value of the cookie `name` that holds `plaintext`. It opens with the same `context` alone, such as a hash of what
    /// it goes with.
    package func seal(
        _ plaintext: [UInt8], cookie name: Text, context: [UInt8] = [], random: any RandomSource
    ) throws(Failure) -> Text {
        guard let key = keys.first else { throw Failure(.internalError, "there is no key to seal with") }
        let nonce = try random.bytes(XAES256GCM.nonceLength)
        let sealed = try key.cipher.seal(plaintext, nonce: nonce, associatedData: associatedData(name, context))
        return Base64URL.encode([Self.version, key.id] + nonce + sealed)
    }

    /// What was sealed into the cookie `name`, or nil: one answer for everything that can be wrong with it.
    package func open(_ value: ArraySlice<UInt8>, cookie name: Text, context: [UInt8] = []) -> [UInt8]? {
        guard let bytes = Base64URL.decode(value), bytes.count >= Self.headLength, bytes[0] == Self.version else {
            return nil
        }
        let nonce = bytes[2..<Self.headLength]
        let sealed = bytes[Self.headLength...]
        for key in keys where key.id == bytes[1] {
            let data = associatedData(name, context)
            if let plaintext = key.cipher.open(sealed, nonce: nonce, associatedData: data) { return plaintext }
        }
        return nil
    }

    private func associatedData(_ name: Text, _ context: [UInt8]) -> [UInt8] {
        let data = [Self.version] + purpose.label.bytes + [0] + name.bytes
        return context.isEmpty ? data : data + [0] + context
    }
}
