package import Basics
package import Cryptography
package import Environment
package import OpenIDConnect
import Platform
import Transport

/// The context of one flow from start to end: the time that it began, its environment, and the confidential data that it has
/// sent. A flow reads no other clock, draws no other randomness and sends in no other way, so the same code runs under both
/// drivers: with a transport it blocks, with a journal it stops and runs again. Belongs to one thread at a time.
package struct FlowContext {
    package let now: Now
    package let secrets = SentSecrets()
    let environment: Environment
    private let journal: Journal?

    package init(_ environment: Environment, now: Now, journal: Journal? = nil) {
        self.environment = environment
        self.now = now
        self.journal = journal
    }

    package var random: any RandomSource { journal ?? environment.random }

    package func report(_ event: @autoclosure () -> Event) {
        guard let journal else { return environment.report(event()) }
        _ = try? journal.once {
            environment.report(event())
            return .done
        }
    }

    /// 128 random bits, for a "jti".
    package func newID() throws(Failure) -> Text { Base64URL.encode(try random.bytes(16)) }

    /// Sends the request that `make` gives, which is called once for each answer.
    func send(_ make: () throws(Failure) -> ProviderRequest) throws(Failure) -> HTTPResponse {
        if let journal { return try journal.send(make) }
        guard let transport = environment.transport else {
            throw Failure(.internalError, "a flow has neither a transport nor a journal")
        }
        let request = try make()
        let start = platform_stopwatch()
        defer { environment.statistics?.add(platform_stopwatch() - start, of: request.provider) }
        return try transport.send(request.request, within: request.limits)
    }

    /// Runs what must not happen twice in one flow, such as marking its login as answered.
    package func once(_ body: () throws(Failure) -> Void) throws(Failure) {
        _ = try entry { () throws(Failure) in
            try body()
            return .done
        }
    }

    /// `milliseconds` from the first time that the flow comes here, on the monotonic clock.
    func deadline(after milliseconds: Int64) throws(Failure) -> Int64 {
        try number { platform_monotonic_clock() + milliseconds }
    }

    /// The number that `body` gives, which is called once.
    package func number(_ body: () throws(Failure) -> Int64) throws(Failure) -> Int64 {
        let entry = try entry { () throws(Failure) in .number(try body()) }
        guard case .number(let number) = entry else { throw Journal.strayed }
        return number
    }

    /// Whether it may wait for another thread, or process: under the blocking driver.
    package var mayWait: Bool { journal == nil }

    /// Milliseconds of a clock that never jumps.
    package var monotonicTime: Int64 { platform_monotonic_clock() }

    /// Waits a moment for another process, if it may.
    package func pause(milliseconds: Int64) {
        guard mayWait else { return }
        withLock { platform_wait(platform_monotonic_clock() + milliseconds) }
    }

    func refreshStep(
        _ body: () throws(Failure) -> RefreshesInFlight.Step
    ) throws(Failure) -> RefreshesInFlight.Step {
        let entry = try entry { () throws(Failure) in .refresh(try body()) }
        guard case .refresh(let step) = entry else { throw Journal.strayed }
        return step
    }

    /// What `body` gives; in a run that repeats an earlier one, what it gave then.
    func entry(_ body: () throws(Failure) -> Journal.Entry) throws(Failure) -> Journal.Entry {
        guard let journal else { return try body() }
        return try journal.once(body)
    }
}
