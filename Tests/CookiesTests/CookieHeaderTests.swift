import Basics
import Cookies
import TestSupport
import Testing

/// The Cookie header as it comes from outside (RFC 6265 5.4).
@Suite struct CookieHeaderTests {
    private func values(_ header: String, of name: String = "a", limit: Int = 4) -> [String] {
        CookieHeader(Text(header)).values(of: Text(name), limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "RFC 6265 4.2.1",
        arguments: [
            ("a=1", ["1"]), ("b=0; a=1; c=2", ["1"]), ("a=1;a=2", ["1", "2"]), ("a=1; b=0; a=2; a=1", ["1", "2", "1"]),
            ("b=1", []),
            ("", []), ("a=", [""]), ("a", []), ("a;b=1", []), (";;a=1;;", ["1"]), ("; ;\t; a=1 ;", ["1 "]),
            (" \t a=1", ["1"]), ("a=1; \t ", ["1"]),
            ("a=1=2==", ["1=2=="]), ("a==", ["="]), ("=a=1", []), ("=1", []), ("a =1", []), ("A=1", []),
            ("aa=1; ba=1; a-2=1", []),
            ("a=\"1\"", ["\"1\""]), ("a=\"1; a=2\"", ["\"1", "2\""]), ("a=1, a=2", ["1, a=2"]), ("b=a=1", []),
            ("$Version=1; a=1", ["1"]),
            ("a=é", ["é"]), ("á=1; a=2", ["2"]), ("\u{A0}a=1", []), ("a\u{301}=1", []),
            ("a=1\r\nSet-Cookie: x", ["1\r\nSet-Cookie: x"]),
            ("\na=1", []), ("a\0=1; a=2", ["2"]),
        ])
    func valuesOfAName(header: String, expected: [String]) {
        #expect(values(header) == expected)
    }

    @Test("RFC 6265bis 5.4: a cookie without a name")
    func emptyName() {
        #expect(values("=1; a=2; =3", of: "") == ["1", "3"])
    }

    @Test func valuesAreLimited() {
        let header = (0..<100).map { "a=\($0)" }.joined(separator: "; ")
        #expect(values(header) == ["0", "1", "2", "3"])
        #expect(values(header, limit: 1) == ["0"])
        #expect(values(header, limit: 1000).count == 100)
    }

    @Test func bytesNeedNotBeText() {
        let bytes: [UInt8] = [0xFF, 0x3D, 0x31, 0x3B, 0x61, 0x3D, 0xC0, 0xAF, 0x00, 0x3B, 0x80, 0x3B, 0x61, 0x3D]
        #expect(CookieHeader(bytes[...]).values(of: "a").map(Array.init) == [[0xC0, 0xAF, 0x00], []])
        #expect(CookieHeader(bytes[4...]).values(of: "a").count == 2, "a slice")
        #expect(CookieHeader(bytes[...]).names(withPrefix: "", limit: 10) == ["a"])
    }

    @Test(arguments: [(64 * 1024, true), (64 * 1024 + 1, false), (1 << 20, false), (16 << 20, false)])
    func longestIsBounded(length: Int, isRead: Bool) {
        let header = "a=1; b=" + String(repeating: "x", count: length - 7)
        #expect(values(header) == (isRead ? ["1"] : []))
        #expect(CookieHeader(Text(header)).names(withPrefix: "a", limit: 1).isEmpty != isRead)
    }

    /// The last pair is found behind tens of thousands of others.
    @Test(.timeLimit(.minutes(1)), arguments: [";", "a=;", "a;", "a=1;", "\t;", "=;", " ;;", "\0;"])
    func stormsEnd(piece: String) {
        let header = String(repeating: piece, count: 64_000 / piece.utf8.count)
        #expect(values(header + " z=1", of: "z") == ["1"])
    }

    @Test(
        arguments: [
            ("s-1=a; s-2=b; t-3=c", "s-", 9, ["s-1", "s-2"]), ("s-1=a; s-1=b; s-2", "s-", 9, ["s-1"]),
            ("S-1=a; s-=b", "s-", 9, ["s-"]),
            ("s-1=a; s-2=b; s-3=c", "s-", 2, ["s-1", "s-2"]), ("a=1; b=2", "", 9, ["a", "b"]),
            ("x=s-1; =s-2", "s-", 9, []), ("", "s-", 9, []),
            ("s-1=a; s-1=a; s-2=b", "s-", 2, ["s-1", "s-2"]), ("s-é=1; s-\"=2", "s-", 9, ["s-é", "s-\""]),
        ] as [(String, String, Int, [String])])
    func namesWithAPrefix(header: String, prefix: String, limit: Int, expected: [String]) {
        #expect(CookieHeader(Text(header)).names(withPrefix: Text(prefix), limit: limit).map(\.string) == expected)
    }

    /// Each pair counts with its "=" and a separator of two bytes.
    @Test(
        arguments: [
            ("s-1=a; s-2=bb; t-3=c", "s-", 15), ("t-3=c", "s-", 0), ("s-=", "s-", 5), ("", "s-", 0),
            ("a=1; b=2", "", 10),
        ] as [(String, String, Int)])
    func lengthWithAPrefix(header: String, prefix: String, expected: Int) {
        #expect(CookieHeader(Text(header)).length(withPrefix: Text(prefix)) == expected)
    }

    @Test(arguments: [("b=0; a=1", true), ("a=", true), ("b=1", false), ("a", false), ("aa=1", false), ("", false)])
    func contains(header: String, expected: Bool) {
        #expect(CookieHeader(Text(header)).contains("a") == expected)
    }

    @Test func nameThatIsNoTextIsSkipped() {
        let bytes = Array("s-".utf8) + [0xFF] + Array("=1; s-2=1".utf8)
        #expect(CookieHeader(bytes[...]).names(withPrefix: "s-", limit: 9) == ["s-2"])
    }
}

extension CookieHeader {
    fileprivate init(_ text: Text) { self.init(text.bytes[...]) }
}
