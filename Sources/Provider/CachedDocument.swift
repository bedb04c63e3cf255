import Basics
import Platform

/// A provider's document that all threads share: fetched when needed, by one thread at a time, and still used while the
/// provider is down.
///
/// The library's lock guards all state; it is never held during a fetch.
final class CachedDocument<Value: Sendable>: @unchecked Sendable {
    /// The result of a fetch.
    struct Fetched {
        let value: Value
        /// Seconds that it stays fresh.
        let lifetime: Int64
    }

    /// A value, and the fetch that it came from. An object: documents are large, and steps pass it on.
    final class Versioned: Sendable {
        let value: Value
        let version: UInt64
        fileprivate let attempt: UInt64
        fileprivate let fetchedAt: Int64
        fileprivate let freshUntil: Int64

        fileprivate init(_ fetched: Fetched, version: UInt64, attempt: UInt64, fetchedAt: Int64) {
            value = fetched.value
            self.version = version
            self.attempt = attempt
            self.fetchedAt = fetchedAt
            freshUntil = fetchedAt + fetched.lifetime
        }
    }

    /// How long a document is used after it stopped being fresh, while no newer one can be fetched.
    private static var graceTime: Int64 { 24 * 60 * 60 }
    /// How long the provider is left alone after a failed fetch, if there is a document to use.
    private static var retryTime: Int64 { 30 }
    /// The minimum time between two fetches because the document lacks something.
    private static var renewalTime: Int64 { 60 }
    /// How many fetches one thread may have in progress at once: they nest if a transport calls the library.
    private static var mostOfOneThread: Int { 32 }

    /// A fetch in progress, unless it is lost: a fetch from before a fork() never ends here, and an exception, longjmp() or
    /// the end of its thread may have abandoned one.
    private struct Attempt {
        let number: UInt64
        let forkCount: UInt64
        let thread: UInt64
        /// The number of unfinished attempts of this thread that precede it.
        let depth: Int
        /// Milliseconds of the monotonic clock. Afterwards any thread may fetch.
        let deadline: Int64

        var isUnderWay: Bool { forkCount == platform_fork_count() && platform_monotonic_clock() < deadline }
        var isOfThisThread: Bool { thread == platform_thread_number() }
    }

    /// Milliseconds that a fetch takes at most, and that a thread waits for another's.
    private let timeout: Int64
    private var stored: Versioned?
    private var version: UInt64 = 0
    private var retryAfter: Int64 = 0
    private var renewalAfter: Int64 = 0
    private var attempt: Attempt?
    private var attempts: UInt64 = 0
    private var lastFailure: (attempt: UInt64, failure: Failure)?

    private enum Step {
        case use(Versioned)
        case fail(Failure)
        case fetch(Attempt)
        case waited(attempt: UInt64)
    }

    init(timeout: Int64) {
        self.timeout = timeout
    }

