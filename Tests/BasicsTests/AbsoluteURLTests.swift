import Basics
import TestSupport
import Testing

@Suite struct AbsoluteURLTests {
    struct Parts: Equatable {
        var isSecure = true
        let host: String
        var port: UInt16?
        var path = ""
        var query: String?

        init(_ host: String, port: UInt16? = nil, path: String = "", query: String? = nil, isSecure: Bool = true) {
            (self.isSecure, self.host, self.port, self.path, self.query) = (isSecure, host, port, path, query)
        }

        init(_ url: AbsoluteURL) {
            self.init(
                url.host.string, port: url.port, path: url.path.string, query: url.query?.string, isSecure: url.isSecure
            )
        }
    }

    @Test(
        "RFC 3986 3: taken apart",
        arguments: [
            ("https://a", Parts("a")), ("http://a", Parts("a", isSecure: false)), ("https://a/", Parts("a", path: "/")),
            ("https://a?b", Parts("a", query: "b")), ("https://a/?", Parts("a", path: "/", query: "")),
            (
                "https://Ex-am_ple.COM:8443/x/y?z=1&q=?/:@",
                Parts("Ex-am_ple.COM", port: 8443, path: "/x/y", query: "z=1&q=?/:@")
            ),
            ("https://a:1", Parts("a", port: 1)), ("https://a:65535/", Parts("a", port: 65535, path: "/")),
            ("https://a:443", Parts("a", port: 443)), ("https://a//b//", Parts("a", path: "//b//")),
            ("https://a/@b:c", Parts("a", path: "/@b:c")), ("https://a/%2F%00", Parts("a", path: "/%2F%00")),
            ("https://127.0.0.1", Parts("127.0.0.1")), ("https://255.255.255.255:9", Parts("255.255.255.255", port: 9)),
            ("https://[::1]", Parts("[::1]")),
            ("http://[2001:DB8::1]:80/", Parts("[2001:DB8::1]", port: 80, path: "/", isSecure: false)),
            ("https://[::ffff:1.2.3.4]", Parts("[::ffff:1.2.3.4]")), ("https://1password.com", Parts("1password.com")),
            ("https://4.example", Parts("4.example")),
            ("https://xn--bcher-kva.example", Parts("xn--bcher-kva.example")),
        ])
    func isAccepted(text: String, parts: Parts) throws {
        let url = try #require(AbsoluteURL(Text(text)))
        #expect(Parts(url) == parts)
        #expect(url.text.string == text)
    }

    @Test(
        "not such a URL",
        arguments: [
            "", "https", "https:", "https:/", "https://", "https:///", "https:///a", "//a", "/a", "a", "a.example",
            "https:a",
            "https:/a", "HTTPS://a", "Https://a", "ftp://a", "file:///etc/passwd", "gopher://a", "javascript:alert(1)",
            "data:,a", "httpss://a", "https ://a", " https://a", "https://a ", "\u{FEFF}https://a", "https://?a",
            "https://:443",
        ])
    func isRefused(text: String) {
        #expect(AbsoluteURL(Text(text)) == nil)
    }

    @Test(
        "RFC 3986 3.2.1, 3.5: no user information, no fragment",
        arguments: [
            "https://u@a", "https://u:p@a", "https://@a", "https://:@a", "https://a@b@c",
            "https://good.example@evil.example/",
            "https://good.example:443@evil.example/", "https://good.example%40evil.example", "https://a#",
            "https://a/#b",
            "https://a?b#c", "https://a#@b/",
        ])
    func ambiguousAuthorityIsRefused(text: String) {
        #expect(AbsoluteURL(Text(text)) == nil)
    }

