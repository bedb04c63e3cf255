import Basics
import Platform
import Settings

/// An application's idle connections to Redis, and how well Redis does. At most one connection is in use for each thread that
/// waits for an answer.
///
/// The library's lock guards all state. Connections are opened and closed outside it.
final class RedisConnections: @unchecked Sendable {
    private static let capacity = 16
    /// Milliseconds that nobody asks again after failures: a dead Redis does not cost every request its deadline.
    private static let pauseTime: Int64 = 500
    /// How many failures in a row it takes.
    private static let mostFailures = 2

    private var idle: [RedisConnection] = []
    private var failures = 0
    private var pausesUntil: Int64 = 0

    /// Whether to ask Redis now. During a pause nobody does, and after it one asks first.
    func mayAsk() -> Bool {
        let now = platform_monotonic_clock()
        return withLock {
            guard failures >= Self.mostFailures else { return true }
            guard now >= pausesUntil else { return false }
            pausesUntil = now + Self.pauseTime
            return true
        }
    }

    func record(isAnswered: Bool) {
        let now = platform_monotonic_clock()
        withLock {
            failures = isAnswered ? 0 : min(failures + 1, Self.mostFailures)
            if !isAnswered { pausesUntil = now + Self.pauseTime }
        }
    }

    /// An idle connection to this server that is usable.
    func take(_ server: Text) -> RedisConnection? {
        while true {
            let taken = withLock {
                idle.lastIndex { $0.server == server }.map { idle.remove(at: $0) }
            }
            guard let taken else { return nil }
            if taken.isUsable { return taken }
        }
    }

    func give(_ connection: RedisConnection) {
        let dropped = withLock {
            idle.append(connection)
            return idle.count > Self.capacity ? idle.removeFirst() : nil
        }
        _ = dropped
    }
}
