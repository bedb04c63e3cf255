import Platform

/// A memory of what has ended, by keys, which are hashes other than 0. Any number of threads may use it, and reading takes
/// no lock (docs/adr/0031-ended-sessions.md).
@safe package final class EndingMemory: @unchecked Sendable {
    /// What became of an end.
    package enum Outcome {
        case remembered
        /// It had ended before; the later time counts.
        case endedBefore
        /// So much is remembered that what was created first counts as ended too.
        case oldestEnded
        case notRemembered
    }

    private let table: OpaquePointer?
    /// When the monotonic clock was 0, in seconds since 1970, by the earliest that the system's clock has said. Guarded by
    /// the lock.
    private var start: Int64?

    /// `most`: the number of entries. `keepsAll`: whether nothing more is remembered then; otherwise the oldest make room.
    package init(most: Int, keepsAll: Bool = false) {
        unsafe table = platform_endings_new(most, keepsAll)
    }

    deinit {
        if let table = unsafe table { unsafe platform_endings_free(table) }
    }

    /// Whether what any of the keys names, and was created at this time, has ended; 0 for no key. True if the memory could
    /// not be made. Times are seconds since 1970, to the year 2106.
    package func includes(_ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0, created: Int64) -> Bool {
        guard let table = unsafe table else { return true }
        return unsafe platform_endings_include(table, first, second, third, UInt32(clamping: created))
    }

    /// Whether nothing has ended so far.
    package var isEmpty: Bool {
        guard let table = unsafe table else { return false }
        return unsafe platform_endings_are_empty(table)
    }

    /// Ends what the key names and was created up to `created`. It is remembered until `expiry`.
    package func end(_ key: UInt64, created: Int64, expiry: Int64, now: Int64) -> Outcome {
        guard let table = unsafe table else { return .notRemembered }
        let ending = withLock {
            unsafe platform_endings_add(
                table, key, UInt32(clamping: created), UInt32(clamping: expiry), UInt32(clamping: steady(now)))
        }
        switch ending {
        case PLATFORM_ENDED: return .remembered
        case PLATFORM_ENDED_BEFORE: return .endedBefore
        case PLATFORM_ENDED_AND_FORGOT: return .oldestEnded
        default: return .notRemembered
        }
    }

    /// Ends everything that was created up to `created`, whatever its key.
    package func endAll(created: Int64) -> Outcome {
        guard let table = unsafe table else { return .notRemembered }
        withLock { unsafe platform_endings_add_all(table, UInt32(clamping: created)) }
        return .remembered
    }

    /// The time without what the system's clock has jumped ahead since the first end. An entry that is dropped in a future
    /// which then turns out to be wrong would let its session come back.
    private func steady(_ now: Int64) -> Int64 {
        let passed = platform_monotonic_clock() / 1000
        let start = min(start ?? .max, now - passed)
        self.start = start
        return start + passed
    }
}

extension [EndingMemory] {
    /// Whether nothing has ended in one of them. Every request asks that, so no reference is counted.
    package func isEmpty(at index: Int) -> Bool {
        let memory = unsafe Unmanaged.passUnretained(self[index])
        return unsafe memory.withObject { $0.isEmpty }
    }
}
