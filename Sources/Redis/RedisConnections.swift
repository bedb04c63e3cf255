import Basics
import Platform
import Settings

/// An application's idle connections to Redis, and how well each server does. At most one connection is in use for each
/// thread that waits for an answer.
///
/// The library's lock guards all state. Connections are opened and closed outside it.
final class RedisConnections: @unchecked Sendable {
    private static let capacity = 16
    /// Milliseconds that nobody asks a server again after failures: a dead one does not cost every request its deadline.
    private static let pauseTime: Int64 = 500
    /// How many failures in a row it takes.
    private static let mostFailures = 2
    /// How many servers may be failing.
    private static let mostTroubles = 256

    /// A server that did not answer the last time.
    private struct Trouble {
        let server: Text
        var failures: Int
        var pausesUntil: Int64
    }

    private var idle: [RedisConnection] = []
    private var troubles: [Trouble] = []

    /// Whether to ask this server now. During a pause nobody does, and after it one asks first.
    func mayAsk(_ server: Text) -> Bool {
        let now = platform_monotonic_clock()
        return withLock {
            guard let place = troubles.firstIndex(where: { $0.server == server }),
                troubles[place].failures >= Self.mostFailures
            else { return true }
            guard now >= troubles[place].pausesUntil else { return false }
            troubles[place].pausesUntil = now + Self.pauseTime
            return true
        }
    }

    func record(isAnswered: Bool, by server: Text) {
        let now = platform_monotonic_clock()
        withLock {
            let place = troubles.firstIndex { $0.server == server }
            guard !isAnswered else {
                if let place { troubles.remove(at: place) }
                return
            }
            let failures = place.map { troubles.remove(at: $0).failures } ?? 0
            if troubles.count >= Self.mostTroubles { troubles.removeFirst() }
            troubles.append(
                Trouble(
                    server: server, failures: min(failures + 1, Self.mostFailures), pausesUntil: now + Self.pauseTime))
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
