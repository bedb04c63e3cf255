package import Basics
import Cryptography
package import Environment
import Platform

/// Sessions in a store. It fails closed: whatever is wrong with a record or with the store, nobody is signed in by it, and an
/// event says why.
package final class StoredSessions: Sendable {
    let store: any SessionStore
    private let random: any RandomSource
    private let environment: Environment

    package init(_ store: any SessionStore, _ environment: Environment) {
        self.store = store
        random = environment.random
        self.environment = environment
    }

    package var mayBlock: Bool { store.mayBlock }

    // MARK: - One session

    /// The session that the reference leads to; nil if it has ended. `changes`: how often the browser knows it to have
    /// changed. SessionRules decides whether it is valid.
    func open(_ reference: SessionReference, changes: Int64, for requester: Requester) -> Session? {
        (try? read(reference, changes: changes, for: requester)) ?? nil
    }

    /// The same; fails if the store does, or has something else in its place.
    private func read(
        _ reference: SessionReference, changes: Int64, for requester: Requester = Requester()
    ) throws(Failure) -> Session? {
        let key = try reference.storeKey
        let record = try ask({ (store) throws(Failure) in try store.get(key) }, for: requester)
        guard let record else { return nil }
        guard let opened = SessionRecord(record, for: reference) else {
            throw refuse(.notItsOwn, for: requester)
        }
        guard opened.changes >= changes else { throw refuse(.older, for: requester) }
        return Self.session(of: opened, reference, version: record.version)
    }

    private func refuse(_ reason: Event.StoredSessionFault, for requester: Requester) -> Failure {
        report(.storedSessionRefused(reason), for: requester)
        return Failure(.sessionStoreFailed, "the store has something else in the place of the session")
    }

    private static func session(
        of record: SessionRecord, _ reference: SessionReference, version: UInt64
    ) -> Session {
        var session = record.session
        session.stored = StoredPart(
            reference, version: version, changes: record.changes, tokens: record.tokens)
        return session
    }

    /// Stores a new session, which can be found by these keys. It is worth nothing without.
    package func add(
        _ session: Session, _ tokens: SessionTokens, under keys: [UInt64], lifetime: Int64, _ now: Now
    ) throws(Failure) -> Session {
        guard let id = session.id else { throw Failure(.internalError, "a session without an id cannot be stored") }
        let reference = try SessionReference(id, random: random)
        let record = SessionRecord(session, tokens, changes: 0)
        let sealed = try record.sealed(for: reference, random: random)
        let key = try reference.storeKey
        try index(reference, under: keys, lifetime: lifetime, now)
        guard try ask({ (store) throws(Failure) in try store.put(sealed, under: key, over: nil, lifetime: lifetime) })
        else { throw Failure(.internalError, "a new session's place in the store was taken") }
        return Self.session(of: record, reference, version: sealed.version)
    }

    /// Stores new tokens of a session, and gives it as it is then; nil if it has ended meanwhile: it never comes back.
    package func update(_ session: Session, _ tokens: SessionTokens, lifetime: Int64) throws(Failure) -> Session? {
        guard let stored = session.stored else { return nil }
        var (version, changes) = (stored.version, stored.changes)
        let key = try stored.reference.storeKey
        for _ in 0..<Self.mostConflicts {
            let record = SessionRecord(session, tokens, changes: changes + 1)
            let sealed = try record.sealed(for: stored.reference, random: random)
            let isStored = try ask { (store) throws(Failure) in
                try store.put(sealed, under: key, over: version, lifetime: lifetime)
            }
            if isStored { return Self.session(of: record, stored.reference, version: sealed.version) }
            // Another refresh came first; this one has the newer tokens.
            guard let part = try read(stored.reference, changes: changes)?.stored else { return nil }
            (version, changes) = (part.version, part.changes)
        }
        throw Self.conflict
    }

    /// The same session as it is now; nil if it has ended.
    package func reload(_ session: Session) throws(Failure) -> Session? {
        guard let stored = session.stored else { return nil }
        return try read(stored.reference, changes: stored.changes)
    }

    /// Ends a session. False if the store could not be asked, which has been reported then: it stays there until it expires.
    @discardableResult
    package func end(_ session: Session) -> Bool {
        session.stored.map { end($0.reference) } ?? true
    }

    @discardableResult
    func end(_ reference: SessionReference) -> Bool {
        do throws(Failure) {
            let key = try reference.storeKey
            try ask { (store) throws(Failure) in try store.delete(key) }
            return true
        } catch {
            report(.storedSessionNotEnded)
            return false
        }
    }

    // MARK: - The store

    /// How often a conditional write is tried again.
    static let mostConflicts = 16

    static var conflict: Failure {
        Failure(.sessionStoreFailed, "other processes changed the same record again and again")
    }

    func newVersion() throws(Failure) -> UInt64 { max(try random.bytes(8).bigEndianNumber(at: 0), 1) }

    /// Every operation goes through here.
    func ask<Result>(
        _ operation: (any SessionStore) throws(Failure) -> Result, for requester: Requester = Requester()
    ) throws(Failure) -> Result {
        let start = platform_stopwatch()
        defer { environment.statistics?.addToStore(platform_stopwatch() - start) }
        do throws(Failure) {
            return try operation(store)
        } catch {
            report(.sessionStoreFailed(error), for: requester)
            throw error
        }
    }

    func report(_ event: @autoclosure () -> Event, for requester: Requester = Requester()) {
        var environment = environment
        environment.requester = requester
        environment.report(event())
    }
}
