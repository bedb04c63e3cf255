import Basics
import Platform

/// The connections of an application that wait for their next use. There is no thread: those that waited too long are
/// closed when another is used or given back, or with the application.
///
/// All state is guarded by the library's lock. What is dropped is closed outside it.
final class ConnectionPool: @unchecked Sendable {
    /// How many wait, of all providers together: a file descriptor and some 50 KB each.
    static var capacity: Int { 16 }
    /// Milliseconds that one stays open unused. Most servers wait longer.
    static var longestRest: Int64 { 30_000 }
    /// Milliseconds until the provider's name is looked up, and its certificate verified, anew.
    static var longestLife: Int64 { 60 * 60_000 }

    private let now: @Sendable () -> Int64
    /// The one that was used last is the last.
    private var idle: [KeptConnection] = []

    init(clock now: @escaping @Sendable () -> Int64 = { platform_monotonic_clock() }) {
        self.now = now
    }

    var time: Int64 { now() }

    /// A connection that nobody else uses, and whether it may be used as it is: its TLS sessions serve longer.
    func take(_ key: ConnectionKey) -> (connection: KeptConnection, isFresh: Bool)? {
        let now = now()
        let (taken, dropped) = withLock {
            let index = idle.lastIndex { $0.key == key && isYoung($0, now) }
            let taken = index.map { idle.remove(at: $0) }
            return (taken, dropTired(now))
        }
        _ = dropped
        guard let taken, taken.isOwn else { return nil }
        return (taken, isRested(taken, now))
    }

    func give(_ connection: KeptConnection) {
        let now = now()
        connection.idleSince = now
        let dropped = withLock {
            var dropped = dropTired(now)
            idle.append(connection)
            if idle.count > Self.capacity { dropped.append(idle.removeFirst()) }
            return dropped
        }
        _ = dropped
    }

    var count: Int { withLock { idle.count } }

    private func isYoung(_ connection: KeptConnection, _ now: Int64) -> Bool {
        now - connection.madeAt < Self.longestLife
    }

    private func isRested(_ connection: KeptConnection, _ now: Int64) -> Bool {
        now - connection.idleSince < Self.longestRest
    }

    /// With the lock held: takes out what waited too long.
    private func dropTired(_ now: Int64) -> [KeptConnection] {
        let tired = idle.filter { !isRested($0, now) }
        if !tired.isEmpty { idle.removeAll { !isRested($0, now) } }
        return tired
    }
}
