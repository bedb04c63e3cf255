import Basics
import RelyingParty
import TestSupport
import Testing

/// What a renewal writes: when the session was last seen, in a cookie that is worth nothing but to its session.
@Suite struct LastSeenTests {
    private static let prefix = "__Host-stauth_seen-"
    private let site: Site
    private let browser: Browser

    init() throws {
        site = try Site("idle_timeout = 400\nsession_lifetime = 4000")
        browser = Browser(site)
        try browser.logIn()
    }

    private var names: [String] { browser.cookies.map(\.name).filter { $0.hasPrefix(Self.prefix) } }

    /// The user's sub; both ways to it give the same.
    private func user(_ browser: Browser) throws -> String? {
        let answer = try browser.get("/")
        let fast = try site.application.userJSON(cookie: Array(browser.cookieHeader.utf8))
        #expect(answer.setCookies.isEmpty == false || fast.string == answer.userJSON)
        return try answer.user()["sub"]?.text?.string
    }

    /// A request whose response takes its time: `meanwhile` comes between its begin and the browser's look at the headers.
    private func slowPage(meanwhile: () throws -> Void) throws {
        let cookies = browser.cookieHeader
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/slow"))
        try request.addHeader("Cookie", Array(cookies.utf8))
        #expect(try request.begin() == .proceed)
        try meanwhile()
        for header in request.responseHeaders where header.name == "Set-Cookie" {
            let pair = try #require(header.value.string.split(separator: ";").first).split(separator: "=", maxSplits: 1)
            browser.set(String(pair[0]), String(pair[1]))
        }
    }

    // MARK: - Requests that refresh

    /// A page that refreshes at each request is in use.
    @Test(arguments: ["idle_timeout = 400\nexpose_tokens = \"access\"", "idle_timeout = 400\nrefresh_claims = 90"])
    func refreshProlongsToo(lines: String) throws {
        let refreshing = try RefreshingSite(lines)
        for _ in 0..<8 {
            refreshing.site.clock.advance(100)
            let page = try refreshing.refresh().page
            #expect(page.isLoggedIn)
            #expect(Set(page.setCookies.map { $0.prefix(19) }) == ["__Host-stauth_seen-", "__Host-stauth_token"])
        }
    }

    // MARK: - Late responses

    @Test func lateResponseRevivesNoSession() throws {
        site.clock.advance(200)
        try slowPage { try browser.post("/auth/logout") }
        #expect(browser.sessionCookie == nil)
        #expect(names.count == 1)
        #expect(try user(browser) == nil)
    }

    /// Of the session before: it neither replaces the session of now nor makes it end sooner.
    @Test func lateResponseHarmsNoOtherSession() throws {
        site.clock.advance(200)
        try slowPage {
            site.google.user["sub"] = "user-2"
            try browser.logIn()
            site.clock.advance(300)
            #expect(try user(browser) == "user-2")
        }
        #expect(names.count == 2)
        #expect(try user(browser) == "user-2")
        site.clock.advance(399)
        #expect(try user(browser) == "user-2")
        try browser.post("/auth/logout")
        #expect(browser.cookies.isEmpty)
    }

    // MARK: - What it is worth

    /// In the hands of a stranger, alone or beside a session of theirs, under its name or that of their own.
    @Test func worthNothingToAStranger() throws {
        let stranger = Browser(site)
        site.google.user["sub"] = "user-2"
        try stranger.logIn()
        site.clock.advance(100)
        try stranger.get("/")
        let name = try #require(stranger.cookies.last?.name)
        stranger.set(name, nil)
        site.clock.advance(250)
        try browser.get("/")
        let value = try #require(browser.cookie(names[0]))
        let thief = Browser(site)
        thief.set(names[0], value)
        #expect(try user(thief) == nil)
        stranger.set(names[0], value)
        stranger.set(name, value)
        site.clock.advance(50)
        #expect(try user(stranger) == nil)
        #expect(try user(browser) == "user-1")
    }

