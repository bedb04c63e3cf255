import Basics
import Cryptography
import Environment
import Redis
import Settings

/// Whether the session store does what sessions need.
struct StoreCheck {
    private static let subject = "session store"
    private static let seconds: Int64 = 10

    let settings: Settings
    let findings: Findings

    func run() {
        switch settings.store {
        case .cookie: break
        case .memory:
            findings.add(
                .note, .storeInMemory, about: Self.subject,
                "sessions are in the memory of one process: a restart ends them, and no other process knows them",
                do: "For several processes, set session_store = \"redis\"")
        case .redis(let redis):
            do throws(Failure) {
                try use(RedisStore(redis))
            } catch {
                findings.add(
                    settings.fallsBackToCookies ? .warning : .problem, error, about: Self.subject,
                    do: "Compare redis_url and its password with the server's configuration; docs/sessions.md has the "
                        + "permissions that it needs")
            }
        }
    }

    /// Does what a session does, with a record of its own.
    private func use(_ store: RedisStore) throws(Failure) {
        let random = SystemRandomSource()
        let key = StoreKey(.claim, hash: try random.bytes(StoreKey.hashLength))
        let record = StoredRecord(version: 1, bytes: try random.bytes(32))
        guard try store.put(record, under: key, over: nil, lifetime: Self.seconds) else { throw Self.forgetful }
        let start = ContinuousClock.now
        guard try store.get(key) == record else { throw Self.forgetful }
        let milliseconds = (ContinuousClock.now - start) / Duration.milliseconds(1)
        let next = StoredRecord(version: 2, bytes: record.bytes)
        guard try store.put(next, under: key, over: 1, lifetime: Self.seconds) else { throw Self.forgetful }
        try store.delete(key)
        report(milliseconds)
    }

    private func report(_ milliseconds: Double) {
        let time = "\((milliseconds * 10).rounded() / 10) ms"
        guard milliseconds * 2 > Double(settings.storeTimeout) else {
            return findings.add(
                .ok, .sessionStore, about: Self.subject, "Redis reads, writes and deletes; a read took \(time)")
        }
        findings.add(
            .warning, .storeSlow, about: Self.subject,
            "a read took \(time), and store_timeout is \(settings.storeTimeout) ms",
            do: "Move Redis closer to the application, or raise store_timeout: later answers sign users out")
    }

    private static var forgetful: Failure {
        Failure(.sessionStoreFailed, "Redis does not give back what was written a moment ago")
    }
}
