package import Basics
import Compression
import Cryptography
import JSON

/// Signs and verifies texts in cookies like Python's itsdangerous (URLSafeTimedSerializer 2.2), for cookies shared with a
/// program that uses it. Signed, not encrypted: anyone who has the cookie can read it.
///
/// A signed text is payload "." time "." signature. The payload is base64url of the text as JSON, or "." and base64url of
/// that compressed; the time is base64url of the seconds since 1970, big-endian without leading zeros; the signature is
/// HMAC-SHA1 over all before it, with a key made of the secret and the cookie's name.
package struct TimedSigner: Sendable {
    package struct Signed: Equatable, Sendable {
        package let text: Text
        /// The time of signing, in seconds since 1970.
        package let time: Int64

        package init(text: Text, time: Int64) {
            self.text = text
            self.time = time
        }
    }

    /// The maximum size of a payload, compressed or not.
    package static let longestPayload = 64 * 1024
    private static let dot: UInt8 = 0x2E

    private let secrets: [Secret]

    /// `secrets`: cookie_secret, newest first; the first signs, any verifies.
    package init(secrets: [Secret]) {
        self.secrets = secrets
    }

    // MARK: - Signing

    /// The value of the cookie `name` that contains `text`.
    package func sign(_ text: Text, cookie name: Text, time: Int64) throws(Failure) -> Text {
        guard let secret = secrets.first, let json = JSON.string(text).encoded() else {
            throw Failure(.internalError, "a cookie could not be signed")
        }
        let signed = "\(Self.payload(of: json)).\(Base64URL.encode(Self.bytes(of: time)))" as Text
        return "\(signed).\(Base64URL.encode(try Self.signature(over: signed.bytes, secret, name)))"
    }

    private static func payload(of json: Text) -> Text {
        // One more byte for the "." that distinguishes the two.
        if let compressed = Zlib.compress(json.bytes), compressed.count + 1 < json.count {
            return "." + Base64URL.encode(compressed)
        }
        return Base64URL.encode(json.bytes)
    }

    private static func bytes(of time: Int64) -> [UInt8] {
        Array([UInt8](bigEndian: UInt64(bitPattern: time)).drop { $0 == 0 })
    }

    private static func signature(over bytes: [UInt8], _ secret: Secret, _ name: Text) throws(Failure) -> [UInt8] {
        try Digest.sha1.authenticate(bytes, key: deriveSigningKey(from: secret, salt: name))
    }

    // MARK: - Verifying

    /// What was signed for the cookie `name`, or nil: one answer for everything that can be wrong. Nothing but the signature
    /// itself is decoded before it is verified. The caller decides how old it may be.
    package func verify(_ value: ArraySlice<UInt8>, cookie name: Text) -> Signed? {
        guard let end = value.lastIndex(of: Self.dot),
            let signature = Base64URL.decode(value[end...].dropFirst()),
            isGenuine(signature, over: Array(value[..<end]), name),
            let middle = value[..<end].lastIndex(of: Self.dot),
            let time = Self.time(value[middle..<end].dropFirst()),
            let text = Self.text(value[..<middle])
        else { return nil }
        return Signed(text: text, time: time)
    }

    private func isGenuine(_ signature: [UInt8], over bytes: [UInt8], _ name: Text) -> Bool {
        secrets.contains { secret in
            guard let expected = try? Self.signature(over: bytes, secret, name) else { return false }
            return isEqualInConstantTime(signature, expected)
        }
    }

    private static func time(_ encoded: ArraySlice<UInt8>) -> Int64? {
        guard let bytes = Base64URL.decode(encoded), bytes.count < 8 else { return nil }
        return Int64(bitPattern: UInt64(bigEndian: bytes))
    }

    private static func text(_ payload: ArraySlice<UInt8>) -> Text? {
        let isCompressed = payload.first == dot
        guard let bytes = Base64URL.decode(isCompressed ? payload.dropFirst() : payload) else { return nil }
        let json = isCompressed ? Zlib.decompress(bytes, limit: longestPayload) : bytes
        guard let json, json.count <= longestPayload else { return nil }
        return JSON(parsing: json)?.text
    }
}
