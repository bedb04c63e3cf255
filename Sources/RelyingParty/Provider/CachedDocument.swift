import Basics
import Platform

/// A document of a provider that all threads share: fetched when it is needed, by one thread at a time, and used on when
/// the provider is down.
///
/// All state is guarded by the library's lock, which is never held during a fetch.
final class CachedDocument<Value: Sendable>: @unchecked Sendable {
    /// What a fetch brings.
    struct Fetched {
        let value: Value
        /// Seconds that it stays fresh.
        let lifetime: Int64
    }

    /// A value, and which fetch it came from.
    struct Versioned {
        let value: Value
        let version: UInt64
    }

    /// How long a document is used after it stopped being fresh, while no newer one can be had.
    private static var graceTime: Int64 { 24 * 60 * 60 }
    /// How long the provider is left alone after a failed fetch, as long as there is something to use.
    private static var retryTime: Int64 { 30 }
    /// The least time between two fetches that are made because the document lacks something.
    private static var renewalTime: Int64 { 60 }
    /// Milliseconds. Longer than any fetch: its deadline is configured, at most two minutes.
    private static var longestWait: Int64 { 130_000 }

    private struct Stored {
        let value: Value
        let fetchedAt: Int64
        let freshUntil: Int64
    }

    private var stored: Stored?
    private var version: UInt64 = 0
    private var retryAfter: Int64 = 0
    private var renewalAfter: Int64 = 0
    /// The process generation that a fetch is under way in: one from before a fork() never ends here.
    private var fetchingIn: UInt64?
    private var attempts: UInt64 = 0
    private var lastFailure: (attempt: UInt64, failure: Failure)?

    private enum Step {
        case use(Versioned)
        case fail(Failure)
        case fetch
        case waited(attempt: UInt64)
    }

    /// The document; fetched if there is none that may be used.
    func value(now: Int64, fetch: () throws(Failure) -> Fetched) throws(Failure) -> Versioned {
        try advance(now: now, newerThan: nil, fetch: fetch)
    }

    /// A document newer than `version`, which was found wanting; nil if one was fetched for that reason a short time ago.
    func newerValue(
        than version: UInt64, now: Int64, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned? {
        let mayFetch = withLock {
            if self.version > version { return true }
            // A clock that was set back must not keep the document for long.
            // Whoever misses a key while it is being fetched waits for that fetch.
            let isDue = isFetching || now >= renewalAfter || now < renewalAfter - Self.renewalTime
            if isDue { renewalAfter = now + Self.renewalTime }
            return isDue
        }
        return mayFetch ? try advance(now: now, newerThan: version, fetch: fetch) : nil
    }

    /// What was fetched last, however old.
    var latest: Value? { withLock { stored?.value } }

    /// Whether `value(now:)` would fetch or wait.
    func wouldFetch(now: Int64) -> Bool {
        withLock { !isFresh(now) && !(isUsable(now) && (isFetching || isPausing(now))) }
    }

    private func advance(
        now: Int64, newerThan version: UInt64?, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned {
        let deadline = platform_monotonic_clock() + Self.longestWait
        var waitedFor: UInt64?
        while true {
            let step = withLock { nextStep(now: now, newerThan: version, waitedFor: waitedFor, deadline: deadline) }
            switch step {
            case .use(let value): return value
            case .fail(let failure): throw failure
            case .waited(let attempt): waitedFor = attempt
            case .fetch: return try runFetch(now: now, mayUseOld: version == nil, fetch: fetch)
            }
        }
    }

    /// With the lock held: what to do now. May give up the lock to wait for another thread's fetch.
    private func nextStep(now: Int64, newerThan version: UInt64?, waitedFor: UInt64?, deadline: Int64) -> Step {
        let isWanted = version.map { self.version > $0 } ?? true
        if isWanted, isFresh(now), let stored { return .use(versioned(stored)) }
        let canUseOld = isWanted && isUsable(now)
        if isFetching {
            if canUseOld, let stored { return .use(versioned(stored)) }
            guard platform_monotonic_clock() < deadline else {
                return .fail(Failure(.providerTimeout, "waited too long for another thread's request to the provider"))
            }
            let attempt = attempts
            platform_wait(deadline)
            return .waited(attempt: attempt)
        }
        // Who waited for a fetch shares its failure: otherwise all of them would try in turn.
        if let lastFailure, lastFailure.attempt == waitedFor, !canUseOld { return .fail(lastFailure.failure) }
        if canUseOld, isPausing(now), let stored { return .use(versioned(stored)) }
        fetchingIn = platform_fork_count()
        attempts += 1
        return .fetch
    }

    private func runFetch(
        now: Int64, mayUseOld: Bool, fetch: () throws(Failure) -> Fetched
    ) throws(Failure) -> Versioned {
        let result: Result<Fetched, Failure>
        do throws(Failure) { result = .success(try fetch()) } catch { result = .failure(error) }
        let outcome: Result<Versioned, Failure> = withLock {
            fetchingIn = nil
            defer { platform_wake_all() }
            switch result {
            case .success(let fetched):
                let new = Stored(value: fetched.value, fetchedAt: now, freshUntil: now + fetched.lifetime)
                stored = new
                version += 1
                return .success(versioned(new))
            case .failure(let failure):
                lastFailure = (attempts, failure)
                retryAfter = now + Self.retryTime
                if mayUseOld, isUsable(now), let stored { return .success(versioned(stored)) }
                return .failure(failure)
            }
        }
        return try outcome.get()
    }

    private func versioned(_ stored: Stored) -> Versioned {
        Versioned(value: stored.value, version: version)
    }

    /// Shortly after a failed fetch. A clock that was set back must not make this long.
    private func isPausing(_ now: Int64) -> Bool {
        (retryAfter - Self.retryTime..<retryAfter).contains(now)
    }

    private var isFetching: Bool { fetchingIn == platform_fork_count() }

    /// A document from the future means that the clock was set back: it is fetched anew.
    private func isFresh(_ now: Int64) -> Bool {
        stored.map { $0.fetchedAt <= now && now < $0.freshUntil } ?? false
    }

    private func isUsable(_ now: Int64) -> Bool {
        stored.map { now < $0.freshUntil + Self.graceTime } ?? false
    }
}
