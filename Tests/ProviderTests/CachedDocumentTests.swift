import Basics
import TestSupport
import Testing

@testable import Provider

/// One thread, one document, and a clock.
@Suite struct CachedDocumentTests {
    /// A document that is its own fetch count.
    final class Source {
        let document = CachedDocument<Int>(timeout: 60_000)
        var fetches = 0
        var failure: Failure?
        let lifetime: Int64 = 3600
        private let start: Int64 = 1_000_000

        func fetch() throws(Failure) -> CachedDocument<Int>.Fetched {
            fetches += 1
            if let failure { throw failure }
            return .init(value: fetches, lifetime: lifetime)
        }

        func value(at time: Int64) throws -> Int {
            try document.value(now: start + time) { () throws(Failure) in try self.fetch() }.value
        }

        func newer(than version: UInt64, at time: Int64) throws -> Int? {
            try document.newerValue(than: version, now: start + time) { () throws(Failure) in try self.fetch() }?.value
        }

        func wouldFetch(at time: Int64) -> Bool { document.wouldFetch(now: start + time) }
    }

    let source = Source()
    private let down = Failure(.providerUnreachable, "down")

    @Test func isFetchedOnce() throws {
        #expect(source.wouldFetch(at: 0))
        #expect(try source.value(at: 0) == 1)
        #expect(!source.wouldFetch(at: 3599))
        #expect(try source.value(at: 3599) == 1)
        #expect(source.fetches == 1)
    }

    @Test func isFetchedAnewAtItsEnd() throws {
        _ = try source.value(at: 0)
        #expect(source.wouldFetch(at: 3600))
        #expect(try source.value(at: 3600) == 2)
        #expect(try source.value(at: 7199) == 2)
        #expect(try source.value(at: 7200) == 3)
    }

    /// With nothing to fall back on, each attempt is made and each failure told.
    @Test func firstFetchFails() throws {
        source.failure = down
        for attempt in 1...3 {
            #expect(try refusal { try source.value(at: 0) } == .providerUnreachable)
            #expect(source.fetches == attempt)
        }
        #expect(source.wouldFetch(at: 0))
        source.failure = nil
        #expect(try source.value(at: 0) == 4)
    }

    /// Attack 46: a day past its end, not a second longer.
    @Test func outage() throws {
        _ = try source.value(at: 0)
        source.failure = down
        #expect(try source.value(at: 3600) == 1)
        #expect(try source.value(at: 3600 + 86_399) == 1)
        #expect(try refusal { try source.value(at: 3600 + 86_400) } == .providerUnreachable)
        source.failure = nil
        #expect(try source.value(at: 3600 + 86_401) == 5)
    }

    /// A provider that is down is left alone for half a minute.
    @Test func retryPause() throws {
        _ = try source.value(at: 0)
        source.failure = down
        for time: Int64 in [3600, 3601, 3629] { #expect(try source.value(at: time) == 1) }
        #expect(source.fetches == 2)
        #expect(!source.wouldFetch(at: 3629))
        #expect(source.wouldFetch(at: 3630))
        #expect(try source.value(at: 3630) == 1)
        #expect(source.fetches == 3)
        source.failure = nil
        #expect(try source.value(at: 3659) == 1)
        #expect(try source.value(at: 3660) == 4)
    }

    /// A renewal that is asked for, then none for a minute. Attack 44.
    @Test func renewalCoolDown() throws {
        _ = try source.value(at: 0)
        #expect(try source.newer(than: 1, at: 10) == 2)
        #expect(try source.newer(than: 2, at: 11) == nil)
        #expect(try source.newer(than: 2, at: 69) == nil)
        #expect(source.fetches == 2)
        #expect(try source.newer(than: 2, at: 70) == 3)
        #expect(source.fetches == 3)
    }

    /// Who comes with an older version gets what is there by now, without a fetch.
    @Test func newerDocumentIsThereAlready() throws {
        _ = try source.value(at: 0)
        _ = try source.newer(than: 1, at: 10)
        #expect(try source.newer(than: 1, at: 11) == 2)
        #expect(source.fetches == 2)
    }

    /// The document that was found wanting is no answer, even in an outage; for others it still is one.
    @Test func renewalFails() throws {
        _ = try source.value(at: 0)
        source.failure = down
        #expect(try refusal { try source.newer(than: 1, at: 10) } == .providerUnreachable)
        #expect(try source.newer(than: 1, at: 11) == nil)
        #expect(try source.value(at: 12) == 1)
        #expect(source.fetches == 2)
    }

    @Test func renewedDocumentIsFresh() throws {
        _ = try source.value(at: 0)
        _ = try source.newer(than: 1, at: 3000)
        #expect(try source.value(at: 6599) == 2)
        #expect(try source.value(at: 6600) == 3)
    }

    /// A document from the future is fetched anew.
    @Test func clockWasSetBack() throws {
        _ = try source.value(at: 10_000)
        #expect(source.wouldFetch(at: 9999))
        #expect(try source.value(at: 9999) == 2)
        #expect(try source.value(at: 10_000) == 2)
        #expect(try source.newer(than: 2, at: 10_000) == 3)
        #expect(try source.newer(than: 3, at: 9_939) == 4)
    }

    /// Neither the pause after a failure nor the cool-down outlasts a clock that is set back.
    @Test func clockWasSetBackInAnOutage() throws {
        _ = try source.value(at: 0)
        source.failure = down
        _ = try source.value(at: 3600)
        source.failure = nil
        #expect(try source.value(at: -100_000) == 3)
    }

    /// A transport that calls the library, or coroutines of one thread: it never waits for itself.
    @Test func threadFetchesWithinItsOwnFetch() throws {
        let document = CachedDocument<Int>(timeout: 60_000)
        let outer = try document.value(now: 0) { () throws(Failure) in
            #expect(try document.value(now: 0) { .init(value: 2, lifetime: 60) }.value == 2)
            return .init(value: 1, lifetime: 60)
        }
        #expect(outer.value == 1, "what it fetched itself")
        #expect(try document.value(now: 0) { .init(value: 3, lifetime: 60) }.value == 2, "the later attempt's")
        #expect(try document.newerValue(than: outer.version, now: 0) { .init(value: 4, lifetime: 60) }?.value == 2)
    }

    /// The failure of an attempt that another has overtaken says nothing about the document.
    @Test func overtakenFailureIsForgotten() throws {
        let document = CachedDocument<Int>(timeout: 60_000)
        let outcome = try document.value(now: 0) { () throws(Failure) in
            _ = try document.value(now: 0) { .init(value: 2, lifetime: 60) }
            throw Failure(.providerUnreachable, "down")
        }
        #expect(outcome.value == 2)
        #expect(try document.value(now: 60) { .init(value: 3, lifetime: 60) }.value == 3, "no pause")
    }

    @Test func fetchesThatNestForEverEnd() throws {
        let document = CachedDocument<Int>(timeout: 60_000)
        var depth = 0
        func fetch() throws(Failure) -> CachedDocument<Int>.Fetched {
            depth += 1
            return .init(value: try document.value(now: 0, fetch: fetch).value, lifetime: 60)
        }
        #expect(try refusal { try document.value(now: 0, fetch: fetch) } == .outOfSequence)
        #expect(depth == 32)
        #expect(try document.value(now: 0) { .init(value: 1, lifetime: 60) }.value == 1)
    }
}
