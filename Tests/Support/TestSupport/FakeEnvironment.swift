import Basics
import Cryptography
import Environment
import Foundation

// What an application takes from outside, in the hands of a test.

package final class FakeClock: Clock, @unchecked Sendable {
    private let lock = NSLock()
    private var time: Int64

    package init(_ time: Int64) { self.time = time }

    package func seconds() -> Int64 { lock.withLock { time } }
    package func set(_ time: Int64) { lock.withLock { self.time = time } }
    package func advance(_ seconds: Int64) { lock.withLock { time += seconds } }
}

/// Bytes that differ every time and are the same in every run. Keeps what it gave: the states, nonces and code verifiers
/// of a login are made of it.
package final class SequenceRandom: RandomSource, @unchecked Sendable {
    private let lock = NSLock()
    private var state: UInt64
    private var given: [[UInt8]] = []
    private var left = Int.max

    package init(_ seed: UInt64 = 1) { state = seed }

    package var all: [[UInt8]] { lock.withLock { given } }

    /// Fails after `count` more calls.
    package func failAfter(_ count: Int) { lock.withLock { left = count } }

    package func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]? = lock.withLock {
            guard left > 0 else { return nil }
            left -= 1
            let bytes = (0..<count).map { _ in next() }
            given.append(bytes)
            return bytes
        }
        guard let bytes else { throw Failure(.randomnessUnavailable, "the test's source has run dry") }
        return bytes
    }

    /// xorshift64.
    private func next() -> UInt8 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}

package final class RecordingLog: EventLog, @unchecked Sendable {
    package struct Entry: Equatable, Sendable {
        package let level: EventLevel
        package let line: String
    }

    private let lock = NSLock()
    private let usual: String?
    private var written: [Entry] = []
    private var writtenAsUsual: [Entry] = []

    /// `usual`: how lines begin that are kept apart, because nearly every application writes them.
    package init(usual: String? = nil) { self.usual = usual }

    package func write(_ level: EventLevel, _ line: Text) {
        let entry = Entry(level: level, line: line.string)
        lock.withLock {
            if let usual, entry.line.hasPrefix(usual) { return writtenAsUsual.append(entry) }
            written.append(entry)
        }
    }

    package var usualEntries: [Entry] { lock.withLock { writtenAsUsual } }

    package var entries: [Entry] { lock.withLock { written } }
    package var lines: [String] { entries.map(\.line) }

    package func clear() { lock.withLock { written = [] } }
}

/// Holds up whoever comes until it is opened. Gives up after a minute, so that a test fails instead of hanging.
package final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var visitors = 0
    private var isOpen = false

    package init() {}

    package func pass() {
        condition.withLock {
            visitors += 1
            condition.broadcast()
            wait { isOpen }
        }
    }

    /// Returns when `count` visitors have come.
    package func await(visitors count: Int) {
        condition.withLock { wait { visitors >= count } }
    }

    package func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }

    private func wait(until isDone: () -> Bool) {
        let deadline = Date(timeIntervalSinceNow: 60)
        while !isDone(), condition.wait(until: deadline) {}
    }
}
