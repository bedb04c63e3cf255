import Basics
import CTestSupport
import Foundation
import Platform
import TestSupport
import Testing

@testable import Provider

/// Many threads, one document: one fetch, and everybody has its result.
@Suite(.serialized) struct CachedDocumentThreadTests {
    private static let threads = 16
    private let document = CachedDocument<Int>(timeout: 60_000)
    private let gate = Gate()
    private let count = Counter()

    final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0
        func next() -> Int {
            lock.withLock {
                count += 1
                return count
            }
        }
        var value: Int { lock.withLock { count } }
    }

    /// Runs `body` on as many threads, the first of which is held up in its fetch until the others wait for it.
    private func run(_ body: @escaping @Sendable () throws -> Int?) -> [Result<Int?, Failure>] {
        let results = Results<Int?>()
        let workers = (0..<Self.threads).map { _ in Worker { results.add(body) } }
        workers[0].start()
        gate.await(visitors: 1)
        for worker in workers.dropFirst() { worker.start() }
        for worker in workers.dropFirst() { worker.awaitSleep() }
        gate.open()
        for worker in workers { worker.join() }
        return results.all
    }

    private func held(_ failure: Failure? = nil) throws(Failure) -> CachedDocument<Int>.Fetched {
        let number = count.next()
        gate.pass()
        if let failure { throw failure }
        return .init(value: number, lifetime: 3600)
    }

    @Test func oneFetchForAll() throws {
        let results = run { [self] in
            try document.value(now: 0) { () throws(Failure) in try held() }.value
        }
        #expect(results == [Result](repeating: .success(1), count: Self.threads))
        #expect(count.value == 1)
    }

    /// Otherwise all of them would try one after the other.
    @Test func oneFailureForAll() throws {
        let down = Failure(.providerUnreachable, "down")
        let results = run { [self] in
            try document.value(now: 0) { () throws(Failure) in try held(down) }.value
        }
        #expect(results == [Result](repeating: .failure(down), count: Self.threads))
        #expect(count.value == 1)
        // Who comes afterwards tries.
        #expect(try document.value(now: 0) { .init(value: 7, lifetime: 1) }.value == 7)
    }

    /// Nobody waits for a renewal while there is something to use.
    @Test func oldDocumentServesDuringTheFetch() throws {
        _ = try document.value(now: 0) { .init(value: 100, lifetime: 60) }
        let worker = Worker { [self] in _ = try? document.value(now: 60) { () throws(Failure) in try held() } }
        worker.start()
        gate.await(visitors: 1)
        #expect(!document.wouldFetch(now: 60))
        #expect(try document.value(now: 60) { () throws(Failure) in try held() }.value == 100)
        gate.open()
        worker.join()
        #expect(count.value == 1)
        #expect(try document.value(now: 60) { () throws(Failure) in try held() }.value == 1)
    }

    /// Attack 45: the keys have been rotated, and all threads find theirs wanting at once.
    @Test func oneRenewalForAll() throws {
        _ = try document.value(now: 0) { .init(value: 100, lifetime: 3600) }
        let results = run { [self] in
            try document.newerValue(than: 1, now: 10) { () throws(Failure) in try held() }?.value
        }
        #expect(results == [Result](repeating: .success(1), count: Self.threads))
        #expect(count.value == 1)
    }

    /// A fetch that never ends holds up nobody beyond the timeout: who waited fails, who comes later fetches. If it ends
    /// after all, what was fetched since stays.
    @Test func lostFetchIsOvertaken() throws {
        let document = CachedDocument<Int>(timeout: 200)
        let late = Results<Int?>()
        let lost = Worker { [self] in
            late.add { try document.value(now: 0) { () throws(Failure) in try held() }.value }
        }
        lost.start()
        gate.await(visitors: 1)
        #expect(try refusal { try document.value(now: 0) { .init(value: 7, lifetime: 60) } } == .providerTimeout)
        #expect(try document.value(now: 0) { .init(value: 8, lifetime: 60) }.value == 8)
        gate.open()
        lost.join()
        #expect(late.all == [.success(1)])
        #expect(try document.value(now: 0) { .init(value: 9, lifetime: 60) }.value == 8)
    }

    /// Who has less time than the timeout waits no longer.
    @Test func waitEndsAtTheCallersDeadline() throws {
        let worker = Worker { [self] in _ = try? document.value(now: 0) { () throws(Failure) in try held() } }
        worker.start()
        gate.await(visitors: 1)
        let deadline = platform_monotonic_clock() + 100
        #expect(
            try refusal { try document.value(now: 0, by: deadline) { .init(value: 7, lifetime: 60) } }
                == .providerTimeout)
        #expect(platform_monotonic_clock() < deadline + 30_000)
        gate.open()
        worker.join()
    }

    /// Attack 105: a fetch that was under way in another thread when the process forked never ends in the child. Whoever
    /// needs the document there fetches it.
    @Test func childOfAForkDoesNotWaitForTheParent() throws {
        let worker = Worker { [self] in _ = try? document.value(now: 0) { () throws(Failure) in try held() } }
        worker.start()
        gate.await(visitors: 1)
        let context = Unmanaged.passRetained(document)
        let result = test_run_in_child(
            { context in
                guard let context else { return 1 }
                let document = Unmanaged<CachedDocument<Int>>.fromOpaque(context).takeUnretainedValue()
                let value = try? document.value(now: 0) { .init(value: 42, lifetime: 60) }.value
                return value == 42 ? 0 : 2
            }, context.toOpaque(), 20)
        context.release()
        #expect(result == 0)
        gate.open()
        worker.join()
        #expect(try document.value(now: 0) { () throws(Failure) in try held() }.value == 1)
    }
}

/// What threads came to, in any order.
private final class Results<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Result<Value, Failure>] = []

    var all: [Result<Value, Failure>] { lock.withLock { results } }

    func add(_ body: () throws -> Value) {
        let result: Result<Value, Failure>
        do {
            result = .success(try body())
        } catch let failure as Failure {
            result = .failure(failure)
        } catch {
            result = .failure(Failure(.internalError, "not a Failure"))
        }
        lock.withLock { results.append(result) }
    }
}

/// A real thread, of which the kernel can say whether it waits.
private final class Worker: @unchecked Sendable {
    private let started = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)
    private let body: @Sendable () -> Void
    // Written before `started` is signalled, read after it.
    private var identifier: Int32 = 0

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
        Thread { [self] in
            identifier = test_thread_id()
            started.signal()
            body()
            done.signal()
        }.start()
        started.wait()
    }

    func join() { #expect(done.wait(timeout: .now() + 60) == .success) }

    /// Returns when the thread sleeps or has ended, seen twice so that it is not just about to get a lock.
    func awaitSleep() {
        let deadline = Date(timeIntervalSinceNow: 20)
        var sleeps = 0
        while sleeps < 2, Date() < deadline {
            sleeps = test_thread_rests(identifier) ? sleeps + 1 : 0
            sched_yield()
        }
        #expect(sleeps == 2)
    }
}
