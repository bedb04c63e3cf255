import Foundation
import Platform
import Testing

/// The memory of what has ended (Sources/Platform/endings.c).
@Suite final class EndingsTests {
    private let memory: OpaquePointer

    init() throws {
        memory = try #require(platform_endings_new(1000, false))
    }

    deinit {
        platform_endings_free(memory)
    }

    /// Keys are hashes.
    private static func key(_ number: UInt64) -> UInt64 { (number &+ 1) &* 0x9e37_79b9_7f4a_7c15 | 1 }

    private func end(_ key: UInt64, before: UInt32, until: UInt32 = 1_000_000, now: UInt32 = 0) -> platform_ending {
        Self.end(key, in: memory, before: before, until: until, now: now)
    }

    private static func end(
        _ key: UInt64, in memory: OpaquePointer, before: UInt32, until: UInt32 = 1_000_000, now: UInt32 = 0
    ) -> platform_ending {
        platform_lock()
        defer { platform_unlock() }
        return platform_endings_add(memory, key, before, until, now)
    }

    private func includes(_ key: UInt64, _ created: UInt32) -> Bool {
        platform_endings_include(memory, key, 0, 0, created)
    }

    @Test func emptyMemoryIncludesNothing() {
        #expect(platform_endings_are_empty(memory))
        #expect(!includes(1, 0))
        #expect(!includes(.max, .max))
    }

    @Test func onlyWhatWasCreatedUpToThenHasEnded() {
        #expect(end(7, before: 100) == PLATFORM_ENDED)
        #expect(includes(7, 99))
        #expect(includes(7, 100))
        #expect(!includes(7, 101))
        #expect(!includes(8, 99))
    }

    /// Told twice, in any order: the later time counts.
    @Test func laterTimeCounts() {
        #expect(end(7, before: 100) == PLATFORM_ENDED)
        #expect(end(7, before: 50) == PLATFORM_ENDED_BEFORE)
        #expect(includes(7, 100))
        #expect(end(7, before: 150) == PLATFORM_ENDED_BEFORE)
        #expect(includes(7, 150))
    }

