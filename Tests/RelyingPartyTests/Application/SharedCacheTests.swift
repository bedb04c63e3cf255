import Basics
import RelyingParty
import TestSupport
import Testing

/// What the library adds to a page of the host's is safe in a cache that strangers share.
@Suite struct SharedCacheTests {
    private let site: Site
    private let browser: Browser

    init() throws {
        site = try Site("idle_timeout = 400")
        browser = Browser(site)
        try browser.logIn()
    }

    private func headers(_ answer: Answer) -> [String] {
        answer.headers.map { "\($0.name.string): \($0.value.string)" }.filter { !$0.hasPrefix("Set-Cookie") }
    }

    /// A page that asks for nobody's name is the same for all, with a session or without.
    @Test func publicPage() throws {
        #expect(try browser.get("/app.css").headers.isEmpty)
        #expect(try Browser(site).get("/app.css").headers.isEmpty)
    }

    @Test func pageThatDependsOnTheUser() throws {
        for visitor in [browser, Browser(site)] {
            let answer = try visitor.send("GET", "/") { _ = $0.readUser() }
            #expect(headers(answer) == ["Vary: Cookie"])
            #expect(answer.setCookies.isEmpty)
        }
    }

    /// A renewal on any page at all: the page is this user's alone.
    @Test func renewal() throws {
        for target in ["/app.css", "/"] {
            site.clock.advance(200)
            let answer = try browser.send("GET", target) { if target == "/" { _ = $0.readUser() } }
            #expect(headers(answer) == ["Cache-Control: private", "Vary: Cookie"])
            #expect(answer.setCookies.count == 1)
            #expect(!answer.setCookies[0].contains("session"))
        }
    }

    /// The library's own responses are stored by nobody, and say so once.
    @Test func ownResponses() throws {
        for (method, target) in [
            ("GET", "/auth/login?provider=google"), ("GET", "/auth/logout"), ("POST", "/auth/logout"),
        ] {
            site.clock.advance(200)
            let answer = try browser.send(method, target)
            #expect(answer.isAnswered)
            #expect(answer.headers.filter { $0.name == "Cache-Control" }.map(\.value) == ["no-store"])
            #expect(answer.header("Vary") == nil)
        }
    }

    @Test func loginOnAPage() throws {
        site.clock.advance(200)
        let answer = try browser.send("GET", "/") {
            _ = $0.readUser()
            try $0.login(provider: "google")
        }
        #expect(answer.status == 302)
        #expect(answer.headers.filter { $0.name == "Cache-Control" }.map(\.value) == ["no-store"])
    }
}
