import Basics
import RelyingParty
import TestSupport
import Testing

/// The library's own paths, and everything that is the host's.
@Suite struct MethodTests {
    /// RFC 9110 15.5.6: a 405 says what is allowed.
    @Test(
        arguments: ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "Post", "X"],
        [("/auth/login", "GET, POST"), ("/auth/logout", "GET, POST"), ("/oauth2callback", "GET")])
    func methodNotAllowed(method: String, route: (path: String, allow: String)) throws {
        let site = try Site()
        let answer = try Browser(site).send(method, route.path + "?provider=google&code=c&state=s")
        #expect(answer.isAnswered)
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == route.allow)
        #expect(answer.code == "method_not_allowed")
        #expect(answer.setCookies.isEmpty)
        #expect(site.google.requestCount == 0)
    }

    /// Attack 57: a response by form was not asked for.
    @Test func callbackByForm() throws {
        let browser = Browser(try Site())
        let target = browser.approve(try browser.startLogin())
        let answer = try browser.post("/oauth2callback", form: String(target.drop { $0 != "?" }.dropFirst()))
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "GET")
        // It did no harm to the login.
        #expect(try browser.get(target).hasLoggedIn)
    }

    @Test(arguments: [
        "/", "/auth", "/auth/", "/auth/login/", "/auth/loginx", "/AUTH/LOGIN", "//auth/login", "/auth//login",
        "/auth/%6Cogin", "/x/../auth/login", "/oauth2callback/", "/oauth2callbackx", "/x?/auth/login",
        "/oauth2callback;x",
    ])
    func pathOfTheHost(target: String) throws {
        let site = try Site()
        for method in ["GET", "POST", "DELETE"] { #expect(try !Browser(site).send(method, target).isAnswered) }
        #expect(site.log.lines.isEmpty)
    }

    @Test func configuredPaths() throws {
        let browser = Browser(
            try Site(
                "login_path = \"/sign/in\"\nlogout_path = \"/sign/out\"",
                redirectURI: "https://app.example.com/a/b/callback"))
        #expect(try browser.get("/sign/in?provider=google").status == 302)
        #expect(try browser.get("/sign/out").status == 200)
        #expect(try browser.get("/a/b/callback").code == "state_missing")
        #expect(try !browser.get("/auth/login").isAnswered)
    }

    /// What a request may hold. The limits are the library's, whatever the host's server lets through.
    @Test(
        arguments: [
            ("", "/", .invalidArgument), ("GET ", "/", .invalidArgument), ("G\r\nET", "/", .invalidArgument),
            (String(repeating: "G", count: 32), "/", nil), (String(repeating: "G", count: 33), "/", .invalidArgument),
            ("GET", "/" + String(repeating: "a", count: 16 * 1024 - 1), nil),
            ("GET", "/" + String(repeating: "a", count: 16 * 1024), .tooLarge), ("GET", "/é?ü", nil),
        ] as [(String, String, ErrorCode?)])
    func requestLine(method: String, target: String, code: ErrorCode?) throws {
        let application = try Site().application
        #expect(
            try refusal { try HostRequest(application, IncomingRequest(method: Text(method), target: Text(target))) }
                == code)
    }

    @Test(
        arguments: [
            ("Cookie", "a=b", nil), ("X", "a\r\nb", .invalidArgument), ("X", "a\nb", .invalidArgument),
            ("Cookie", "a\u{0}b", .invalidArgument), ("", "x", .invalidArgument), ("X\r\nY", "x", .invalidArgument),
            ("X Y", "x", .invalidArgument), ("é", "x", .invalidArgument),
            ("Cookie", String(repeating: "c", count: 64 * 1024), nil),
            ("Cookie", String(repeating: "c", count: 64 * 1024 + 1), .tooLarge),
        ] as [(String, String, ErrorCode?)])
    func header(name: String, value: String, code: ErrorCode?) throws {
        let request = try HostRequest(Site().application, IncomingRequest(method: "GET", target: "/"))
        #expect(try refusal { try request.addHeader(Text(name), Array(value.utf8)) } == code)
    }

    /// HTTP/2 lets a browser split its cookies (RFC 9113 8.2.3).
    @Test func cookiesInSeveralHeaders() throws {
        let browser = Browser(try Site())
        try browser.logIn()
        let request = try HostRequest(browser.site.application, IncomingRequest(method: "GET", target: "/"))
        for header in ["a=b", browser.cookieHeader, "c=d"] { try request.addHeader("cookie", Array(header.utf8)) }
        #expect(try request.begin() == .proceed)
        #expect(request.userJSON.string.contains("user-1"))
    }

    /// Other programs' cookies need not be UTF-8.
    @Test func bytesThatAreNoText() throws {
        let browser = Browser(try Site())
        try browser.logIn()
        let request = try HostRequest(browser.site.application, IncomingRequest(method: "GET", target: "/"))
        try request.addHeader("Cookie", [0x61, 0x3D, 0xFF, 0xFE, 0x3B] + Array(browser.cookieHeader.utf8))
        try request.addHeader("Referer", [0xFF])
        #expect(try request.begin() == .proceed)
        #expect(request.userJSON.string.contains("user-1"))
    }

    @Test func longestBody() throws {
        let request = try HostRequest(Site().application, IncomingRequest(method: "POST", target: "/auth/login"))
        #expect(try refusal { try request.setBody(Text(String(repeating: "b", count: 64 * 1024))) } == nil)
        #expect(try refusal { try request.setBody(Text(String(repeating: "b", count: 64 * 1024 + 1))) } == .tooLarge)
    }

    /// A form counts only where the request says that it is one; without, the page asks for the provider.
    @Test(
        arguments: [
            ("application/x-www-form-urlencoded", 303), ("application/x-www-form-urlencoded; charset=utf-8", 303),
            ("APPLICATION/X-WWW-FORM-URLENCODED", 303), ("application/json", 200), ("text/plain", 200), ("", 200),
        ] as [(String, Int32)])
    func contentTypeOfAForm(contentType: String, status: Int32) throws {
        let answer = try Browser(try Site()).send(
            "POST", "/auth/login", ["Content-Type": contentType], body: "provider=google")
        #expect(answer.status == status)
    }
}