    /// Keys that begin their search at the same slot.
    @Test func neighboursAreDistinguished() {
        for number in UInt64(1)...20 { #expect(end(number << 32, before: 10) == PLATFORM_ENDED) }
        for number in UInt64(1)...20 { #expect(includes(number << 32, 10)) }
        #expect(!includes(21 << 32, 10))
    }

    @Test func nothingIsLostAsItGrows() {
        for number in UInt64(0)..<1000 { #expect(end(Self.key(number), before: 10) == PLATFORM_ENDED) }
        for number in UInt64(0)..<1000 { #expect(includes(Self.key(number), 10)) }
        for number in UInt64(1000)..<2000 { #expect(!includes(Self.key(number), 10)) }
    }

    /// What no longer matters makes room, and nothing else.
    @Test func expiredEntriesMakeRoom() {
        for number in UInt64(0)..<900 { _ = end(Self.key(number), before: 10, until: 50) }
        for number in UInt64(900)..<1000 { _ = end(Self.key(number), before: 10, until: 500) }
        for number in UInt64(1000)..<1900 {
            #expect(end(Self.key(number), before: 60, until: 500, now: 50) == PLATFORM_ENDED)
        }
        for number in UInt64(900)..<1900 { #expect(includes(Self.key(number), 10)) }
    }

    /// A host may lock its memory, so that no secret is swapped out: then the pages of a replaced table stay.
    @Test func memoryThatIsLocked() async {
        await #expect(processExitsWith: .success) {
            try #require(mlockall(MCL_FUTURE) == 0)
            defer { munlockall() }
            let memory = try #require(platform_endings_new(1000, false) as OpaquePointer?)
            for number in UInt64(0)..<20_000 {
                let now = UInt32(100 + number / 100)
                _ = EndingsTests.end(EndingsTests.key(number), in: memory, before: now, until: now + 5, now: now)
            }
            for number in UInt64(19_500)..<20_000 {
                try #require(
                    platform_endings_include(
                        memory, EndingsTests.key(number), 0, 0, UInt32(100 + number / 100)))
            }
            try #require(!platform_endings_include(memory, EndingsTests.key(0), 0, 0, 101))
        }
    }

    /// When it is full, what was created first counts as ended: no entry is dropped whose session could come back.
    @Test func fullMemoryEndsWhatIsOldest() {
        for number in UInt64(0)..<1000 {
            #expect(end(Self.key(number), before: UInt32(100 + number)) == PLATFORM_ENDED)
        }
        #expect(!includes(2, 100))
        #expect(end(Self.key(1000), before: 1100) == PLATFORM_ENDED_AND_FORGOT)
        for number in UInt64(0)...1000 {
            #expect(includes(Self.key(number), UInt32(100 + number)))
        }
        #expect(includes(2, 100), "an eighth has made room")
        #expect(!includes(2, 300), "not more than that")
    }

    /// Room for many, not for one: a new table for each end would keep the lock from everybody.
    @Test func almostFullMemoryMakesRoomForMany() {
        for number in UInt64(0)..<1000 {
            _ = end(Self.key(number), before: UInt32(100 + number), until: number == 0 ? 2000 : 1_000_000)
        }
        #expect(end(Self.key(1000), before: 1100, now: 2000) == PLATFORM_ENDED_AND_FORGOT)
        for number in UInt64(1001)..<1100 {
            #expect(end(Self.key(number), before: UInt32(100 + number), now: 2000) == PLATFORM_ENDED)
        }
        for number in UInt64(0)..<1100 {
            #expect(includes(Self.key(number), UInt32(100 + number)))
        }
    }

    /// All entries of the same second: nothing but that second is lost.
    @Test func floodOfOneSecondEndsThatSecond() {
        for number in UInt64(0)..<1000 { _ = end(Self.key(number), before: 100) }
        #expect(end(Self.key(1000), before: 100) == PLATFORM_ENDED_AND_FORGOT)
        #expect(includes(2, 100))
        #expect(!includes(2, 101))
    }

    /// Any of the keys is enough, and 0 stands for no key.
    @Test func anyKeyIsEnough() {
        #expect(end(7, before: 100) == PLATFORM_ENDED)
        for keys in [(7, 0, 0), (0, 7, 0), (0, 0, 7), (8, 9, 7)] as [(UInt64, UInt64, UInt64)] {
            #expect(platform_endings_include(memory, keys.0, keys.1, keys.2, 100))
            #expect(!platform_endings_include(memory, keys.0, keys.1, keys.2, 101))
        }
        #expect(!platform_endings_include(memory, 0, 0, 0, 1))
    }

    @Test(arguments: [0, 1000] as [UInt64]) func everythingEnds(entries: UInt64) {
        for number in 0..<entries { _ = end(Self.key(number), before: 300) }
        platform_lock()
        platform_endings_add_all(memory, 200)
        platform_endings_add_all(memory, 100)
        platform_unlock()
        #expect(!platform_endings_are_empty(memory))
        #expect(includes(2, 200))
        #expect(!includes(2, 201))
        // As the table is replaced, too.
        _ = end(Self.key(5000), before: 250, until: 260)
        #expect(includes(2, 200))
        for number in 0..<entries { #expect(includes(Self.key(number), 300)) }
    }

    /// One that keeps all takes no more when it is full, until something expires; nothing else ends.
    @Test func fullMemoryKeepsAll() throws {
        let memory = try #require(platform_endings_new(1000, true) as OpaquePointer?)
        for number in UInt64(0)..<1000 {
            #expect(
                Self.end(Self.key(number), in: memory, before: 100, until: number < 200 ? 50 : 500) == PLATFORM_ENDED)
        }
        for number in UInt64(1000)..<3000 {
            #expect(Self.end(Self.key(number), in: memory, before: 100) == PLATFORM_ENDING_FAILED)
        }
        for number in UInt64(0)..<1000 { #expect(platform_endings_include(memory, Self.key(number), 0, 0, 100)) }
        #expect(!platform_endings_include(memory, 2, 0, 0, 1))
        // What was there before is known, and what expires makes room.
        #expect(Self.end(Self.key(500), in: memory, before: 120) == PLATFORM_ENDED_BEFORE)
        #expect(Self.end(Self.key(1000), in: memory, before: 100, now: 50) == PLATFORM_ENDED)
        #expect(platform_endings_include(memory, Self.key(500), 0, 0, 120))
        platform_endings_free(memory)
    }

    /// While others add, and tables are replaced, a reader misses nothing that has been added.
    @Test func readersMissNothing() throws {
        let memory = try #require(platform_endings_new(1 << 20, false) as OpaquePointer?)
        let address = UInt(bitPattern: memory)
        for number in UInt64(0)..<100 { _ = Self.end(Self.key(number), in: memory, before: 10) }
        let isOver = LockedCount()
        let misses = LockedCount()
        let group = DispatchGroup()
        for reader in 0..<3 {
            DispatchQueue.global().async(group: group) {
                guard let memory = OpaquePointer(bitPattern: address) else { return }
                var number = UInt64(reader)
                while isOver.value == 0 {
                    // Only what is there for sure: the first hundred.
                    if !platform_endings_include(memory, 0, Self.key(number % 100), 0, 10) { misses.add() }
                    number &+= 1
                }
            }
        }
        for number in UInt64(100)..<200_000 { _ = Self.end(Self.key(number), in: memory, before: 10) }
        isOver.add()
        group.wait()
        #expect(misses.value == 0)
        platform_endings_free(memory)
    }
}
