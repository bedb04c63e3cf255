import Basics
import JSON

/// Who is signed in: what the session cookie holds.
///
/// Layout: created, expiry and last seen (8 bytes each, seconds since 1970, big-endian), the provider's fingerprint (8),
/// then the user's JSON as st_user_json() gives it, so that a request needs no JSON parser.
struct Session {
    private static let headLength = 24 + Provider.fingerprintLength

    let created: Int64
    let expiry: Int64
    let lastSeen: Int64
    let providerFingerprint: [UInt8]
    let userJSON: Text

    init(created: Int64, expiry: Int64, lastSeen: Int64, providerFingerprint: [UInt8], userJSON: Text) {
        self.created = created
        self.expiry = expiry
        self.lastSeen = lastSeen
        self.providerFingerprint = providerFingerprint
        self.userJSON = userJSON
    }

    /// Nil for anything but what `encoded` gives. The bytes come out of a seal of ours, so they are well-formed text.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > Self.headLength else { return nil }
        created = Self.readNumber(bytes, at: 0)
        expiry = Self.readNumber(bytes, at: 8)
        lastSeen = Self.readNumber(bytes, at: 16)
        providerFingerprint = Array(bytes[24..<Self.headLength])
        userJSON = Text(wellFormed: bytes[Self.headLength...])
    }

    var encoded: [UInt8] {
        Self.write(created) + Self.write(expiry) + Self.write(lastSeen) + providerFingerprint + userJSON.bytes
    }

    /// All but when it was last seen.
    var unchangingPart: [UInt8] {
        Self.write(created) + Self.write(expiry) + providerFingerprint + userJSON.bytes
    }

    /// The same session, seen now.
    func seen(_ now: Now) -> Session {
        Session(
            created: created, expiry: expiry, lastSeen: now.seconds, providerFingerprint: providerFingerprint,
            userJSON: userJSON)
    }

    private static func readNumber(_ bytes: [UInt8], at offset: Int) -> Int64 {
        Int64(bitPattern: bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) })
    }

    private static func write(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}
