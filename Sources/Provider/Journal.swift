package import Basics
import Cryptography
package import Environment
import JOSE
import OpenIDConnect
import Platform
package import Transport

/// A request to a provider, and the limits that its sender must observe.
package final class ProviderRequest {
    package let request: HTTPRequest
    package let limits: ConnectionSettings
    /// The provider's name, for the statistics.
    let provider: Text

    init(request: HTTPRequest, to provider: Text, limits: ConnectionSettings) {
        self.request = request
        self.provider = provider
        self.limits = limits
    }
}

/// What one flow has learnt from outside so far. With it the flow can stop at a request to a provider, and run again from
/// its start once the host has the answer (docs/adr/0026-flows-as-steps.md).
///
/// A run reads everything that may differ between runs through `once`: the first time it is looked up and recorded, later
/// runs repeat it. Each run therefore arrives at the same point, with nothing sent or reported twice.
///
/// Belongs to one request, and so to one thread at a time.
package final class Journal: RandomSource, @unchecked Sendable {
    /// One value learnt. It includes values learnt on the way to it, which are dropped.
    indirect enum Entry {
        case done
        case failure(Failure)
        case random([UInt8])
        case number(Int64)
        case proofKey(PrivateKey)
        case response(HTTPResponse)
        case metadata(CachedDocument<ProviderMetadata>.Versioned)
        case claimsMetadata(ClaimsProviderMetadata)
        case keys(CachedDocument<JWKSet>.Versioned?)
        case refresh(RefreshesInFlight.Step)
        case introspection(Introspections.Step)
    }

    /// The request that the flow stopped at; nil while it runs and at its end.
    package private(set) var pending: ProviderRequest?

    private let environment: Environment
    /// `depth`: how many calls of `once` enclose that of the entry.
    private var entries: [(entry: Entry, depth: Int)] = []
    /// The next entry of this run.
    private var position = 0
    private var depth = 0
    private var depthOfPending = 0
    /// When the flow stopped there, on the stopwatch.
    private var stopTime: Int64 = 0

    package init(_ environment: Environment) {
        self.environment = environment
    }

    /// Begins another run. `answer`: the answer to the request at which the last one stopped.
    package func rewind(answer: Result<HTTPResponse, Failure>? = nil) {
        if let pending, let answer {
            environment.statistics?.add(platform_stopwatch() - stopTime, of: pending.provider)
            switch answer {
            case .success(let response): entries.append((.response(response), depthOfPending))
            case .failure(let failure): entries.append((.failure(failure), depthOfPending))
            }
        }
        pending = nil
        (position, depth) = (0, 0)
    }

    /// The result of `body`, or its result in an earlier run. After the flow has stopped, nothing more is learnt: whatever it
    /// does on its way out has no effect.
    func once(_ body: () throws(Failure) -> Entry) throws(Failure) -> Entry {
        guard pending == nil else { throw Self.stopped }
        let start = position
        if entries.indices.contains(start), entries[start].depth == depth {
            position += 1
            if case .failure(let failure) = entries[start].entry { throw failure }
            return entries[start].entry
        }
        let entry: Entry
        depth += 1
        do throws(Failure) {
            defer { depth -= 1 }
            entry = try body()
        } catch {
            if pending == nil { record(.failure(error), at: start) }
            throw error
        }
        record(entry, at: start)
        return entry
    }

    private func record(_ entry: Entry, at start: Int) {
        entries.removeSubrange(start...)
        entries.append((entry, depth))
        position = start + 1
    }

    /// The answer to a request, which is made once, along with its parts, such as an assertion. Stops the flow if there is no
    /// answer yet.
    func send(_ make: () throws(Failure) -> ProviderRequest) throws(Failure) -> HTTPResponse {
        let entry = try once { () throws(Failure) in
            let start = position
            let request = try make()
            try request.limits.check(request.request.url)
            entries.removeSubrange(start...)
            (pending, depthOfPending, stopTime) = (request, depth - 1, platform_stopwatch())
            throw Self.stopped
        }
        guard case .response(let response) = entry else { throw Self.strayed }
        return response
    }

    package func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        let entry = try once { () throws(Failure) in .random(try environment.random.bytes(count)) }
        guard case .random(let bytes) = entry else { throw Self.strayed }
        return bytes
    }

    /// The failure of a run that arrives at a different point than the one before.
    static var strayed: Failure { Failure(.internalError, "a flow took a different path when it ran again") }

    private static var stopped: Failure {
        Failure(.exchangePending, "the request is waiting for a provider's answer")
    }
}
