package import Basics
import Environment

/// Which sessions there are of a user, or of a session at the provider, so that all of them can be ended. A record of the
/// index lists store keys of sessions, 24 bytes each with the time when they expire; the store learns which records belong
/// together, and not to whom.
extension StoredSessions {
    /// How many sessions one user may have. When there are more, the oldest end: one that is not listed could not be ended.
    package static let mostSessions = 1000

    private struct Entry {
        static let length = StoreKey.hashLength + 8

        let hash: [UInt8]
        let expiry: Int64

        var key: StoreKey { StoreKey(.session, hash: hash) }

        var bytes: [UInt8] { hash + [UInt8](bigEndian: UInt64(bitPattern: expiry)) }
    }

    private static func place(of key: UInt64) -> StoreKey {
        StoreKey(.index, hash: [UInt8](bigEndian: key) + [UInt8](bigEndian: 0))
    }

    private static func entries(in record: StoredRecord?) -> [Entry] {
        guard let bytes = record?.bytes else { return [] }
        return stride(from: 0, to: bytes.count - bytes.count % Entry.length, by: Entry.length).map { start in
            Entry(
                hash: Array(bytes[start..<start + StoreKey.hashLength]),
                expiry: Int64(bitPattern: bytes.bigEndianNumber(at: start + StoreKey.hashLength)))
        }
    }

    /// Lists a session under these keys.
    func index(_ session: SessionReference, under keys: [UInt64], lifetime: Int64, _ now: Now) throws(Failure) {
        let entry = Entry(hash: try session.storeHash, expiry: now.seconds + lifetime)
        for key in keys {
            try change(Self.place(of: key), lifetime: lifetime) { entries in
                var kept = entries.filter { $0.expiry > now.seconds } + [entry]
                let excess = max(0, kept.count - Self.mostSessions)
                let dropped = Array(kept[..<excess])
                kept.removeSubrange(..<excess)
                return (kept, dropped)
            }
        }
    }

    /// Ends all sessions that are listed under one of these keys, and tells how many there were.
    @discardableResult
    package func endAll(_ keys: [UInt64]) throws(Failure) -> Int {
        var count = 0
        for key in keys {
            // If another session begins meanwhile, the list has changed, and that one ends too.
            count += try change(Self.place(of: key), lifetime: 1) { entries in ([], entries) }
        }
        return count
    }

    /// Changes the list in this place; ends the sessions that were dropped from it, and gives their number.
    @discardableResult
    private func change(
        _ place: StoreKey, lifetime: Int64, _ change: ([Entry]) -> (kept: [Entry], dropped: [Entry])
    ) throws(Failure) -> Int {
        for _ in 0..<Self.mostConflicts {
            let old = try ask { (store) throws(Failure) in try store.get(place) }
            let (kept, dropped) = change(Self.entries(in: old))
            if kept.isEmpty, old == nil { return 0 }
            for entry in dropped { try ask { (store) throws(Failure) in try store.delete(entry.key) } }
            let record = StoredRecord(version: try newVersion(), bytes: kept.flatMap { $0.bytes })
            let isStored = try ask { (store) throws(Failure) in
                try store.put(record, under: place, over: old?.version, lifetime: lifetime)
            }
            if isStored { return dropped.count }
        }
        throw Self.conflict
    }
}
