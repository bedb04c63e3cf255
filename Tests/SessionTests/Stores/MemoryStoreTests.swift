import Basics
import Environment
import Session
import TestSupport
import Testing

/// session_store = "memory".
@Suite struct MemoryStoreTests {
    let clock = FakeClock(TestSite.start)
    let log = RecordingLog()

    private func store(_ most: Int = MemoryStore.most) -> MemoryStore {
        let clock = clock
        return MemoryStore(log: log, most: most) { clock.seconds() * 1000 }
    }

    private func key(_ number: Int, _ kind: StoreKey.Kind = .session) -> StoreKey {
        StoreKey(kind, hash: [UInt8](bigEndian: UInt64(number)) + [UInt8](repeating: 0, count: 8))
    }

    private func record(_ version: UInt64, _ length: Int = 1000) -> StoredRecord {
        StoredRecord(version: version, bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: version), count: length))
    }

    @Test func writesOnlyOverTheExpectedVersion() throws {
        let store = store()
        #expect(try !store.put(record(1), under: key(1), over: 7, lifetime: 60), "there is none")
        #expect(try store.put(record(1), under: key(1), over: nil, lifetime: 60))
        #expect(try !store.put(record(2), under: key(1), over: nil, lifetime: 60), "there is one")
        #expect(try !store.put(record(2), under: key(1), over: 2, lifetime: 60), "another version")
        #expect(try store.get(key(1)) == record(1))
        #expect(try store.put(record(2), under: key(1), over: 1, lifetime: 60))
        #expect(try store.get(key(1)) == record(2))
        try store.delete(key(1))
        #expect(try !store.put(record(3), under: key(1), over: 2, lifetime: 60), "what was ended stays so")
        #expect(try store.get(key(1)) == nil)
    }

    @Test func recordsExpire() throws {
        let store = store()
        #expect(try store.put(record(1), under: key(1), over: nil, lifetime: 60))
        clock.advance(59)
        #expect(try store.get(key(1)) != nil)
        clock.advance(1)
        #expect(try store.get(key(1)) == nil)
        #expect(try store.put(record(2), under: key(1), over: nil, lifetime: 60))
    }

    @Test func manyRecords() throws {
        let store = store()
        for number in 0..<20_000 {
            #expect(try store.put(record(UInt64(number + 1), 8), under: key(number), over: nil, lifetime: 60))
        }
        for number in 0..<20_000 { #expect(try store.get(key(number))?.version == UInt64(number + 1)) }
        #expect(log.lines.isEmpty)
    }

    /// Whoever signed in first goes first; and what tells requests apart stays.
    @Test func fullStoreEndsTheOldest() throws {
        let store = store(100_000)
        #expect(try store.put(record(1, 1), under: key(1, .claim), over: nil, lifetime: 5))
        var number = 0
        while log.lines.isEmpty, number < 1000 {
            clock.advance(Int64(number % 2))
            #expect(try store.put(record(1), under: key(number), over: nil, lifetime: 3600))
            number += 1
        }
        #expect(
            log.lines == [
                "event=session_store_full bytes=100000 message=\"the sessions that would end first have ended\""
            ])
        let kept = try (0..<number).filter { try store.get(key($0)) != nil }
        #expect(kept == Array(number - kept.count..<number), "the latest ones")
        #expect((60...90).contains(kept.count))
    }

    /// What is over makes room first, and nobody hears of it.
    @Test func expiredRecordsMakeRoom() throws {
        let store = store(100_000)
        for number in 0..<80 { #expect(try store.put(record(1), under: key(number), over: nil, lifetime: 60)) }
        clock.advance(60)
        for number in 100..<180 { #expect(try store.put(record(1), under: key(number), over: nil, lifetime: 60)) }
        #expect(log.lines.isEmpty)
        #expect(try (100..<180).allSatisfy { try store.get(key($0)) != nil })
    }

    /// Neither does the bound hold for sessions alone.
    @Test func otherRecordsAreBoundedToo() throws {
        let store = store(100_000)
        for number in 0..<500 { #expect(try store.put(record(1), under: key(number, .end), over: nil, lifetime: 60)) }
        #expect(try (0..<500).count { try store.get(key($0, .end)) != nil } < 100)
    }
}