    /// The document; fetched if there is no usable one. Waits for another thread's fetch until `deadline`, of the monotonic
    /// clock, if that is sooner than the document's timeout.
    func value(
        now: Int64, by deadline: Int64 = .max, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned {
        try advance(now: now, by: deadline, newerThan: nil, fetch: fetch)
    }

    /// A document newer than `version`, which lacked something; nil if one was fetched for that reason a short time ago.
    func newerValue(
        than version: UInt64, now: Int64, by deadline: Int64 = .max, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned? {
        var renewalAfterBefore: Int64 = 0
        let mayFetch = withLock {
            renewalAfterBefore = renewalAfter
            if self.version > version { return true }
            // A clock that was set back must not keep the document for long.
            // A thread that misses a key during a fetch waits for that fetch.
            let isDue = isFetching || now >= renewalAfter || now < renewalAfter - Self.renewalTime
            if isDue { renewalAfter = now + Self.renewalTime }
            return isDue
        }
        guard mayFetch else { return nil }
        do throws(Failure) {
            return try advance(now: now, by: deadline, newerThan: version, fetch: fetch)
        } catch {
            // Nothing was fetched yet: the flow comes here again with the answer.
            if error.code == .exchangePending { withLock { renewalAfter = renewalAfterBefore } }
            throw error
        }
    }

    /// Whether there is nothing to use and a fetch failed a short time ago: who must not cause another fetch leaves it then.
    func isOutOfReach(now: Int64) -> Bool {
        withLock { !isUsable(now) && isPausing(now) }
    }

    /// The last fetched value, however old.
    var latest: Value? { withLock { stored?.value } }

    /// Whether `value(now:)` would fetch or wait.
    func wouldFetch(now: Int64) -> Bool {
        withLock { !isFresh(now) && !(isUsable(now) && (isFetching || isPausing(now))) }
    }

    private func advance(
        now: Int64, by deadline: Int64, newerThan version: UInt64?, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned {
        let deadline = min(deadline, platform_monotonic_clock() + timeout)
        var waitedFor: UInt64?
        while true {
            let step = withLock { nextStep(now: now, newerThan: version, waitedFor: waitedFor, deadline: deadline) }
            switch step {
            case .use(let value): return value
            case .fail(let failure): throw failure
            case .waited(let attempt): waitedFor = attempt
            case .fetch(let attempt):
                return try run(attempt, now: now, mayUseOld: version == nil, fetch: fetch)
            }
        }
    }

    /// With the lock held: what to do now. May release the lock to wait for another thread's fetch.
    private func nextStep(now: Int64, newerThan version: UInt64?, waitedFor: UInt64?, deadline: Int64) -> Step {
        let isWanted = version.map { self.version > $0 } ?? true
        if isWanted, isFresh(now), let stored { return .use(stored) }
        let canUseOld = isWanted && isUsable(now)
        if let attempt, attempt.isUnderWay {
            if canUseOld, let stored { return .use(stored) }
            // A thread never waits for itself.
            if attempt.isOfThisThread { return beginAttempt(within: attempt) }
            guard platform_monotonic_clock() < deadline else { return .fail(Self.waitedTooLong) }
            platform_wait(min(deadline, attempt.deadline))
            return .waited(attempt: attempt.number)
        }
        // Threads that waited for a fetch share its failure: otherwise all of them would try in turn.
        if let attempt, attempt.number == waitedFor { return .fail(Self.waitedTooLong) }
        if let lastFailure, lastFailure.attempt == waitedFor, !canUseOld { return .fail(lastFailure.failure) }
        if canUseOld, isPausing(now), let stored { return .use(stored) }
        return beginAttempt(within: nil)
    }

    private static var waitedTooLong: Failure {
        Failure(.providerTimeout, "timed out waiting for another thread's request to the provider")
    }

    /// With the lock held. `outer`: an unfinished attempt of this thread.
    private func beginAttempt(within outer: Attempt?) -> Step {
        let depth = (outer?.depth ?? 0) + 1
        guard depth <= Self.mostOfOneThread else {
            return .fail(
                Failure(
                    .outOfSequence,
                    "this thread has \(Self.mostOfOneThread) requests for one document in progress: does the transport make "
                        + "requests of the application that it serves?"))
        }
        attempts += 1
        let new = Attempt(
            number: attempts, forkCount: platform_fork_count(), thread: platform_thread_number(), depth: depth,
            deadline: platform_monotonic_clock() + timeout)
        attempt = new
        return .fetch(new)
    }

    private func run(
        _ attempt: Attempt, now: Int64, mayUseOld: Bool, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned {
        let result: Result<Fetched, Failure>
        do throws(Failure) { result = .success(try fetch()) } catch { result = .failure(error) }
        let outcome: Result<Versioned, Failure> = withLock {
            // Another attempt may have replaced this one since.
            let isCurrent = self.attempt?.number == attempt.number
            if isCurrent { self.attempt = nil }
            defer { platform_wake_all() }
            switch result {
            case .success(let fetched): return .success(store(fetched, of: attempt, now: now))
            case .failure(let failure):
                if failure.code == .exchangePending { return .failure(failure) }
                if isCurrent {
                    lastFailure = (attempt.number, failure)
                    retryAfter = now + Self.retryTime
                }
                if mayUseOld, isUsable(now), let stored { return .success(stored) }
                return .failure(failure)
            }
        }
        return try outcome.get()
    }

    /// With the lock held. The result of a later attempt stays; the thread of this one uses its own result.
    private func store(_ fetched: Fetched, of attempt: Attempt, now: Int64) -> Versioned {
        if let stored, stored.attempt > attempt.number {
            return Versioned(fetched, version: 0, attempt: attempt.number, fetchedAt: now)
        }
        version += 1
        let new = Versioned(fetched, version: version, attempt: attempt.number, fetchedAt: now)
        stored = new
        return new
    }

    /// Shortly after a failed fetch. A clock that was set back must not prolong this.
    private func isPausing(_ now: Int64) -> Bool {
        (retryAfter - Self.retryTime..<retryAfter).contains(now)
    }

    private var isFetching: Bool { attempt?.isUnderWay ?? false }

    /// A document from the future means that the clock was set back: it is fetched again.
    private func isFresh(_ now: Int64) -> Bool {
        stored.map { $0.fetchedAt <= now && now < $0.freshUntil } ?? false
    }

    private func isUsable(_ now: Int64) -> Bool {
        stored.map { now < $0.freshUntil + Self.graceTime } ?? false
    }
}
