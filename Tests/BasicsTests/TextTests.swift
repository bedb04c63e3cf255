import Basics
import TestSupport
import Testing

/// Text is bytes: what one reader takes for equal and another does not must differ here too.
@Suite struct TextTests {
    /// Each pair is equal to Swift's String, or looks equal.
    @Test(
        "RFC 7519 2: compared code point by code point",
        arguments: [
            ("K", "\u{212A}"), ("\u{E9}", "e\u{301}"), ("\u{3A9}", "\u{2126}"), ("\u{AC00}", "\u{1100}\u{1161}"),
            ("a", "A"), ("a", "a\u{200B}"), ("a", "a\0"), ("a", "\u{FEFF}a"), ("a/", "a"),
        ])
    func equalityIsOfBytes(first: String, second: String) {
        #expect(Text(first) != Text(second))
        #expect(Text(first) == Text(wellFormed: Array(first.utf8)))
        #expect(!Text("prefix \(first)").hasSuffix(Text(second)))
    }

    @Test(
        "RFC 3629 3: what is well-formed",
        arguments: [
            [], [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBF, 0xBF], [0xEF, 0xBB, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func wellFormedIsKept(bytes: [UInt8]) {
        #expect(Text(validating: bytes)?.bytes == bytes)
        #expect(Text(validating: ([0x41] + bytes + [0x41])[1..<bytes.count + 1])?.bytes == bytes, "a slice")
    }

    @Test(
        "RFC 3629 3: what is not",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
            [0xC2], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC2, 0x41], [0xE2, 0x28, 0xA1], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func malformedIsRefused(bytes: [UInt8]) {
        #expect(Text(validating: bytes) == nil)
        #expect(Text(validating: [0x41] + bytes) == nil)
        #expect(Text(validating: bytes + [0x41]) == nil)
    }

    @Test func interpolationKeepsEveryByte() {
        let name: Text = "é\0\u{212A}"
        let number: Int64 = .min
        let text: Text = "<\(name)|\(number)|\(UInt8(7))>"
        #expect(text.bytes == Array("<é\0\u{212A}|-9223372036854775808|7>".utf8))
    }

    @Test func additionAppends() {
        var text: Text = "a" + "é"
        text += "\0"
        #expect(text.bytes == [0x61, 0xC3, 0xA9, 0x00])
        #expect(!text.isEmpty)
        #expect(Text().isEmpty)
    }

    /// What stands in a message breaks neither the line nor the terminal, and is short.
    @Test(arguments: [
        ("plain text", "'plain text'"), ("", "''"), ("a\r\nb", "'a??b'"), ("\u{1B}[31m", "'?[31m'"), ("\0", "'?'"),
        ("é", "'??'"), ("\u{202E}", "'???'"), ("\u{7F}", "'?'"),
        (String(repeating: "x", count: 201), "'\(String(repeating: "x", count: 200))'"),
        (String(repeating: "x", count: 199) + "é", "'\(String(repeating: "x", count: 199))'"),
    ])
    func messageIsOneShortLine(text: String, expected: String) {
        #expect(Text(text).forMessage.string == expected)
    }
}
