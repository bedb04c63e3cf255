import Basics
import Environment
import Foundation

/// A session store in the hands of a test: it keeps records as it should, until the test wants otherwise. Several sites can
/// share one.
package final class FakeStore: SessionStore, @unchecked Sendable {
    private let lock = NSLock()
    private var stored: [String: StoredRecord] = [:]
    private var lifetimes: [String: Int64] = [:]
    private var failure: Failure?
    private var failuresLeft = Int.max
    private var conflicts = 0
    private var asked: [String] = []
    private var beforePut: (@Sendable (StoreKey) -> Void)?

    package init() {}

    // MARK: - What the test does

    /// By key.
    package var records: [String: StoredRecord] {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }

    /// The keys of sessions, in alphabetical order.
    package var sessionKeys: [String] { records.keys.filter { $0.hasPrefix("s:") }.sorted() }

    /// The operations so far, such as "get s".
    package var operations: [String] {
        get { lock.withLock { asked } }
        set { lock.withLock { asked = newValue } }
    }

    package func lifetime(_ key: String) -> Int64? { lock.withLock { lifetimes[key] } }

    /// From now on every operation fails so; nil: none.
    package func fail(_ failure: Failure?) { lock.withLock { self.failure = failure } }

    /// Works again after so many failures more.
    package func recover(after failures: Int) { lock.withLock { failuresLeft = failures } }

    /// The next so many puts find another version than they expect.
    package func refusePuts(_ count: Int) { lock.withLock { conflicts = count } }

    /// Called before each put.
    package func onPut(_ body: (@Sendable (StoreKey) -> Void)?) { lock.withLock { beforePut = body } }

    // MARK: - SessionStore

    package var mayBlock: Bool { true }

    private func begin(_ name: String, _ key: StoreKey) throws(Failure) {
        let failure = lock.withLock {
            asked.append("\(name) \(key.text.string.prefix(1))")
            failuresLeft -= 1
            if failuresLeft < 0 { (failuresLeft, self.failure) = (.max, nil) }
            return self.failure
        }
        if let failure { throw failure }
    }

    package func get(_ key: StoreKey) throws(Failure) -> StoredRecord? {
        try begin("get", key)
        return lock.withLock { stored[key.text.string] }
    }

    package func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool {
        try begin("put", key)
        lock.withLock { beforePut }?(key)
        return lock.withLock {
            guard conflicts == 0 else {
                conflicts -= 1
                return false
            }
            guard stored[key.text.string]?.version == version else { return false }
            stored[key.text.string] = record
            lifetimes[key.text.string] = lifetime
            return true
        }
    }

    package func delete(_ key: StoreKey) throws(Failure) {
        try begin("delete", key)
        lock.withLock { stored[key.text.string] = nil }
    }
}
