import Foundation
import Platform
import Testing

/// The memory of what has ended (Sources/Platform/endings.c).
@Suite final class EndingsTests {
    private let memory: OpaquePointer

    init() throws {
        memory = try #require(platform_endings_new(1000))
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

    @Test func emptyMemoryIncludesNothing() {
        #expect(!platform_endings_include(memory, 1, 0))
        #expect(!platform_endings_include(memory, .max, .max))
    }

    @Test func onlyWhatWasCreatedUpToThenHasEnded() {
        #expect(end(7, before: 100) == PLATFORM_ENDED)
        #expect(platform_endings_include(memory, 7, 99))
        #expect(platform_endings_include(memory, 7, 100))
        #expect(!platform_endings_include(memory, 7, 101))
        #expect(!platform_endings_include(memory, 8, 99))
    }

    /// Told twice, in any order: the later time counts.
    @Test func laterTimeCounts() {
        #expect(end(7, before: 100) == PLATFORM_ENDED)
        #expect(end(7, before: 50) == PLATFORM_ENDED_BEFORE)
        #expect(platform_endings_include(memory, 7, 100))
        #expect(end(7, before: 150) == PLATFORM_ENDED_BEFORE)
        #expect(platform_endings_include(memory, 7, 150))
    }

    /// Keys that begin their search at the same slot.
    @Test func neighboursAreDistinguished() {
        for number in UInt64(1)...20 { #expect(end(number << 32, before: 10) == PLATFORM_ENDED) }
        for number in UInt64(1)...20 { #expect(platform_endings_include(memory, number << 32, 10)) }
        #expect(!platform_endings_include(memory, 21 << 32, 10))
    }

    @Test func nothingIsLostAsItGrows() {
        for number in UInt64(0)..<1000 { #expect(end(Self.key(number), before: 10) == PLATFORM_ENDED) }
        for number in UInt64(0)..<1000 { #expect(platform_endings_include(memory, Self.key(number), 10)) }
        for number in UInt64(1000)..<2000 { #expect(!platform_endings_include(memory, Self.key(number), 10)) }
    }

    /// What no longer matters makes room, and nothing else.
    @Test func expiredEntriesMakeRoom() {
        for number in UInt64(0)..<900 { _ = end(Self.key(number), before: 10, until: 50) }
        for number in UInt64(900)..<1000 { _ = end(Self.key(number), before: 10, until: 500) }
        for number in UInt64(1000)..<1900 {
            #expect(end(Self.key(number), before: 60, until: 500, now: 50) == PLATFORM_ENDED)
        }
        for number in UInt64(900)..<1900 { #expect(platform_endings_include(memory, Self.key(number), 10)) }
    }

    /// When it is full, what was created first counts as ended: no entry is dropped whose session could come back.
    @Test func fullMemoryEndsWhatIsOldest() {
        for number in UInt64(0)..<1000 {
            #expect(end(Self.key(number), before: UInt32(100 + number)) == PLATFORM_ENDED)
        }
        #expect(!platform_endings_include(memory, 2, 100))
        #expect(end(Self.key(1000), before: 1100) == PLATFORM_ENDED_AND_FORGOT)
        for number in UInt64(0)...1000 {
            #expect(platform_endings_include(memory, Self.key(number), UInt32(100 + number)))
        }
        #expect(platform_endings_include(memory, 2, 100), "an eighth has made room")
        #expect(!platform_endings_include(memory, 2, 300), "not more than that")
    }

    /// All entries of the same second: nothing but that second is lost.
    @Test func floodOfOneSecondEndsThatSecond() {
        for number in UInt64(0)..<1000 { _ = end(Self.key(number), before: 100) }
        #expect(end(Self.key(1000), before: 100) == PLATFORM_ENDED_AND_FORGOT)
        #expect(platform_endings_include(memory, 2, 100))
        #expect(!platform_endings_include(memory, 2, 101))
    }

    /// While others add, and tables are replaced, a reader misses nothing that has been added.
    @Test func readersMissNothing() throws {
        let memory = try #require(platform_endings_new(1 << 20) as OpaquePointer?)
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
                    if !platform_endings_include(memory, Self.key(number % 100), 10) { misses.add() }
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
