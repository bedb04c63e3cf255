package import Basics

/// Where sessions are kept, if not in cookies. It sees neither whose they are nor any key that opens one.
///
/// Each operation ends within the store's own deadline, and fails if the store did not answer as it should. Any thread may
/// call it.
package protocol SessionStore: AnyObject, Sendable {
    /// Whether an operation may wait for another process.
    var mayBlock: Bool { get }

    /// The record under this key; nil if there is none.
    func get(_ key: StoreKey) throws(Failure) -> StoredRecord?

    /// Stores a record for `lifetime` seconds, if the one under the key has this version; nil: if there is none. False if
    /// that is not so, and nothing has changed.
    func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool

    /// Leaves no record under this key.
    func delete(_ key: StoreKey) throws(Failure)
}

/// Bytes in a store.
package struct StoredRecord: Equatable, Sendable {
    /// Random: no two records under one key have the same.
    package let version: UInt64
    package let bytes: [UInt8]

    /// What a store may be asked to keep, and may answer.
    package static let longest = 1_100_000

    package init(version: UInt64, bytes: [UInt8]) {
        self.version = version
        self.bytes = bytes
    }
}

/// What a record is under: a letter for its kind and a hash, in visible ASCII.
package struct StoreKey: Equatable, Sendable {
    package enum Kind: Sendable {
        /// A sealed session.
        case session
        /// Which sessions a user has, or belong to one at the provider.
        case index
        /// That a refresh token is being redeemed.
        case claim
        /// That something has ended, or was used up.
        case end

        fileprivate var letter: StaticString {
            switch self {
            case .session: "s"
            case .index: "i"
            case .claim: "r"
            case .end: "e"
            }
        }
    }

    /// Of a hash that is in the key.
    package static let hashLength = 16

    package let kind: Kind
    package let text: Text
    /// For tables.
    package let number: UInt64

    /// `hash`: only the first 16 bytes count.
    package init(_ kind: Kind, hash: [UInt8]) {
        self.kind = kind
        text = "\(kind.letter):\(Base64URL.encode(hash.prefix(Self.hashLength)))"
        number = hash.bigEndianNumber(at: 0)
    }
}
