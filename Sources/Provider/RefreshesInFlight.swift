import Basics
import Cryptography
import Platform

/// The refreshes of a provider's refresh tokens that are in progress or have just ended: one request for one refresh token
/// at a time, since providers that rotate them take a second one for theft and end the session.
///
/// Whoever comes second takes the result of the first, also for a minute after it ended: their request still carries the
/// old cookie. (For a few seconds, if the provider keeps the refresh token.) A failure is shared too, for as long, so an
/// outage does not cost every request a timeout.
///
/// The library's lock guards all state; it is never held during a request.
final class RefreshesInFlight: @unchecked Sendable {
    typealias Result = Swift.Result<RefreshedTokens, Failure>

    /// What to do about a refresh token.
    enum Step {
        /// Send the request, then call `end` with this.
        case send(Turn)
        case use(Result)
    }

    /// The right to send. Whoever drops it without a result, such as a host that frees a waiting request, makes way for the
    /// next: otherwise a user could keep claims by leaving each refresh halfway.
    final class Turn: Sendable {
        fileprivate let number: UInt64
        private let refreshes: RefreshesInFlight

        fileprivate init(_ number: UInt64, of refreshes: RefreshesInFlight) {
            self.number = number
            self.refreshes = refreshes
        }

        deinit { refreshes.leave(number) }
    }

    /// A hash of a token.
    struct Key: Equatable {
        private let first, second: UInt64

        init(_ token: Text) throws(Failure) {
            let hash = try Digest.sha256.hash(token.bytes)
            (first, second) = (hash.bigEndianNumber(at: 0), hash.bigEndianNumber(at: 8))
        }
    }

    private final class Flight {
        let key: Key
        let number: UInt64
        // While it is in progress; one from before a fork() never ends here.
        let thread = platform_thread_number()
        let forkCount = platform_fork_count()
        /// Milliseconds of the monotonic clock. Afterwards it counts as lost.
        let deadline: Int64
        /// Nil while it is in progress.
        var result: Result?
        /// Seconds since 1970.
        var endedAt: Int64 = 0
        /// Seconds from then on.
        var keptFor = pauseTime

        init(_ key: Key, number: UInt64, deadline: Int64) {
            self.key = key
            self.number = number
            self.deadline = deadline
        }

        /// Requests that began at the same moment may have clocks a second apart, so `now` may be before the end.
        func isOver(_ now: Int64) -> Bool {
            if result != nil { return abs(now - endedAt) >= keptFor }
            return forkCount != platform_fork_count() || platform_monotonic_clock() >= deadline
        }

        /// Bytes of its result, roughly.
        var size: Int {
            guard case .success(let tokens)? = result else { return 512 }
            return tokens.size
        }
    }

    /// Seconds that a result is available after it came, if the provider gave another refresh token.
    static let resultTime: Int64 = 60
    /// Seconds before something that failed is tried again, or a refresh token that stays is sent again.
    static let pauseTime: Int64 = 10
    /// Bytes of results. When there is no room left, the oldest is dropped, and a late request with its old cookie sends an
    /// old refresh token.
    static let most = 4 * 1024 * 1024

    /// Milliseconds that a request of the provider takes at most; a refresh makes up to three.
    private let timeout: Int64
    private var flights: [Flight] = []
    private var lastNumber: UInt64 = 0
    /// The last time that the provider was not reached, by whomever.
    private var outage: (failure: Failure, at: Int64)?
    /// Whether a refresh has brought no claims.
    private var lacksClaims = false

    init(timeout: Int64) {
        self.timeout = timeout
    }

    /// `mayWait`: whether to wait for another thread that does the same.
    func begin(_ key: Key, now: Int64, mayWait: Bool) -> Step {
        // Freed after the lock is released.
        var dropped: [Flight] = []
        return withLock {
            let deadline = platform_monotonic_clock() + timeout
            while true {
                remove(&dropped) { $0.isOver(now) }
                guard let flight = flights.first(where: { $0.key == key }) else { return start(key, now) }
                if let result = flight.result { return .use(result) }
                // A thread never waits for itself.
                guard mayWait, flight.thread != platform_thread_number(), platform_monotonic_clock() < deadline else {
                    return .use(.failure(Failure(.providerTimeout, "another request is refreshing this session")))
                }
                platform_wait(min(deadline, flight.deadline))
            }
        }
    }

    func isFirstWithoutClaims() -> Bool {
        withLock {
            defer { lacksClaims = true }
            return !lacksClaims
        }
    }

    private func start(_ key: Key, _ now: Int64) -> Step {
        if let outage, abs(now - outage.at) < Self.pauseTime { return .use(.failure(outage.failure)) }
        lastNumber += 1
        flights.append(Flight(key, number: lastNumber, deadline: platform_monotonic_clock() + 3 * timeout))
        return .send(Turn(lastNumber, of: self))
    }

    private func leave(_ number: UInt64) {
        var dropped: [Flight] = []
        withLock {
            remove(&dropped) { $0.number == number }
            if !dropped.isEmpty { platform_wake_all() }
        }
    }

    private func remove(_ dropped: inout [Flight], where isOver: (Flight) -> Bool) {
        var kept: [Flight] = []
        for flight in flights {
            if isOver(flight) { dropped.append(flight) } else { kept.append(flight) }
        }
        flights = kept
    }

    /// Records how a refresh ended. Gives the result to use: a newer one if this came too late. `next`: of the refresh token
    /// to use next time.
    func end(_ turn: Turn, _ key: Key, _ result: Result, next: Key?, now: Int64) -> Result {
        var dropped: [Flight] = []
        return withLock {
            defer { platform_wake_all() }
            remove(&dropped) { $0.number == turn.number }
            if case .failure(let failure) = result {
                // A response that is too large is one user's.
                if failure.code.entry.category == .networkError, failure.code != .responseTooLarge {
                    outage = (failure, now)
                }
                // The look for a newer result: another thread may have taken over.
                if let newer = flights.first(where: { $0.key == key })?.result { return newer }
            }
            let isRotated = next != nil && next != key
            keep(result, of: key, for: isRotated ? Self.resultTime : Self.pauseTime, now)
            if let next, isRotated, case .success(let tokens) = result, let failure = tokens.failure {
                keep(.failure(failure), of: next, for: Self.pauseTime, now)
            }
            makeRoom(&dropped)
            return result
        }
    }

    private func keep(_ result: Result, of key: Key, for seconds: Int64, _ now: Int64) {
        let flight = Flight(key, number: 0, deadline: 0)
        (flight.result, flight.endedAt, flight.keptFor) = (result, now, seconds)
        flights.append(flight)
    }

    /// Bytes of all results.
    var size: Int { flights.reduce(0) { $0 + ($1.result == nil ? 0 : $1.size) } }

    private func makeRoom(_ dropped: inout [Flight]) {
        var excess = size - Self.most
        remove(&dropped) { flight in
            guard excess > 0, flight.result != nil else { return false }
            excess -= flight.size
            return true
        }
    }
}
