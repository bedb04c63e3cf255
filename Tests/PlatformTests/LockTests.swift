import Basics
import CTestSupport
import Foundation
import Platform
import Testing

/// The library's one lock. Its waiters are woken together, so the tests that wait run one after the other.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LockTests {
    @Test func oneThreadAtATime() {
        nonisolated(unsafe) var count = 0
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20_000 { withLock { count += 1 } }
        }
        #expect(count == 160_000)
    }

    /// Many at a time, all of them long before their deadline.
    @Test func waitersAreWoken() {
        let (waiting, woken) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        nonisolated(unsafe) var isReady = false
        let deadline = platform_monotonic_clock() + 20_000
        for _ in 0..<4 {
            Thread.detachNewThread {
                withLock {
                    waiting.signal()
                    while !isReady { platform_wait(deadline) }
                }
                woken.signal()
            }
        }
        for _ in 0..<4 { waiting.wait() }
        withLock {
            isReady = true
            platform_wake_all()
        }
        for _ in 0..<4 { woken.wait() }
        #expect(platform_monotonic_clock() < deadline)
    }

    @Test(arguments: [Int64(-1_000_000), -1, 0, 1, 30, 150])
    func waitEndsAtTheDeadline(milliseconds: Int64) {
        withLock {
            let start = platform_monotonic_clock()
            let deadline = start + milliseconds
            // Woken by other tests now and then.
            repeat { platform_wait(deadline) } while platform_monotonic_clock() < deadline
            #expect(platform_monotonic_clock() < max(start, deadline) + 5000)
        }
    }

    /// The lock is free for others while a thread waits.
    @Test func waitingGivesTheLockUp() {
        let (waiting, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        nonisolated(unsafe) var steps: [String] = []
        let deadline = platform_monotonic_clock() + 20_000
        Thread.detachNewThread {
            withLock {
                waiting.signal()
                while steps.isEmpty { platform_wait(deadline) }
                steps.append("woken")
            }
            done.signal()
        }
        waiting.wait()
        withLock {
            steps.append("inside")
            platform_wake_all()
        }
        done.wait()
        #expect(steps == ["inside", "woken"])
        #expect(platform_monotonic_clock() < deadline)
    }

    /// Made by whoever asks first, and never again.
    @Test func keptObjectIsMadeOnce() {
        nonisolated(unsafe) var seen: [UnsafeMutableRawPointer?] = Array(repeating: nil, count: 8)
        seen.withUnsafeMutableBufferPointer { seen in
            nonisolated(unsafe) let seen = seen
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                seen[thread] = platform_kept(3) { _ in .allocate(byteCount: 1, alignment: 1) }
            }
        }
        #expect(seen[0] != nil && seen.allSatisfy { $0 == seen[0] })
        #expect(platform_kept(UInt32(PLATFORM_KEPT)) { _ in .allocate(byteCount: 1, alignment: 1) } == nil, "no place")
    }

    @Test func forksAreCounted() async {
        await #expect(processExitsWith: .success) {
            withLock {}
            try #require(platform_fork_count() == 0)
            let inChild = test_run_in_child(
                { _ in
                    withLock {}
                    let inGrandchild = test_run_in_child({ _ in Int32(platform_fork_count()) }, nil, 20)
                    return Int32(platform_fork_count()) * 10 + inGrandchild
                }, nil, 20)
            try #require(inChild == 12)
            try #require(platform_fork_count() == 0)
        }
    }

    /// What is freed under the lock may be a key, whose memory forks must not tear either.
    @Test func workWithoutForksMayBeginUnderTheLock() async {
        await #expect(processExitsWith: .success) {
            let result = test_run_in_child(
                { _ in
                    withLock { withoutForks { withoutForks {} } }
                    // Neither the lock nor a deferral is left behind.
                    return test_run_in_child({ _ in withLock { 7 } }, nil, 20)
                }, nil, 40)
            try #require(result == 7)
        }
    }

    /// While other threads take the lock all the time, a child never finds it held, and can wait and be woken.
    @Test func childNeverFindsTheLockHeld() async {
        await #expect(processExitsWith: .success) {
            let stop = DispatchSemaphore(value: 0)
            for _ in 0..<2 {
                Thread.detachNewThread {
                    // Held for most of the time, so that a fork meets it held.
                    while stop.wait(timeout: .now()) == .timedOut { withLock { _ = (0..<5_000).reduce(0, ^) } }
                }
            }
            defer { for _ in 0..<2 { stop.signal() } }
            for _ in 0..<100 {
                let status = test_run_in_child(
                    { _ in
                        withLock { platform_wait(platform_monotonic_clock() + 1) }
                        platform_wake_all()
                        return 0
                    }, nil, 20)
                try #require(status == 0)
            }
        }
    }
}
