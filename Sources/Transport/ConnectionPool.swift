import Basics
import Platform

/// An application's idle connections. There is no thread: expired ones are closed when another is taken, or with the
/// application.
///
/// The library's lock guards all state. Dropped connections are closed outside it.
final class ConnectionPool: @unchecked Sendable {
    /// How many are kept, of all providers together: a file descriptor and some 50 KB each.
    static var capacity: Int { 16 }
    /// Milliseconds that one stays open unused. Most servers wait longer.
    static var longestRest: Int64 { 30_000 }
    /// Milliseconds until the provider's name is looked up, and its certificate verified, again.
    static var longestLife: Int64 { 60 * 60_000 }

    private let now: @Sendable () -> Int64
    /// The most recently used one is last.
    private var idle: [KeptConnection] = []

    init(clock now: @escaping @Sendable () -> Int64 = { platform_monotonic_clock() }) {
        self.now = now
    }

    var time: Int64 { now() }

    /// An unused connection, and whether it is still usable: its TLS sessions last longer.
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
        connection.idleSince = now()
        let dropped = withLock {
            idle.append(connection)
            return idle.count > Self.capacity ? idle.removeFirst() : nil
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

    /// With the lock held: removes expired ones.
    private func dropTired(_ now: Int64) -> [KeptConnection] {
        let tired = idle.filter { !isRested($0, now) }
        if !tired.isEmpty { idle.removeAll { !isRested($0, now) } }
        return tired
    }
}