    /// Readers disagree about these: some drop them, some end the host there.
    @Test(arguments: [
        "\\", "\t", "\n", "\r", "\0", " ", "\u{7F}", "\"", "<", ">", "^", "`", "{", "|", "}", "é", "。", "／", "\u{200B}",
        "K\u{212A}",
    ])
    func characterIsRefusedEverywhere(character: String) {
        for text in [
            "https://a\(character)b/", "https://a/\(character)", "https://a/?\(character)", "https:\(character)//a",
        ] {
            #expect(AbsoluteURL(Text(text)) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        "a..b", ".a", "a.", "127.0.0.1.", "localhost.", ".", "..", "a%2eb", "a%00", "a~b", "a!b", "a(b", "a*b", "a+b",
        "a,b", "a;b",
        "a=b", "a'b", "a$b", "a&b", "*", "[", "]", "[]", "[:", "[::1", "::1", "[::1]a", "[::1]]", "[[::1]]", "[1]",
        "[::g]",
        "[fe80::1%25eth0]", "[fe80::1%eth0]", "[v1.a:b]", "[::1\\]", "a[::1]", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 127),
    ])
    func hostIsRefused(host: String) {
        #expect(AbsoluteURL(Text("https://\(host)/")) == nil)
    }

    /// Spellings of 127.0.0.1 and others that some readers take for an address (WHATWG URL 3.5).
    @Test(arguments: [
        "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "017700000001",
        "127.0.0.01",
        "127.0.0.0x1", "0", "0.0", "256.0.0.1", "1.2.3.4.5", "1.2.3.1000", "00.0.0.0", "1.2.3.4x", "a.0x7f", "a.1",
        "127.0.0.1e0",
        "4294967295", "1..2.3.4",
    ])
    func otherSpellingOfAnAddressIsRefused(host: String) {
        #expect(AbsoluteURL(Text("https://\(host)/")) == nil)
    }

    @Test(arguments: [
        "", "0", "00", "65536", "99999", "-1", "+1", " 1", "1 ", "a", "1a", "0x50", "1:2", "1.0", "%31", "４４３",
        "18446744073709551617", "9999999999999999999999",
    ])
    func portIsRefused(port: String) {
        #expect(AbsoluteURL(Text("https://a:\(port)/")) == nil)
        #expect(AbsoluteURL(Text("https://[::1]:\(port)")) == nil)
    }

    @Test func lengthIsBounded() {
        let longest = "https://a/" + String(repeating: "x", count: 2048 - 10)
        #expect(AbsoluteURL(Text(longest)) != nil)
        #expect(AbsoluteURL(Text(longest + "x")) == nil)
        let labels = [String](repeating: String(repeating: "a", count: 63), count: 3).joined(separator: ".")
        #expect(AbsoluteURL(Text("https://\(labels).\(String(repeating: "a", count: 61))/")) != nil, "253 in the name")
        #expect(AbsoluteURL(Text("https://\(labels).\(String(repeating: "a", count: 62))/")) == nil, "254")
    }

    @Test("RFC 3986 6.2.1: equality is that of the text")
    func equalityIsOfTheText() throws {
        for (first, second) in [
            ("https://a", "https://a/"), ("https://a", "https://A"), ("https://a", "https://a:443"),
            ("https://a", "http://a"),
            ("https://a/%41", "https://a/A"), ("https://a/?", "https://a/"),
        ] {
            #expect(try url(first) != url(second))
        }
        #expect(try url("https://a/b?c") == url("https://a/b?c"))
    }

    @Test(
        "RFC 6454 6.2",
        arguments: [
            ("https://Example.COM/a?b", "https://example.com"), ("https://a:443/", "https://a"),
            ("http://a:80", "http://a"),
            ("https://a:80", "https://a:80"), ("http://a:443", "http://a:443"),
            ("http://localhost:8501/x", "http://localhost:8501"),
            ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"), ("https://a:0443/", "https://a"),
            ("https://a:08443/", "https://a:8443"),
        ])
    func origin(text: String, origin: String) throws {
        #expect(try url(text).origin.string == origin)
    }

    @Test(arguments: [
        "http://localhost", "http://LOCALHOST:1/", "http://app.localhost", "http://127.0.0.1:8501",
        "http://127.255.255.254",
        "http://[::1]", "https://[::1]:8443/",
    ])
    func isLoopback(text: String) throws {
        #expect(try url(text).isLoopback)
    }

    @Test(arguments: [
        "http://localhost.evil.com", "http://127.0.0.1.evil.com", "http://xlocalhost", "http://localhost-x",
        "http://evil.com/localhost",
        "http://evil.com?127.0.0.1", "http://128.0.0.1", "http://126.255.255.255", "http://1.127.0.0", "http://0.0.0.0",
        "http://[::]", "http://[::2]", "http://[::1:1]", "http://[::ffff:127.0.0.1]", "http://127.example",
        "http://127-0-0-1.example",
        "http://localhost.localdomain", "http://notlocalhost.com",
    ])
    func isNotLoopback(text: String) throws {
        #expect(try !url(text).isLoopback)
    }

    @Test(arguments: [
        ("https://a", "https://a?x=1%202&y=%26"), ("https://a/?", "https://a/?x=1%202&y=%26"),
        ("https://a/b?c=d", "https://a/b?c=d&x=1%202&y=%26"),
        ("https://a?x=0", "https://a?x=0&x=1%202&y=%26"),
    ])
    func fieldsAreAdded(text: String, expected: String) throws {
        let fields = [FormEncoding.Field("x", "1 2"), FormEncoding.Field("y", "&")]
        #expect(try url(text).adding(fields).string == expected)
    }
}