    /// Without it, or with an older one, the session ends sooner.
    @Test func losingAndReplayingOnlyShorten() throws {
        var values: [String] = []
        for _ in 0..<2 {
            site.clock.advance(200)
            try browser.get("/")
            values.append(try #require(browser.cookie(names[0])))
        }
        let name = names[0]
        let ages: [(value: String?, seconds: Int64)] = [(values[1], 400), (values[0], 200), (nil, 0), ("junk", 0)]
        for (value, seconds) in ages {
            for (offset, isSignedIn) in [(seconds - 1, true), (seconds, false)] where offset >= 0 {
                let copy = Browser(site)
                copy.cookies = browser.cookies
                copy.set(name, value)
                site.clock.set(Site.start + 400 + offset)
                #expect(try user(copy) == (isSignedIn ? "user-1" : nil), "\(seconds) \(offset)")
            }
        }
        // Of two, the later one.
        site.clock.set(Site.start + 799)
        browser.cookies = [(name, values[0])] + browser.cookies
        #expect(try user(browser) == "user-1")
        browser.cookies.reverse()
        #expect(try user(browser) == "user-1")
    }

    /// However often it is renewed, the session ends when it ends.
    @Test func neverLongerThanTheSession() throws {
        for _ in 0..<13 {
            site.clock.advance(300)
            let answer = try browser.get("/")
            #expect(answer.isLoggedIn)
            #expect(answer.setCookies.count == 1)
        }
        #expect(try browser.get("/").isLoggedIn)
        site.clock.set(Site.start + 4000)
        #expect(try !browser.get("/").isLoggedIn)
    }

    @Test func valuesThatAreNotOurs() throws {
        site.clock.advance(200)
        try browser.get("/")
        let value = try #require(browser.cookie(names[0]))
        let session = try #require(browser.sessionCookie)
        site.clock.advance(250)
        for other in [
            "", "x", session, String(value.dropLast()), value + "A", String(value.reversed()),
            String(repeating: "A", count: 67), String(repeating: "A", count: 5000),
        ] {
            let copy = Browser(site)
            copy.cookies = browser.cookies
            copy.set(names[0], other)
            #expect(try user(copy) == nil)
        }
        #expect(try user(browser) == "user-1")
    }

    /// What a server wrote whose clock is more than a minute ahead counts for nothing, and takes nothing away.
    @Test(arguments: [(240, 0), (239, 1), (0, 0)] as [(Int64, Int)])
    func clocksThatDiffer(seconds: Int64, renewals: Int) throws {
        site.clock.advance(300)
        #expect(try browser.get("/").setCookies.count == 1)
        site.clock.set(Site.start + seconds)
        let answer = try browser.get("/")
        #expect(answer.isLoggedIn)
        #expect(answer.setCookies.count == renewals)
    }

    /// A copy of the settings without idle_timeout neither needs nor writes it.
    @Test func withoutAnIdleTimeout() throws {
        site.clock.advance(200)
        try browser.get("/")
        let other = Browser(try Site(clock: FakeClock(Site.start + 700)))
        other.cookies = browser.cookies
        #expect(try other.get("/").isLoggedIn)
        #expect(try other.get("/").setCookies.isEmpty)
    }

    // MARK: - Its cookie

    @Test func oneLine() throws {
        site.clock.advance(100)
        let lines = try browser.get("/").setCookies
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix(Self.prefix))
        #expect(lines[0].hasSuffix("; Max-Age=400; Path=/; HttpOnly; SameSite=Lax; Secure"))
        #expect(lines[0].utf8.count < 200)
        site.clock.set(Site.start + 399)
        try browser.get("/")
        for _ in 0..<8 {
            site.clock.advance(399)
            try browser.get("/")
        }
        // Near its end, the browser need not keep it for longer than the session.
        site.clock.set(Site.start + 3990)
        #expect(try browser.get("/").setCookies.first?.contains("; Max-Age=10;") == true)
        #expect(names.count == 1)
    }

    /// A login takes away those of the sessions before, a logout all; and planted names come back in no header.
    @Test func removal() throws {
        site.clock.advance(100)
        try browser.get("/")
        let old = names
        browser.set(Self.prefix + "x y\u{1}", "planted")
        try browser.logIn()
        #expect(!names.contains(old[0]))
        site.clock.advance(100)
        try browser.get("/")
        #expect(names.count == 2)
        try browser.post("/auth/logout")
        #expect(names == [Self.prefix + "x y\u{1}"])
    }
}
