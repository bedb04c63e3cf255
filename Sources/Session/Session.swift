package import Basics
import Cryptography
import Environment

/// Who is signed in: the content of the session cookie. It is written at the login and never again; what a refresh changes
/// is in the cookie of the tokens.
///
/// Layout: the user's JSON as st_user_json() returns it, so a request needs no JSON parser; then the two keys, its id (16
/// bytes), created and expiry (seconds since 1970) and the provider's fingerprint, eight bytes each. The first bit of created
/// says whether the session needs its tokens, the second whether it has keys, the third whether it needs a proof.
package struct Session: Sendable {
    /// Distinguishes it from every other session. Random, but not secret: names of cookies contain it.
    struct ID: Equatable, Sendable {
        static let length = 16
        /// How much of it is in the names of cookies.
        private static let labelLength = 6

        private let first: UInt64
        private let second: UInt64

        init(random: any RandomSource) throws(Failure) {
            let bytes = try random.bytes(Self.length)
            guard bytes.count == Self.length else {
                throw Failure(.randomnessUnavailable, "the random source returned too few bytes")
            }
            self.init(bytes, at: 0)
        }

        /// Of the first bytes; nil if there are too few.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= Self.length else { return nil }
            self.init(bytes, at: 0)
        }

        fileprivate init(_ bytes: borrowing [UInt8], at place: Int) {
            first = bytes.bigEndianNumber(at: place)
            second = bytes.bigEndianNumber(at: place + 8)
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: first)
            bytes.append(bigEndian: second)
            return bytes
        }

        /// What tells the names of its cookies from those of another session.
        var label: Text { Base64URL.encode(bytes.prefix(Self.labelLength)) }

        /// For tables. Never 0.
        var key: UInt64 { max(first, 1) }
    }

    private static let needsTokensBit: UInt64 = 1 << 63
    private static let hasKeysBit: UInt64 = 1 << 62
    private static let needsProofBit: UInt64 = 1 << 61
    private static let keysLength = 2 * 8
    private static let tailLength = ID.length + 3 * 8

    /// Nil with Streamlit's cookie, which has no id.
    let id: ID?
    package let created: Int64
    let expiry: Int64
    package let providerFingerprint: UInt64
    /// Nil with Streamlit's cookie, and in sessions of older versions: then the claims say who it is.
    package let keys: SessionKeys?
    package let userJSON: Text
    /// Whether it is worth nothing without its refresh token: otherwise a user could keep claims by removing that cookie.
    package internal(set) var needsTokens = false
    /// Whether it is worth nothing without a proof of its device (DeviceBinding).
    package internal(set) var needsProof = false
    /// From a separate cookie; without one, the time of creation.
    private(set) var lastSeen: Int64
    /// Nil if all of it is in cookies.
    package internal(set) var stored: StoredPart?

    init(id: ID?, created: Int64, expiry: Int64, providerFingerprint: UInt64, keys: SessionKeys?, userJSON: Text) {
        self.id = id
        self.created = created
        self.expiry = expiry
        self.providerFingerprint = providerFingerprint
        self.keys = keys
        self.userJSON = userJSON
        lastSeen = created
    }

    /// Nil for anything but the result of `encoded()`. The bytes come out of one of our seals, so they are well-formed text.
    /// They become the JSON, without a copy.
    init?(_ bytes: consuming [UInt8]) {
        let tail = bytes.count - Self.tailLength
        guard tail > 0 else { return nil }
        let time = bytes.bigEndianNumber(at: tail + ID.length)
        let hasKeys = time & Self.hasKeysBit != 0
        let end = hasKeys ? tail - Self.keysLength : tail
        guard end > 0 else { return nil }
        let id = ID(bytes, at: tail)
        let expiry = bytes.bigEndianNumber(at: tail + ID.length + 8)
        let fingerprint = bytes.bigEndianNumber(at: tail + ID.length + 16)
        let keys =
            hasKeys
            ? SessionKeys(
                subject: bytes.bigEndianNumber(at: end), providerSession: bytes.bigEndianNumber(at: end + 8)) : nil
        bytes.removeLast(bytes.count - end)
        self.init(
            id: id, created: Int64(bitPattern: time & ~(Self.needsTokensBit | Self.hasKeysBit | Self.needsProofBit)),
            expiry: Int64(bitPattern: expiry), providerFingerprint: fingerprint, keys: keys,
            userJSON: Text(wellFormed: bytes))
        needsTokens = time & Self.needsTokensBit != 0
        needsProof = time & Self.needsProofBit != 0
    }

    func encoded() throws(Failure) -> [UInt8] {
        guard let id else { throw Failure(.internalError, "a session without an id cannot be sealed") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encodedLength)
        bytes += userJSON.bytes
        var time =
            UInt64(bitPattern: created) | (needsTokens ? Self.needsTokensBit : 0)
            | (needsProof ? Self.needsProofBit : 0)
        if let keys {
            bytes.append(bigEndian: keys.subject)
            bytes.append(bigEndian: keys.providerSession)
            time |= Self.hasKeysBit
        }
        bytes += id.bytes
        for number in [time, UInt64(bitPattern: expiry), providerFingerprint] {
            bytes.append(bigEndian: number)
        }
        return bytes
    }

    var encodedLength: Int { userJSON.count + (keys == nil ? 0 : Self.keysLength) + Self.tailLength }

    /// Records that it was seen at this time, which can only prolong it.
    mutating func see(at time: Int64) {
        lastSeen = max(lastSeen, time)
    }
}
