package import Basics
import Environment

/// What has ended, for all processes that share the store: tokens that may come once; and sessions in cookies, which there
/// are beside those in the store with store_fallback.
extension StoredSessions {
    private static func place(of key: UInt64) -> StoreKey {
        StoreKey(.end, hash: [UInt8](bigEndian: key) + [UInt8](bigEndian: 0))
    }

    private static func time(in record: StoredRecord) -> Int64 {
        Int64(bitPattern: record.bytes.bigEndianNumber(at: 0))
    }

    /// Ends what these keys name and was created up to `created`. That is known for `lifetime` seconds.
    package func shareEnd(of keys: [UInt64], created: Int64, lifetime: Int64) throws(Failure) {
        for key in keys { try shareEnd(in: Self.place(of: key), created, lifetime) }
    }

    /// The same for a session, if it is in cookies alone.
    package func shareEnd(of session: Session, lifetime: Int64) throws(Failure) {
        guard session.stored == nil, let id = session.id else { return }
        try shareEnd(of: [id.key], created: session.created, lifetime: lifetime)
    }

    private func shareEnd(in place: StoreKey, _ created: Int64, _ lifetime: Int64) throws(Failure) {
        for _ in 0..<Self.mostConflicts {
            let old = try ask { (store) throws(Failure) in try store.get(place) }
            // A later end counts for the earlier one, too.
            let time = max(created, old.map(Self.time) ?? created)
            let record = StoredRecord(
                version: try newVersion(), bytes: [UInt8](bigEndian: UInt64(bitPattern: time)))
            let isStored = try ask { (store) throws(Failure) in
                try store.put(record, under: place, over: old?.version, lifetime: lifetime)
            }
            if isStored { return }
        }
        throw Self.conflict
    }

    /// Whether this is the first time in `lifetime` seconds that a process uses what this key names.
    package func addOnce(_ key: UInt64, lifetime: Int64) throws(Failure) -> Bool {
        let record = StoredRecord(version: try newVersion(), bytes: [UInt8](bigEndian: 0))
        return try ask { (store) throws(Failure) in
            try store.put(record, under: Self.place(of: key), over: nil, lifetime: lifetime)
        }
    }

    /// Whether what one of these keys names, and was created at this time, has ended.
    package func knowsEnd(of keys: [UInt64], created: Int64) throws(Failure) -> Bool {
        for key in keys where key != 0 {
            let record = try ask { (store) throws(Failure) in try store.get(Self.place(of: key)) }
            if let record, created <= Self.time(in: record) { return true }
        }
        return false
    }
}
