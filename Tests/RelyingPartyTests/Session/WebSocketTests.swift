import Basics
import RelyingParty
import TestSupport
import Testing

/// WebSocket handshakes: browsers open them for any page, with our cookies (RFC 6455 10.2).
@Suite struct WebSocketTests {
    static let own = "https://app.example.com"

    let site: Site
    let browser: Browser

    init() throws {
        site = try Site("idle_timeout = \"1h\"")
        browser = Browser(site)
        try browser.logIn()
        site.log.clear()
    }

    private func open(_ target: String = "/socket", upgrade: String = "websocket", origin: String?) throws -> Answer {
        var headers = ["Upgrade": upgrade, "Connection": "Upgrade"]
        headers["Origin"] = origin
        return try browser.get(target, headers)
    }

    @Test(arguments: [own, nil] as [String?])
    func ownPageAndProgramsAreSignedIn(origin: String?) throws {
        let answer = try open(origin: origin)
        #expect(!answer.isAnswered)
        #expect(answer.isLoggedIn)
        #expect(site.events.isEmpty)
    }

    @Test(arguments: [
        "https://evil.example.com", "http://app.example.com", "https://app.example.com:444",
        "https://app.example.com.evil.example.com",
        "https://sub.app.example.com", "https://app.example.com/", "null", "",
    ])
    func pageOfAnotherSiteIsNot(origin: String) throws {
        let answer = try open(origin: origin)
        #expect(!answer.isAnswered)
        #expect(answer.userJSON == #"{"is_logged_in":false}"#)
        #expect(answer.headers.isEmpty)
        #expect(site.events == ["websocket_origin_refused"])
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test(arguments: ["WebSocket", " websocket ", "h2c, websocket", "websocket/13", "WEBSOCKET,", "h2c,\twebsocket/13"])
    func upgradeIsReadAsAList(upgrade: String) throws {
        #expect(try !open(upgrade: upgrade, origin: "https://evil.example.com").isLoggedIn)
    }

    /// Not a WebSocket: a link from another site must find its user signed in.
    @Test(arguments: ["h2c", "websockets", "x-websocket", "web socket", "", "h2c/websocket"])
    func otherUpgradesArePages(upgrade: String) throws {
        #expect(try open(upgrade: upgrade, origin: "https://evil.example.com").isLoggedIn)
        #expect(site.events.isEmpty)
    }

    @Test func eitherOfTwoUpgradeHeadersCounts() throws {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        for (name, value) in [
            ("Cookie", browser.cookieHeader), ("upgrade", "websocket"), ("Upgrade", "h2c"), ("origin", "https://evil"),
        ] {
            try request.addHeader(Text(name), Array(value.utf8))
        }
        #expect(try request.begin() == .proceed)
        #expect(request.userJSON == #"{"is_logged_in":false}"#)
    }

    /// The cookie is old enough to be written anew, which only the own page can have.
    @Test func onlyOwnPageProlongs() throws {
        site.clock.advance(1800)
        #expect(try open(origin: "https://evil.example.com").setCookies.isEmpty)
        #expect(try open(origin: Self.own).setCookies.count == 1)
    }

    @Test(arguments: [own, nil, "https://evil.example.com"] as [String?])
    func neitherLogsInNorOut(origin: String?) throws {
        var headers = ["Upgrade": "websocket"]
        headers["Origin"] = origin
        let answer = try browser.send("GET", "/socket", headers) { (request) throws in
            #expect(!request.loginMayBlock(provider: "google"))
            #expect(try refusal { try request.login(provider: "google") } == .webSocketHandshake)
            #expect(try refusal { try request.logout() } == .webSocketHandshake)
        }
        #expect(answer.status == 0)
        #expect(answer.headers.isEmpty)
        #expect(answer.failure?.code == .webSocketHandshake)
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test(arguments: ["/auth/login?provider=google", "/auth/logout", "/oauth2callback?code=1&state=2"])
    func pathsOfTheLibraryRefuse(target: String) throws {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: Text(target)))
        try request.addHeader("Upgrade", Array("websocket".utf8))
        #expect(!request.mayBlock)
        let answer = try open(target, origin: Self.own)
        #expect(answer.isAnswered)
        #expect(answer.status == 400)
        #expect(answer.code == "websocket_handshake")
        #expect(answer.setCookies.isEmpty)
        #expect(try browser.get("/").isLoggedIn)
    }
}
