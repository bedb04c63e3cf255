package import Basics
package import Environment
import Platform

/// Sessions in the memory of this process, which are gone when it ends. Bounded: when there is no room left, the sessions
/// that would end first do so, and an event says it.
///
/// The library's lock guards all state. What is dropped is freed outside it.
package final class MemoryStore: SessionStore, @unchecked Sendable {
    private struct Entry {
        let key: StoreKey
        let record: StoredRecord
        /// Milliseconds of the clock.
        let expiry: Int64

        /// Bytes of memory, roughly.
        var size: Int { record.bytes.count + 160 }
        var isSession: Bool { key.kind == .session }
    }

    /// Bytes of all records.
    package static let most = 64 * 1024 * 1024
    /// How many entries there are for each bucket, when they become too many.
    private static let fullness = 2

    private let most: Int
    private let now: @Sendable () -> Int64
    private let log: (any EventLog)?
    private var buckets: [[Entry]] = Array(repeating: [], count: 64)
    private var count = 0
    private var size = 0

    /// `now`: milliseconds of a clock that never jumps.
    package init(
        log: (any EventLog)?, most: Int = most,
        clock now: @escaping @Sendable () -> Int64 = { platform_monotonic_clock() }
    ) {
        self.now = now
        self.log = log
        self.most = most
    }

    package var mayBlock: Bool { false }

    package func get(_ key: StoreKey) throws(Failure) -> StoredRecord? {
        let now = now()
        return withLock { find(key, now)?.record }
    }

    package func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool {
        let now = now()
        var dropped: [Entry] = []
        let (isStored, isFull) = withLock {
            guard find(key, now)?.record.version == version else { return (false, false) }
            remove(key, &dropped)
            insert(Entry(key: key, record: record, expiry: now + lifetime * 1000))
            return (true, makeRoom(now, &dropped))
        }
        if isFull, let log {
            let event = Event.sessionStoreFull(bytes: most)
            log.write(event.level, event.line())
        }
        return isStored
    }

    package func delete(_ key: StoreKey) throws(Failure) {
        var dropped: [Entry] = []
        withLock { remove(key, &dropped) }
    }

    // MARK: - The table

    private func bucket(of key: StoreKey) -> Int { Int(truncatingIfNeeded: key.number) & (buckets.count - 1) }

    private func find(_ key: StoreKey, _ now: Int64) -> Entry? {
        buckets[bucket(of: key)].first { $0.key == key && $0.expiry > now }
    }

    private func remove(_ key: StoreKey, _ dropped: inout [Entry]) {
        let bucket = bucket(of: key)
        guard let place = buckets[bucket].firstIndex(where: { $0.key == key }) else { return }
        let entry = buckets[bucket].remove(at: place)
        count -= 1
        size -= entry.size
        dropped.append(entry)
    }

    private func insert(_ entry: Entry) {
        if count >= buckets.count * Self.fullness { rebuild(buckets.count * 4, of: Array(buckets.joined())) }
        buckets[bucket(of: entry.key)].append(entry)
        count += 1
        size += entry.size
    }

    /// A table of these entries instead.
    private func rebuild(_ bucketCount: Int, of entries: [Entry]) {
        buckets = Array(repeating: [], count: bucketCount)
        (count, size) = (0, 0)
        for entry in entries {
            buckets[bucket(of: entry.key)].append(entry)
            count += 1
            size += entry.size
        }
    }

    /// Whether what still counted had to make room, sessions first: an eighth of all, so that this is not done for each.
    private func makeRoom(_ now: Int64, _ dropped: inout [Entry]) -> Bool {
        guard size > most else { return false }
        var entries: [Entry] = []
        for entry in buckets.joined() {
            if entry.expiry > now { entries.append(entry) } else { dropped.append(entry) }
        }
        rebuild(buckets.count, of: entries)
        guard size > most else { return false }
        entries.sort { one, other in
            one.isSession == other.isSession ? one.expiry < other.expiry : one.isSession
        }
        var excess = size - most / 8 * 7
        let ended = entries.prefix { entry in
            defer { excess -= entry.size }
            return excess > 0
        }
        dropped += ended
        rebuild(buckets.count, of: Array(entries[ended.count...]))
        return true
    }
}
