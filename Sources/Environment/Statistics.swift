package import Basics
import Platform

/// What an operator's monitoring reads: how often each event occurred, and how long providers take. In memory, of this
/// process since the application was made; a child of fork() begins anew. Reading a session counts nothing.
package final class Statistics: @unchecked Sendable {
    /// Events that are counted together. Their number is bounded: providers are those of the settings, codes are ours.
    package struct Series: Equatable, Sendable {
        package let event: Event.Name
        package let provider: Text?
        package let code: Text?
    }

    /// How long requests took, in buckets.
    package struct Latencies: Sendable {
        /// The longest duration of each bucket but the last, in microseconds. Those of a store are at the lower end.
        package static var limits: [Int64] {
            [
                500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
                5_000_000, 10_000_000,
            ]
        }

        /// The number of requests in each bucket.
        package private(set) var buckets = [UInt64](repeating: 0, count: limits.count + 1)
        /// Of all requests, in microseconds.
        package private(set) var total: Int64 = 0

        package var count: UInt64 { buckets.reduce(0) { $0 &+ $1 } }

        fileprivate mutating func add(_ duration: Int64) {
            let bucket = Self.limits.firstIndex { duration <= $0 } ?? Self.limits.count
            buckets[bucket] &+= 1
            total &+= max(duration, 0)
        }
    }

    /// All numbers at one moment.
    package struct Numbers: Sendable {
        /// When counting began, in seconds since 1970.
        package let start: Int64
        /// In the order of their first occurrence.
        package fileprivate(set) var events: [(series: Series, count: UInt64)] = []
        package fileprivate(set) var requests: [(provider: Text, latencies: Latencies)]
        /// Of the operations of the session store; nil without one.
        package fileprivate(set) var store: Latencies?

        fileprivate init(_ providers: [Text], hasStore: Bool) {
            start = platform_wall_clock()
            requests = providers.map { ($0, Latencies()) }
            store = hasStore ? Latencies() : nil
        }
    }

    private let providers: [Text]
    private let hasStore: Bool
    // Guarded by the lock.
    private var numbers: Numbers
    private var forkCount = platform_fork_count()

    /// `providers`: the names that may occur.
    package init(providers: [Text], hasStore: Bool = false) {
        self.providers = providers
        self.hasStore = hasStore
        numbers = Numbers(providers, hasStore: hasStore)
    }

    package var current: Numbers { withNumbers { $0 } }

    func count(_ event: Event) {
        let fields = event.fields
        let value = { (key: Text) in fields.first { $0.key == key }?.value }
        // A request can name any provider.
        let provider = value("provider").flatMap { providers.contains($0) ? $0 : nil }
        let series = Series(event: event.name, provider: provider, code: value("code") ?? value("instead_of"))
        withNumbers { numbers in
            if let place = numbers.events.firstIndex(where: { $0.series == series }) {
                numbers.events[place].count &+= 1
            } else {
                numbers.events.append((series, 1))
            }
        }
    }

    /// Records how long a request to a provider took, in microseconds.
    package func add(_ duration: Int64, of provider: Text) {
        withNumbers { numbers in
            guard let place = numbers.requests.firstIndex(where: { $0.provider == provider }) else { return }
            numbers.requests[place].latencies.add(duration)
        }
    }

    /// Records how long an operation of the session store took, in microseconds.
    package func addToStore(_ duration: Int64) {
        withNumbers { $0.store?.add(duration) }
    }

    private func withNumbers<Result>(_ body: (inout Numbers) -> Result) -> Result {
        withLock {
            if forkCount != platform_fork_count() {
                (numbers, forkCount) = (Numbers(providers, hasStore: hasStore), platform_fork_count())
            }
            return body(&numbers)
        }
    }
}
