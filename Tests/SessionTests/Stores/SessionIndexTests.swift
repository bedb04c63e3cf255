import Basics
import Environment
import Session
import TestSupport
import Testing

/// Ending all sessions of a user, or of a session at the provider; and what all processes know to have ended.
@Suite struct SessionIndexTests {
    private static let (subject, providerSession, other): (UInt64, UInt64, UInt64) = (11, 22, 33)

    let clock = FakeClock(TestSite.start)
    let log = RecordingLog()
    let store = FakeStore()
    let sessions: StoredSessions
    let site: SessionSite

    init() throws {
        sessions = StoredSessions(
            store, Environment(clock: clock, random: SequenceRandom(9), log: log, transport: nil))
        site = try SessionSite()
    }

    private func add(_ keys: [UInt64], lifetime: Int64 = 3600) throws -> Session {
        try sessions.add(site.session(), SessionTokens(), under: keys, lifetime: lifetime, Now(clock))
    }

    @Test func endsThoseOfOneKey() throws {
        let first = try add([Self.subject, Self.providerSession])
        let second = try add([Self.subject, Self.other])
        #expect(try sessions.endAll([Self.providerSession]) == 1)
        #expect(try sessions.reload(first) == nil)
        #expect(try sessions.reload(second) != nil)
        #expect(try sessions.endAll([Self.subject]) == 2)
        #expect(try sessions.reload(second) == nil)
        #expect(try sessions.endAll([Self.subject]) == 0)
        #expect(try sessions.endAll([99]) == 0)
    }

    /// A session that the list has no room for could not be ended: it ends now.
    @Test func mostSessionsOfOneUser() throws {
        var all: [Session] = []
        for _ in 0..<StoredSessions.mostSessions + 5 { all.append(try add([Self.subject])) }
        #expect(try all.map { try sessions.reload($0) != nil } == all.indices.map { $0 >= 5 })
        #expect(try sessions.endAll([Self.subject]) == StoredSessions.mostSessions)
        #expect(store.sessionKeys.isEmpty)
    }

    @Test func expiredSessionsLeaveTheList() throws {
        for _ in 0..<10 { _ = try add([Self.subject], lifetime: 60) }
        clock.advance(60)
        _ = try add([Self.subject], lifetime: 60)
        #expect(try sessions.endAll([Self.subject]) == 1)
    }

    /// Others log in at the same moment.
    @Test func conflictsAreTriedAgain() throws {
        let session = try add([Self.subject])
        store.refusePuts(5)
        _ = try add([Self.subject])
        store.refusePuts(5)
        #expect(try sessions.endAll([Self.subject]) > 0)
        #expect(try sessions.reload(session) == nil)
        store.refusePuts(1000)
        #expect(throws: Failure.self) { _ = try add([Self.subject]) }
        #expect(store.sessionKeys.isEmpty, "what is not listed does not begin")
    }

    /// Somebody signs in while the list is read and ended.
    @Test func loginDuringTheEnd() throws {
        _ = try add([Self.subject])
        nonisolated(unsafe) let tests = self
        store.onPut { [store] key in
            guard key.kind == .index else { return }
            store.onPut(nil)
            _ = try? tests.add([Self.subject])
        }
        _ = try sessions.endAll([Self.subject])
        #expect(try sessions.endAll([Self.subject]) == 1 || store.sessionKeys.isEmpty)
        #expect(store.sessionKeys.isEmpty)
    }

    @Test func spoiltList() throws {
        let session = try add([Self.subject])
        let key = try #require(store.records.keys.first { $0.hasPrefix("i:") })
        let list = try #require(store.records[key])
        store.records[key] = StoredRecord(version: list.version, bytes: Array(list.bytes.dropLast()))
        #expect(try sessions.endAll([Self.subject]) == 0)
        #expect(try sessions.reload(session) != nil)
    }

    @Test func sharedEnds() throws {
        try sessions.shareEnd(of: [5, 6], created: 100, lifetime: 60)
        #expect(store.records.keys.allSatisfy { $0.hasPrefix("e:") && store.lifetime($0) == 60 })
        for key: UInt64 in [5, 6] {
            #expect(try sessions.knowsEnd(of: [0, key], created: 100))
            #expect(try !sessions.knowsEnd(of: [0, key], created: 101), "it began later")
        }
        #expect(try !sessions.knowsEnd(of: [0, 7], created: 100))
        // Whatever the order, the later end counts.
        try sessions.shareEnd(of: [5], created: 90, lifetime: 60)
        #expect(try sessions.knowsEnd(of: [5], created: 100))
        store.refusePuts(3)
        try sessions.shareEnd(of: [5], created: 110, lifetime: 60)
        #expect(try sessions.knowsEnd(of: [5], created: 110))
        store.fail(Failure(.sessionStoreFailed, "down"))
        #expect(throws: Failure.self) { try sessions.shareEnd(of: [8], created: 100, lifetime: 60) }
        #expect(throws: Failure.self) { try sessions.knowsEnd(of: [5], created: 100) }
        #expect(log.lines.allSatisfy { $0.hasPrefix("event=session_store_failed ") } && log.lines.count == 2)
    }
}
