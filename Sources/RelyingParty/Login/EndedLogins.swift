package import Basics
import Cryptography

/// The states of answered logins, each until it expires, to recognise a callback that arrives twice with all its cookies.
/// The browser's cookie and the provider's single use of a code stop replays too; this stops them before a second token
/// request.
///
/// Logins that expire in the same minute, which their cookies state, are kept together: one table is searched, and a minute
/// that is over is dropped as a whole. When no room is left, the minute that ends first is dropped early, and its logins
/// count as expired from then on: a login then has less time than usual, but none is answered twice.
package final class EndedLogins: @unchecked Sendable {
    /// What is known about a login that is about to end.
    package enum Mark {
        case first, repeated
        /// It may have been answered before: its minute was dropped.
        case forgotten
    }

    /// Bytes of memory: enough for 15 minutes of 2,400 logins a second (docs/adr/0016-answered-logins.md).
    package static let most = 24 * 1024 * 1024
    private static let minute: Int64 = 60

    private let most: Int

    // Guarded by the lock. The minutes are sorted.
    private var minutes: [(number: Int64, states: EndedStates)] = []
    private var lastDropped = Int64.min
    private var lastReport: Int64?

    package init(most: Int = most) {
        self.most = most
    }

    /// Marks a login that expires at `expiry` as ended. Times are seconds since 1970. `isFull`: whether to report that no
    /// room is left, at most once a minute.
    package func end(state: Text, expiry: Int64, now: Int64) throws(Failure) -> (mark: Mark, isFull: Bool) {
        let hash = UInt64(bigEndian: try Digest.sha256.hash(state.bytes).prefix(8))
        // Freed after the lock is released.
        var dropped: [EndedStates] = []
        return withLock {
            while let first = minutes.first, first.number < now / Self.minute { dropped.append(dropFirst()) }
            let kept = dropped.count
            let mark = mark(hash, in: expiry / Self.minute, &dropped)
            let isFull = dropped.count > kept && lastReport.map { !($0..<$0 + Self.minute).contains(now) } ?? true
            if isFull { lastReport = now }
            return (mark, isFull)
        }
    }

    private func mark(_ hash: UInt64, in number: Int64, _ dropped: inout [EndedStates]) -> Mark {
        while number > lastDropped {
            let place = minutes.firstIndex { $0.number >= number } ?? minutes.count
            if place == minutes.count || minutes[place].number != number {
                minutes.insert((number, EndedStates()), at: place)
            }
            if minutes[place].states.contains(hash) { return .repeated }
            if size + minutes[place].states.growth(toInsert: hash) <= most {
                minutes[place].states.insert(hash)
                return .first
            }
            dropped.append(dropFirst())
        }
        return .forgotten
    }

    private var size: Int { minutes.reduce(0) { $0 + $1.states.size } }

    private func dropFirst() -> EndedStates {
        let first = minutes.removeFirst()
        lastDropped = max(lastDropped, first.number)
        return first.states
    }
}
