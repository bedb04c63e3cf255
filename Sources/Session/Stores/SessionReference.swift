import Basics
import Cryptography
import Environment

/// What the session's cookie has of a session that is in a store, sealed: the session's id and the key that opens the record.
/// The store has neither.
struct SessionReference: Sendable {
    /// No session is so short.
    static let length = Session.ID.length + XAES256GCM.keyLength

    let id: Session.ID
    let key: Secret

    init(_ id: Session.ID, random: any RandomSource) throws(Failure) {
        self.id = id
        let bytes = try random.bytes(XAES256GCM.keyLength)
        guard bytes.count == XAES256GCM.keyLength else {
            throw Failure(.randomnessUnavailable, "the random source returned too few bytes")
        }
        key = Secret(bytes)
    }

    /// Nil for anything but the result of `encoded`.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, let id = Session.ID(bytes) else { return nil }
        self.id = id
        key = Secret(Array(bytes[Session.ID.length...]))
    }

    var encoded: [UInt8] { id.bytes + key.bytes }

    /// Where its record is. A hash: with a key of the store, nobody can make a cookie.
    var storeKey: StoreKey {
        get throws(Failure) { StoreKey(.session, hash: try storeHash) }
    }

    /// What is in that key.
    var storeHash: [UInt8] {
        get throws(Failure) { Array(try Self.hash("session", id)[..<StoreKey.hashLength]) }
    }

    /// A hash of something of this session.
    static func hash(_ label: StaticString, _ id: Session.ID, _ more: [UInt8] = []) throws(Failure) -> [UInt8] {
        try Digest.sha256.hash(("stauth 1 \(label) " as Text).bytes + id.bytes + more)
    }
}

/// The part of a session that is in a store.
package final class StoredPart: Sendable {
    let reference: SessionReference
    /// Of the record that this was read from; nil if there is none yet.
    let version: UInt64?
    /// How often the record was changed. An older record that somebody put back has a lower number than the browser knows.
    let changes: Int64
    package let tokens: SessionTokens

    init(_ reference: SessionReference, version: UInt64?, changes: Int64, tokens: SessionTokens) {
        self.reference = reference
        self.version = version
        self.changes = changes
        self.tokens = tokens
    }
}
