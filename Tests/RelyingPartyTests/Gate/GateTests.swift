import Basics
import RelyingParty
import Settings
import TestSupport
import Testing

/// `require_login`: who is not signed in sees no page, and is sent to the login where a redirect can lead there.
@Suite struct GateTests {
    /// With a default provider, so that a login needs no choice.
    static let lines = """
        client_id = "google-client"
        client_secret = "google-secret-0123456789-abcdefg"
        server_metadata_url = "https://google.example.com/.well-known/openid-configuration"
        require_login = true
        open_paths = ["/health"]
        """
    static let pageLoad = ["Sec-Fetch-Mode": "navigate"]

    let site: Site
    let browser: Browser

    init() throws {
        site = try Site(Self.lines)
        site.log.clear()
        browser = Browser(site)
    }

    private func expectUnauthorized(_ answer: Answer) {
        #expect(answer.isAnswered && answer.status == 401)
        #expect(answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.location == nil && answer.setCookies.isEmpty && answer.failure == nil)
        #expect(answer.body.hasSuffix("\nnot_signed_in\n"))
    }

    @Test(arguments: [
        ["Sec-Fetch-Mode": "navigate", "Accept": "*/*"],
        ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"],
        ["Sec-Fetch-Mode": "", "Accept": "application/json, text/html"],
    ])
    func pageLoadIsSentToTheLogin(headers: [String: String]) throws {
        let answer = try browser.get("/report?id=3", headers)
        #expect(answer.isAnswered && answer.status == 302)
        let location = Text(try #require(answer.location))
        #expect(location.string.hasPrefix("https://google.example.com/authorize?"))
        let callback = try browser.get(browser.approve(location))
        #expect(callback.hasLoggedIn && callback.location == "/report?id=3")
        #expect(try !browser.get("/report?id=3", headers).isAnswered)
    }

    @Test(arguments: [
        ("GET", ["Sec-Fetch-Mode": "cors", "Accept": "text/html"]),
        ("GET", ["Sec-Fetch-Mode": "no-cors", "Accept": "image/png"]),
        ("GET", ["Sec-Fetch-Mode": "navigate, cors"]), ("GET", ["Sec-Fetch-Mode": "Navigate"]),
        ("GET", ["Accept": "application/json"]), ("GET", ["Accept": "*/*"]), ("GET", [:]),
        ("POST", ["Sec-Fetch-Mode": "navigate", "Accept": "text/html", "Origin": "https://app.example.com"]),
        ("HEAD", ["Sec-Fetch-Mode": "navigate", "Accept": "text/html"]), ("DELETE", ["Accept": "text/html"]),
        ("get", ["Accept": "text/html"]),
        ("GET", ["Sec-Fetch-Mode": "navigate", "Accept": "text/html", "Upgrade": "websocket"]),
        ("OPTIONS", [:]), ("OPTIONS", ["Origin": "https://other.example"]),
        ("OPTIONS", ["Access-Control-Request-Method": "PUT"]),
        ("GET", ["Origin": "https://other.example", "Access-Control-Request-Method": "PUT"]),
    ])
    func allElseGets401(method: String, headers: [String: String]) throws {
        expectUnauthorized(try browser.send(method, "/report", headers))
        #expect(site.log.lines.isEmpty && site.network.exchanges.isEmpty)
    }

    /// Two values of which one is no page load.
    @Test func contradictoryHeaders() throws {
        for modes in [["navigate", "cors"], ["cors", "navigate"]] {
            let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/report"))
            for mode in modes { try request.addHeader("Sec-Fetch-Mode", Array(mode.utf8)) }
            #expect(!request.loadsPage)
        }
    }

    /// The browser asks without cookies, and whether it may is for the host to say.
    @Test func preflightPasses() throws {
        let headers = ["Origin": "https://other.example", "Access-Control-Request-Method": "PUT"]
        let answer = try browser.send("OPTIONS", "/report", headers)
        #expect(!answer.isAnswered && answer.status == 0 && answer.headers.isEmpty && !answer.isLoggedIn)
    }

    @Test func signedIn() throws {
        try browser.logIn()
        for method in ["GET", "POST", "PUT"] {
            let answer = try browser.send(method, "/report")
            #expect(!answer.isAnswered && answer.isLoggedIn)
            #expect(answer.header("Vary") == "Cookie", "the page depends on the user")
        }
        #expect(try browser.get("/health").header("Vary") == nil)
        #expect(try browser.get("/report", ["Upgrade": "websocket"]).status == 0)
        expectUnauthorized(try browser.get("/report", ["Upgrade": "websocket", "Origin": "https://evil.example"]))
        try browser.post("/auth/logout")
        expectUnauthorized(try browser.get("/report"))
    }

    @Test func ownPathsAreOpen() throws {
        #expect(try browser.get("/auth/login").status == 302)
        #expect(try browser.get("/oauth2callback").status == 400)
        #expect(try browser.get("/auth/logout").status == 200)
    }

    /// Nothing begins for a user who may never come (docs/adr/0021).
    @Test func prefetchedPage() throws {
        let answer = try browser.get("/report", ["Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"])
        #expect(answer.status == 503 && answer.setCookies.isEmpty && answer.location == nil)
        #expect(site.log.lines.isEmpty && site.network.exchanges.isEmpty)
    }

    @Test func severalProviders() throws {
        let browser = Browser(try Site("require_login = true"))
        let answer = try browser.get("/report?id=3", Self.pageLoad)
        #expect(answer.status == 302 && answer.location == "/auth/login?return_to=%2Freport%3Fid%3D3")
        let chosen = try browser.get("/auth/login?provider=work&return_to=%2Freport%3Fid%3D3")
        #expect(chosen.location?.hasPrefix("https://work.example.com/realms/a/authorize?") == true)
    }

    /// A page says why, with the way to try once more.
    @Test func loginThatFails() throws {
        site.google.fail(.metadata)
        let answer = try browser.get("/report?id=3", Self.pageLoad)
        #expect(answer.status == 502 && answer.code == "provider_unreachable")
        #expect(answer.failure?.code == .providerUnreachable && answer.body.contains("href=\"/report?id=3\""))
        #expect(site.events == ["provider_fetch_failed", "login_refused"])
    }

    // MARK: - What would wait

    private func mayBlock(_ target: String, _ headers: [String: String]) throws -> Bool {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: Text(target)))
        if !browser.cookies.isEmpty { try request.addHeader("Cookie", Array(browser.cookieHeader.utf8)) }
        for (name, value) in headers { try request.addHeader(Text(name), Array(value.utf8)) }
        return request.mayBlock
    }

    @Test(.enabled(if: !Driver.isStepwise)) func onlyALoginMayBlock() throws {
        #expect(try mayBlock("/report", Self.pageLoad))
        #expect(try !mayBlock("/health", Self.pageLoad))
        #expect(try !mayBlock("/report", [:]))
        #expect(try !mayBlock("/report", Self.pageLoad.merging(["Sec-Purpose": "prefetch"]) { $1 }))
        try browser.logIn()
        #expect(try !mayBlock("/report", Self.pageLoad), "the user is signed in")
        browser.cookies = []
        #expect(try mayBlock("/report", Self.pageLoad))
        try site.warmUp()
        #expect(try !mayBlock("/report", Self.pageLoad), "the metadata is cached")
    }

    // MARK: - Pages that the host closes

    /// Without a gate in the settings.
    @Test func hostsOwnGate() throws {
        let open = try Site()
        let paths = OpenPaths(["/admin/help"])
        for (path, gate, expected) in [
            ("/admin/help", paths, 0), ("/admin", paths, 401), ("/x", nil, 0), (nil, nil, 401),
            (nil, paths, 401),
        ] as [(String?, OpenPaths?, Int32)] {
            let answer = try Browser(open).send("GET", "/x") { request in
                let step = try request.requireLogin(at: path.map { Array($0.utf8) }, openPaths: gate)
                #expect(step == (expected == 0 ? .proceed : .respond))
            }
            #expect(answer.status == expected, "\(path ?? "any path")")
        }
    }

    /// What the library has answered stays.
    @Test func afterAnAnswer() throws {
        let failed = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/oauth2callback?code=x"))
        try failed.addHeader("Sec-Fetch-Mode", Array("navigate".utf8))
        #expect(try failed.begin() == .respond)
        #expect(try failed.requireLogin(at: Array("/health".utf8), openPaths: nil) == .respond)
        #expect(failed.responseStatus == 400)
    }
}
