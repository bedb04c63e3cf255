import Basics
import TestSupport
import Testing

@testable import RelyingParty

/// Attacks 93 to 95: no address of another site gets through, however it is written.
@Suite struct ReturnTargetTests {
    @Test(arguments: [
        "/", "/report", "/report?id=7&x=%20", "/a/b/../c", "/a//b", "/?", "/%20", "/%C3%BC", "/a+b", "/a?b=//evil",
        "/a:b",
        "/a@b", "/x?next=https://evil.example.com/", "/a;b=c", "/~u/-._!$&'()*,=", "/?a=\\b", "/x?y=%0d%0a", "/100%25",
    ])
    func pathOfThisSite(target: String) {
        #expect(ReturnTarget(Text(target))?.text == Text(target))
    }

    @Test(arguments: [
        // No path.
        "", "report", "?x", "#x", "./x", "../x", ".", "*", " ", "app.example.com",
        // Other hosts.
        "//evil.example.com", "//evil.example.com/x", "///evil.example.com", "////evil.example.com", "//", "///",
        "https://evil.example.com", "http://evil.example.com/x", "https:evil.example.com", "https:/evil.example.com",
        "https:///evil.example.com", "HTTPS://evil.example.com", "hTtP://evil", "ftp://evil", "wss://evil", "blob:x",
        "http://app.example.com@evil.example.com", "https://app.example.com.evil.example.com", "//app.example.com",
        "//app.example.com@evil.example.com/", "https://app.example.com/", "//localhost", "//127.0.0.1", "//2130706433",
        "//[::1]", "//evil%2eexample.com", "/\u{2F}evil.example.com",
        // Backslashes.
        "\\evil", "\\\\evil", "/\\evil", "/\\/evil", "\\/evil", "/\\\\evil", "/a\\b", "/a/..\\..\\evil", "/%5cevil",
        "/%5Cevil", "/%5c%5cevil", "/%255cevil", "/x%5c..%5c%5cevil",
        // Schemes.
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "about:blank",
        "mailto:a@b", "view-source:x", "javascript://%0aalert(1)", "java\tscript:alert(1)",
        // White space and controls, which browsers drop.
        " /x", "\t/x", "\n/x", "/x ", "/\t/evil", "/\n/evil", "/\r\n/evil", "\u{0}/x", "/\u{0}x", "/x\u{7F}",
        "/x\u{1B}[31m",
        "/x\r\nSet-Cookie: a=b", "/x\u{A0}", "\u{FEFF}/x", "/a b",
        // The same, encoded.
        "/%2fevil", "/%2Fevil", "/%2f%2fevil", "/%2f/evil", "/%09/evil", "/%0a/evil", "/%0d%0aSet-Cookie:a=b", "/%00",
        "/%7f",
        "/x%0d%0a", "%2f%2fevil", "%2fx", "/%252fevil", "/%25252fevil", "/%2525252fevil", "/%252f%252fevil",
        "/%250a/evil",
        "/%25%32%66evil", "/%", "/%2", "/%zz", "/%ff", "/%c0%af", "/%ed%a0%80",
        // Characters that look like others or fold into them.
        "／／evil", "/／evil", "/。evil", "//evil。com", "/ä", "/\u{560A}\u{560D}Set-Cookie:a=b", "/\u{202E}x", "//ｅvil.com",
        // Fragments and sizes.
        "/x#y", "/#", "//evil#", "/" + String(repeating: "a", count: 2048), String(repeating: "/", count: 3000),
    ])
    func anythingElse(target: String) {
        #expect(ReturnTarget(Text(target)) == nil)
    }

    /// The Referer header: the page that the user came from, if it is one of this site.
    @Test(
        arguments: [
            ("https://app.example.com/report?id=7", "/report?id=7"), ("https://app.example.com/x#part", "/x"),
            ("https://app.example.com", "/"), ("https://app.example.com?x", "/?x"), ("https://APP.example.com/x", "/x"),
            ("https://app.example.com:443/x", "/x"), ("http://app.example.com/x", nil),
            ("https://app.example.com:444/x", nil),
            ("https://evil.example.com/x", nil), ("https://app.example.com.evil.example.com/x", nil), ("/x", nil),
            ("", nil),
            ("https://evil.example.com@app.example.com/x", nil), ("https://app.example.com@evil.example.com/x", nil),
            ("https://app.example.com//evil.example.com", nil), ("https://app.example.com/%2fevil", nil),
            ("about:blank", nil),
            ("https://app.example.com/a b", nil), ("javascript:alert(1)", nil),
            ("https://app.example.com\\@evil/", nil),
        ] as [(String, Text?)])
    func referer(url: String, expected: Text?) throws {
        #expect(
            ReturnTarget(Text(url), ofSite: try TestSupport.url("https://app.example.com/oauth2callback"))?.text
                == expected)
    }

    /// In the order of what is asked for: return_to, the page before, the start page.
    @Test(
        arguments: [
            ("return_to=/a", "https://app.example.com/b", "/a"), ("", "https://app.example.com/b?c", "/b?c"),
            ("", nil, "/app/"),
            ("return_to=//evil", nil, "/app/"), ("return_to=//evil", "https://app.example.com/b", "/b"),
            ("", "https://evil.example.com/b", "/app/"), ("return_to=", nil, "/app/"),
            ("return_to=%2Fa%3Fb%3D%2520", nil, "/a?b=%20"), ("return_to=/a&return_to=//evil", nil, "/a"),
        ] as [(String, String?, String)])
    func loginPath(query: String, referer: String?, landing: String) throws {
        let site = try Site(redirectURI: "https://app.example.com/app/oauth2callback")
        let browser = Browser(site)
        let headers = referer.map { ["Referer": $0] } ?? [:]
        let answer = try browser.get("/app/auth/login?provider=google&\(query)", headers)
        let fields = site.google.authorize(Text(try #require(answer.location)))
        #expect(try browser.get("/app" + Browser.callback(fields)).location == landing)
    }

    /// Attack 94: a target that came raw, not encoded.
    @Test(arguments: ["/x\r\n", "/x\n", "/x\u{0}", "/x\u{1B}", "x", "", "//", "http://app.example.com/"])
    func requestTarget(target: String) throws {
        let application = try Site().application
        let code = try refusal { try HostRequest(application, IncomingRequest(method: "GET", target: Text(target))) }
        // "//" is a path, if a strange one; it is the host's business.
        #expect(code == (target == "//" ? nil : .invalidArgument))
    }
}
