import Basics
import Environment
import RelyingParty
import TestSupport
import Testing

/// How the log names the host's request and the browser's address.
@Suite struct RequesterInLogTests {
    private static let fields = "request_id=req-7 client_address=2001:db8::7"

    private static func browser(_ site: Site) -> Browser {
        let browser = Browser(site)
        browser.requestID = "req-7"
        browser.address = "2001:db8::7"
        return browser
    }

    private static func requester(id: String? = nil, address: String? = nil) -> String {
        var requester = Requester()
        if let id { requester.setID(Array(id.utf8)) }
        requester.setAddress(address.map { Text($0) })
        return Event.endedLoginsForgotten.line(of: requester).string
    }

    @Test func loginAndLogout() throws {
        let site = try Site()
        let browser = Self.browser(site)
        try browser.login()
        try browser.post("/auth/logout")
        for event in ["login_started", "login_succeeded", "logout"] {
            let lines = site.log.lines.filter { $0.hasPrefix("event=\(event) ") }
            #expect(lines.count == 1 && lines.allSatisfy { $0.hasSuffix(" \(Self.fields)") }, "\(lines)")
        }
    }

    @Test func refusals() throws {
        let site = try Site("allowed_groups = [\"staff\"]")
        let browser = Self.browser(site)
        #expect(try browser.login().code == "user_not_allowed")
        try browser.get("/oauth2callback?code=x&state=y")
        try browser.post("/auth/logout", from: "cross-site")
        for code in ["user_not_allowed", "state_mismatch", "cross_site_request"] {
            let lines = site.log.lines.filter { $0.contains("code=\(code) ") }
            #expect(lines.count == 1 && lines.allSatisfy { $0.hasSuffix(" \(Self.fields)") }, "\(lines)")
        }
    }

    /// In a page's call and at the gate, too.
    @Test func callsOfPageCode() throws {
        let site = try Site("require_login = true\nopen_paths = [\"/open\"]")
        let browser = Self.browser(site)
        try browser.send("GET", "/open") { try $0.login(provider: "google") }
        try browser.get("/closed", ["Sec-Fetch-Mode": "navigate"])
        #expect(site.log.lines.count == 2 && site.log.lines.allSatisfy { $0.hasSuffix(" \(Self.fields)") })
    }

    @Test func hostWithoutEither() throws {
        let site = try Site()
        try Browser(site).logIn()
        #expect(site.log.lines.allSatisfy { !$0.contains("request_id") && !$0.contains("client_address") })
    }

    @Test(arguments: [
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "Root=1-67891233-abcdef012345678912345678",
        "a/b+c==", "req_1~2:3@4.5", String(repeating: "a", count: 128),
    ])
    func id(value: String) {
        #expect(Self.requester(id: value).contains(value))
    }

    @Test(arguments: [
        "", " ", "a b", "a\"b", "a\\b", "a\tb", "a\u{1B}[31m", "é", "a,b", "<b>", "a\u{7F}",
        String(repeating: "a", count: 129),
    ])
    func hostileID(value: String) throws {
        #expect(Self.requester(id: value) == "event=ended_logins_forgotten")
        let site = try Site()
        let browser = Browser(site)
        browser.requestID = value
        try browser.startLogin()
        #expect(site.log.lines.last == "event=login_started provider=google")
    }

    @Test(arguments: ["192.0.2.1", "::1", "2001:db8::7", "::ffff:192.0.2.1"]) func address(value: String) {
        #expect(Self.requester(address: value) == "event=ended_logins_forgotten client_address=\(value)")
    }

    @Test(arguments: [
        "", "unix:", "/run/app.sock", "localhost", "192.0.2.1, 198.51.100.1", "192.0.2.1:80", "[::1]", "[::1]:80",
        "::1\n",
        "::1 user=admin", "]", "300.0.0.1",
    ])
    func noAddress(value: String) {
        #expect(Self.requester(address: value) == "event=ended_logins_forgotten")
    }
}
