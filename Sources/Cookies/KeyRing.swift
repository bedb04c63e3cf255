package import Basics
package import Cryptography

/// The purpose of a sealed text. A text sealed for another purpose does not open.
package enum Purpose: Sendable {
    case session
    case login
    case tokens
    case lastSeen
    case changes
    case proof
    case device

    fileprivate var label: StaticString {
        switch self {
        case .session: "session"
        case .login: "login"
        case .tokens: "tokens"
        case .lastSeen: "last seen"
        case .changes: "changes"
        case .proof: "proof"
        case .device: "device"
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

        /// In place, where it was decoded: a key that cannot open it spoils it for the next.
        func open(_ value: ArraySlice<UInt8>, for binding: Binding) -> [UInt8]? {
            guard var bytes = Base64URL.decode(value), bytes.count >= headLength + XAES256GCM.tagLength,
                bytes[0] == version, bytes[1] == id,
                cipher.open(&bytes, from: nonceStart, associatedData: binding.associatedData)
            else { return nil }
            bytes.keepOnly(headLength..<bytes.count - XAES256GCM.tagLength)
            return bytes
        }
    }

    private static let version: UInt8 = 1
    private static let nonceStart = 2
    private static let headLength = nonceStart + XAES256GCM.nonceLength

    private let purpose: Purpose
    private let newest: Key
    private let older: [Key]

    /// `secrets`: cookie_secret, newest first; at least one.
    package init(secrets: [Secret], purpose: Purpose) throws(Failure) {
        var keys: [Key] = []
        for secret in secrets {
            let id = try deriveKey(from: secret, purpose: "stauth 1 key id")
            let key = try deriveKey(from: secret, purpose: "stauth 1 \(purpose.label)")
            keys.append(Key(id: unsafe id.withBytes { unsafe $0.first ?? 0 }, cipher: try XAES256GCM(key: key)))
        }
        guard let newest = keys.first else { throw Failure(.internalError, "a key ring must have at least one key") }
        self.purpose = purpose
        self.newest = newest
        older = Array(keys.dropFirst())
    }

    /// The data bound to a sealed text, which must be the same to open it: its place (version, purpose, the cookie's name),
    /// and a context, such as a hash of a related value.
    package struct Binding: Sendable {
        fileprivate let associatedData: [UInt8]

        package func with(context: [UInt8]) -> Binding {
            Binding(associatedData: associatedData + [0] + context)
        }
    }

    /// The binding to the cookie `name`, without a context.
    package func binding(cookie name: Text) -> Binding {
        let label = purpose.label
        var data: [UInt8] = []
        data.reserveCapacity(label.utf8CodeUnitCount + name.count + 2)
        data.append(Self.version)
        data.append(label)
        data.append(0)
        data += name.bytes
        return Binding(associatedData: data)
    }

    /// The value of a cookie that contains `plaintext`.
    package func seal(_ plaintext: [UInt8], for binding: Binding, random: any RandomSource) throws(Failure) -> Text {
        let nonce = try random.bytes(XAES256GCM.nonceLength)
        guard nonce.count == XAES256GCM.nonceLength else {
            throw Failure(.randomnessUnavailable, "the random source returned too few bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headLength + plaintext.count + XAES256GCM.tagLength)
        bytes.append(Self.version)
        bytes.append(newest.id)
        bytes += nonce
        bytes += plaintext
        for _ in 0..<XAES256GCM.tagLength { bytes.append(0) }
        try newest.cipher.seal(&bytes, from: Self.nonceStart, associatedData: binding.associatedData)
        return Base64URL.encode(bytes)
    }

    /// What was sealed, or nil: one answer for everything that can be wrong.
    package func open(_ value: ArraySlice<UInt8>, for binding: Binding) -> [UInt8]? {
        if let plaintext = newest.open(value, for: binding) { return plaintext }
        for key in older {
            if let plaintext = key.open(value, for: binding) { return plaintext }
        }
        return nil
    }
}
