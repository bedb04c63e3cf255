import Basics
import Testing

/// The memory of what has ended, and clocks that are wrong.
@Suite struct EndingMemoryTests {
    private static let start: Int64 = 1_800_000_000
    private static let day: Int64 = 86_400

    private let memory = EndingMemory(most: 1000)

    private func end(_ keys: ClosedRange<UInt64>, at now: Int64) {
        for key in keys { _ = memory.end(key << 32, created: now, expiry: now + 30 * Self.day, now: now) }
    }

    /// What seemed to be over for good would come back with the right time. `jump`: in days.
    @Test(arguments: [-60, 31, 60] as [Int64]) func endsOutliveAClockThatJumps(jump: Int64) {
        end(1...100, at: Self.start)
        end(101...900, at: Self.start + jump * Self.day)
        for key in UInt64(1)...100 { #expect(memory.includes(key << 32, created: Self.start)) }
        end(901...1000, at: Self.start)
        for key in UInt64(1)...100 { #expect(memory.includes(key << 32, created: Self.start)) }
        #expect(!memory.includes(1001 << 32, created: Self.start))
    }

    /// Every one of them is remembered, whenever the table grew, and nothing else.
    @Test func manyEnds() {
        let memory = EndingMemory(most: 1 << 18)
        let hash = { (name: UInt64) in (name + 1) &* 0x9E37_79B9_7F4A_7C15 }
        let known: Range<UInt64> = 0..<200_000
        for name in known { _ = memory.end(hash(name), created: Self.start, expiry: .max, now: Self.start) }
        #expect(known.count { memory.includes(hash($0), created: Self.start) } == known.count)
        #expect(known.count { memory.includes(0, hash($0), 0, created: Self.start + 1) } == 0)
        let others: Range<UInt64> = 200_000..<400_000
        #expect(others.count { memory.includes(hash($0), hash($0 + 200_000), created: Self.start) } == 0)
    }
}
