import Basics
import JSON
import Platform

/// What a provider has said about access tokens, for a while, and the questions that are under way: one at a time for one
/// token, and a bounded number for all. Anybody can make tokens up, so the answer that a token is not active is kept apart
/// from those about active ones, and the memory of both is bounded.
///
/// The library's lock guards all state; it is never held during a request.
final class Introspections: @unchecked Sendable {
    typealias Key = RefreshesInFlight.Key

    /// What became of a question. An object, which steps pass on.
    final class Outcome: Sendable {
        /// Nil if the token is not active, or without an answer.
        let claims: JSONObject?
        /// Why there is no answer.
        let failure: Failure?

        init(_ claims: JSONObject?, _ failure: Failure? = nil) {
            self.claims = claims
            self.failure = failure
        }
    }

    /// What to do about a token.
    enum Step {
        /// Ask, then call `end` with this.
        case ask(Turn)
        case use(Outcome)
    }

    /// The right to ask. Whoever drops it without an outcome, such as a host that frees a waiting request, makes way.
    final class Turn: Sendable {
        fileprivate let number: UInt64
        private let introspections: Introspections

        fileprivate init(_ number: UInt64, of introspections: Introspections) {
            self.number = number
            self.introspections = introspections
        }

        deinit { introspections.leave(number) }
    }

    private struct Entry {
        let key: Key
        let outcome: Outcome
        let storedAt: Int64
        /// Seconds from then on.
        let lifetime: Int64
        /// Bytes of it, roughly.
        let size: Int

        /// A clock that was set back does not prolong it.
        func counts(_ now: Int64) -> Bool { now >= storedAt && now - storedAt < lifetime }
    }

    private struct Question {
        let key: Key
        let number: UInt64
        let thread = platform_thread_number()
        let forkCount = platform_fork_count()
        /// Milliseconds of the monotonic clock. Afterwards it counts as lost.
        let deadline: Int64

        var isOver: Bool { forkCount != platform_fork_count() || platform_monotonic_clock() >= deadline }
    }

    /// Entries of each kind. When there are more, the oldest is dropped.
    static let most = 1000
    /// Bytes of all entries about active tokens.
    static let mostBytes = 4 * 1024 * 1024
    /// Questions under way.
    static let mostQuestions = 32
    /// Seconds that it counts that a token is not active, or that the provider cannot say.
    static let pauseTime: Int64 = 10

    /// Milliseconds that a question takes at most.
    private let timeout: Int64
    private var active: [Entry] = []
    private var others: [Entry] = []
    private var questions: [Question] = []
    private var lastNumber: UInt64 = 0
    /// The last time that the provider was not reached, by whomever.
    private var outage: (failure: Failure, at: Int64)?

    init(timeout: Int64) {
        self.timeout = timeout
    }

    /// `mayWait`: whether to wait for another thread that asks about the same token.
    func begin(_ key: Key, now: Int64, mayWait: Bool) -> Step {
        withLock {
            let deadline = platform_monotonic_clock() + timeout
            while true {
                if let entry = (active.first { $0.key == key && $0.counts(now) })
                    ?? (others.first { $0.key == key && $0.counts(now) })
                {
                    return .use(entry.outcome)
                }
                if let outage, abs(now - outage.at) < Self.pauseTime { return .use(Outcome(nil, outage.failure)) }
                questions.removeAll { $0.isOver }
                // A thread never waits for itself.
                guard mayWait, let question = questions.first(where: { $0.key == key }),
                    question.thread != platform_thread_number(), platform_monotonic_clock() < deadline
                else { return start(key) }
                platform_wait(min(deadline, question.deadline))
            }
        }
    }

    private func start(_ key: Key) -> Step {
        guard questions.count < Self.mostQuestions else {
            let failure = Failure(.providerUnavailable, "too many introspections of other tokens are under way")
            return .use(Outcome(nil, failure))
        }
        lastNumber += 1
        questions.append(Question(key: key, number: lastNumber, deadline: platform_monotonic_clock() + 2 * timeout))
        return .ask(Turn(lastNumber, of: self))
    }

    private func leave(_ number: UInt64) {
        withLock {
            guard let place = questions.firstIndex(where: { $0.number == number }) else { return }
            questions.remove(at: place)
            platform_wake_all()
        }
    }

    /// Records what became of a question. `lifetime`: seconds that it counts if the token is active.
    func end(_ turn: Turn, _ key: Key, _ outcome: Outcome, size: Int, lifetime: Int64, now: Int64) {
        // Freed after the lock is released.
        var dropped: [Entry] = []
        withLock {
            questions.removeAll { $0.number == turn.number }
            let failure = outcome.failure
            if let failure, failure.isOutage { outage = (failure, now) }
            let isActive = outcome.claims != nil
            let entry = Entry(
                key: key, outcome: outcome, storedAt: now, lifetime: isActive ? lifetime : Self.pauseTime, size: size)
            if isActive {
                Self.add(entry, to: &active, &dropped)
            } else if failure?.isOutage != true {
                Self.add(entry, to: &others, &dropped)
            }
            platform_wake_all()
        }
    }

    private static func add(_ entry: Entry, to entries: inout [Entry], _ dropped: inout [Entry]) {
        dropped = entries
        entries.removeAll { $0.key == entry.key || !$0.counts(entry.storedAt) }
        entries.append(entry)
        var excess = entries.reduce(0) { $0 + $1.size } - mostBytes
        while entries.count > most || excess > 0 {
            excess -= entries.removeFirst().size
        }
    }
}

extension Failure {
    /// Whether the provider gives no answer, whatever the token: nobody can cause that by a token.
    fileprivate var isOutage: Bool {
        switch code {
        case .responseTooLarge: false
        case .clientRefused, .metadataInvalid: true
        default: code.entry.category == .networkError
        }
    }
}
