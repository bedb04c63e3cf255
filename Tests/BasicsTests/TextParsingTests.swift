import Basics
import TestSupport
import Testing

@Suite struct TextParsingTests {
    @Test(arguments: [
        ("", [""]), (",", ["", ""]), ("a", ["a"]), ("a,b", ["a", "b"]), (",a,,b,", ["", "a", "", "b", ""]),
        ("é,ü", ["é", "ü"]),
    ])
    func splitKeepsEmptyParts(text: String, parts: [String]) {
        #expect(Text(text).split(at: ",").map(\.string) == parts)
        #expect(Text(text).split(at: ",").joined(with: ",").string == text)
    }

    @Test(arguments: [
        ("a=b=c", "a", "b=c"), ("=", "", ""), ("=b", "", "b"), ("a=", "a", ""), ("é=ü", "é", "ü"),
    ])
    func splitOnceTakesTheFirst(text: String, before: String, after: String) throws {
        let parts = try #require(Text(text).splitOnce(at: "="))
        #expect(parts.before.string == before)
        #expect(parts.after.string == after)
    }

    @Test(arguments: ["", "a", "a:b"])
    func splitOnceNeedsTheSeparator(text: String) {
        #expect(Text(text).splitOnce(at: "=") == nil)
    }

    @Test(
        "RFC 9110 5.6.3: OWS is spaces and tabs, nothing else",
        arguments: [
            ("", ""), (" ", ""), (" \t \t", ""), (" a ", "a"), ("\ta b\t", "a b"), ("\na\r", "\na\r"),
            ("\u{A0}a\u{3000}", "\u{A0}a\u{3000}"), ("a", "a"),
        ])
    func trimming(text: String, trimmed: String) {
        #expect(Text(text).trimmed() == Text(trimmed))
    }

    /// é has 2 bytes, € 3, 😀 4.
    @Test(arguments: [
        ("abc", 0, ""), ("abc", 2, "ab"), ("abc", 3, "abc"), ("abc", 4, "abc"), ("", 5, ""),
        ("aé", 2, "a"), ("aé", 3, "aé"), ("é", 1, ""), ("€", 1, ""), ("€", 2, ""), ("€", 3, "€"), ("a€b", 3, "a"),
        ("a€b", 4, "a€"), ("😀", 1, ""), ("😀", 2, ""), ("😀", 3, ""), ("😀", 4, "😀"), ("😀😀", 7, "😀"),
        ("e\u{301}", 1, "e"), ("e\u{301}", 2, "e"),
    ])
    func prefixEndsBetweenCharacters(text: String, limit: Int, prefix: String) {
        let cut = Text(text).prefix(atMost: limit)
        #expect(cut == Text(prefix))
        #expect(Text(validating: cut.bytes) != nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("00", 0), ("0443", 443), ("999999999999999999", 999_999_999_999_999_999),
        ] as [(String, Int64)])
    func decimalIsRead(text: String, number: Int64) {
        #expect(Text(text).asDecimal() == number)
    }

    @Test(arguments: [
        "", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "a", "1_000", "١", "１", "1\0", "1000000000000000000",
        "0000000000000000001", "9223372036854775808", "99999999999999999999999999",
    ])
    func decimalIsNothingElse(text: String) {
        #expect(Text(text).asDecimal() == nil)
    }

    @Test(arguments: [
        ("ABC-xyz", "abc-xyz"), ("@[`{", "@[`{"), ("ÉÜ", "ÉÜ"), ("\u{212A}", "\u{212A}"), ("İ", "İ"),
    ])
    func onlyASCIIIsMadeSmall(text: String, small: String) {
        #expect(Text(text).lowercasedASCII() == Text(small))
    }

    @Test(arguments: [
        ("a~!", true, true, false), ("a b", false, true, false), ("", true, true, false),
        ("\u{7F}", false, false, true),
        ("\t", false, false, true), ("\0", false, false, true), ("\u{1F}", false, false, true),
        ("é", false, false, false), ("\u{80}", false, false, false),
    ])
    func kindsOfCharacters(text: String, isVisible: Bool, isPrintable: Bool, hasControls: Bool) {
        #expect(Text(text).isVisibleASCII == isVisible)
        #expect(Text(text).isPrintableASCII == isPrintable)
        #expect(Text(text).hasControls == hasControls)
    }

    @Test(arguments: [("abc", "ab", "c"), ("abc", "", "abc"), ("abc", "abc", ""), ("é", "\u{E9}", "")])
    func prefixIsDropped(text: String, prefix: String, rest: String) {
        #expect(Text(text).dropping(prefix: Text(prefix)) == Text(rest))
        #expect(Text(text).hasPrefix(Text(prefix)))
    }

    @Test(arguments: [("abc", "bc", "a"), ("abc", "", "abc"), ("abc", "abc", "")])
    func suffixIsDropped(text: String, suffix: String, rest: String) {
        #expect(Text(text).dropping(suffix: Text(suffix)) == Text(rest))
        #expect(Text(text).hasSuffix(Text(suffix)))
    }

    @Test(arguments: [("abc", "abcd"), ("abc", "B"), ("", "a"), ("K", "\u{212A}")])
    func whatIsNotThereIsNotDropped(text: String, part: String) {
        #expect(Text(text).dropping(prefix: Text(part)) == nil)
        #expect(Text(text).dropping(suffix: Text(part)) == nil)
    }

    @Test func joining() {
        #expect([Text]().joined(with: ",") == "")
        #expect((["a"] as [Text]).joined(with: ",") == "a")
        #expect((["", "b", ""] as [Text]).joined(with: ", ") == ", b, ")
    }

    @Test func containsACharacter() {
        #expect(Text("a=b").contains("="))
        #expect(!Text("a＝b").contains("="))
    }

    @Test(arguments: [
        ("a{t}b", "{t}", "x", "axb"), ("{t}{t}", "{t}", "{t}{t}", "{t}{t}{t}{t}"), ("a", "{t}", "x", "a"),
        ("", "{t}", "x", ""), ("abc", "", "x", "abc"), ("aaa", "aa", "b", "ba"),
    ])
    func replacing(text: String, part: String, replacement: String, result: String) {
        #expect(Text(text).replacing(Text(part), with: Text(replacement)).string == result)
    }

    @Test func rangeOfAPart() {
        #expect(("abcabc" as Text).range(of: "ca") == 2..<4)
        #expect(("abc" as Text).range(of: "abcd") == nil)
        #expect(("abc" as Text).range(of: "") == nil)
    }
}
