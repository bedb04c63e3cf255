import Basics

/// Who is signed in: what the session cookie holds.
///
/// Layout: the user's JSON as st_user_json() gives it, so that a request needs no JSON parser; then created, expiry and last
/// seen (seconds since 1970) and the provider's fingerprint, eight bytes each.
struct Session {
    private static let tailLength = 4 * 8

    let created: Int64
    let expiry: Int64
    let lastSeen: Int64
    let providerFingerprint: UInt64
    let userJSON: Text

    init(created: Int64, expiry: Int64, lastSeen: Int64, providerFingerprint: UInt64, userJSON: Text) {
        self.created = created
        self.expiry = expiry
        self.lastSeen = lastSeen
        self.providerFingerprint = providerFingerprint
        self.userJSON = userJSON
    }

    /// Nil for anything but what `encoded` gives. The bytes come out of a seal of ours, so they are well-formed text. They
    /// become the JSON, without a copy.
    init?(_ bytes: consuming [UInt8]) {
        guard bytes.count > Self.tailLength else { return nil }
        let tail = bytes.count - Self.tailLength
        created = Int64(bitPattern: bytes.bigEndianNumber(at: tail))
        expiry = Int64(bitPattern: bytes.bigEndianNumber(at: tail + 8))
        lastSeen = Int64(bitPattern: bytes.bigEndianNumber(at: tail + 16))
        providerFingerprint = bytes.bigEndianNumber(at: tail + 24)
        bytes.removeLast(Self.tailLength)
        userJSON = Text(wellFormed: bytes)
    }

    var encoded: [UInt8] {
        write(created, expiry, lastSeen)
    }

    var encodedLength: Int { userJSON.count + Self.tailLength }

    /// All but when it was last seen.
    var unchangingPart: [UInt8] {
        write(created, expiry)
    }

    private func write(_ times: Int64...) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encodedLength)
        bytes += userJSON.bytes
        for time in times { bytes.append(bigEndian: UInt64(bitPattern: time)) }
        bytes.append(bigEndian: providerFingerprint)
        return bytes
    }

    /// The same session, seen now.
    func seen(_ now: Now) -> Session {
        Session(
            created: created, expiry: expiry, lastSeen: now.seconds, providerFingerprint: providerFingerprint,
            userJSON: userJSON)
    }
}
