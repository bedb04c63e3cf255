import Testing

@testable import Compression

/// RFC 1950 data in and out. The values marked so are of Python's zlib.
@Suite struct ZlibTests {
    private static let text = Array("hello hello hello hello".utf8)
    /// zlib.compress(b"hello hello hello hello")
    private static let compressed: [UInt8] = [
        0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0x01, 0x68, 0x03, 0x08, 0xB1,
    ]

    @Test func pythonsValue() {
        #expect(Zlib.decompress(Self.compressed, limit: 100) == Self.text)
    }

    @Test(arguments: [0, 1, 2, 100, 65_535, 65_536, 200_000])
    func roundTrip(length: Int) throws {
        let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let compressed = try #require(Zlib.compress(plain))
        #expect(Zlib.decompress(compressed, limit: max(1, length)) == plain)
    }

    /// A megabyte of zeros, in about a kilobyte.
    @Test func bomb() throws {
        let bomb = try #require(Zlib.compress([UInt8](repeating: 0, count: 1_000_000)))
        #expect(bomb.count < 2000)
        #expect(Zlib.decompress(bomb, limit: 999_999) == nil)
        #expect(Zlib.decompress(bomb, limit: 65_536) == nil)
        #expect(Zlib.decompress(bomb, limit: 1_000_000)?.count == 1_000_000)
    }

    @Test func brokenData() {
        let good = Self.compressed
        for length in good.indices { #expect(Zlib.decompress(Array(good.prefix(length)), limit: 100) == nil) }
        for index in good.indices {
            var changed = good
            changed[index] ^= 0x10
            #expect(Zlib.decompress(changed, limit: 100) == nil)
        }
        #expect(Zlib.decompress(good + [0], limit: 100) == nil)
        #expect(Zlib.decompress([], limit: 100) == nil)
        #expect(Zlib.decompress(good, limit: 0) == nil)
        #expect(Zlib.decompress(good, limit: -1) == nil)
        #expect(Zlib.decompress(good, limit: Self.text.count - 1) == nil)
        #expect(Zlib.decompress(good, limit: Self.text.count) == Self.text)
    }
}
