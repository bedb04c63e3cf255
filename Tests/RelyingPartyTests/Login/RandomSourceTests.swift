import Basics
import RelyingParty
import TestSupport
import Testing

/// Attack 111: without randomness nothing is sealed and nobody is signed in.
@Suite struct RandomSourceTests {
    /// State, nonce and code verifier together, and the nonce of the seal.
    @Test(arguments: 0..<2)
    func loginDoesNotStart(calls: Int) throws {
        let site = try Site()
        try site.warmUp()
        site.random.failAfter(calls)
        let browser = Browser(site)
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.status == 500)
        #expect(answer.code == "randomness_unavailable")
        #expect(answer.setCookies.isEmpty)
        #expect(answer.location == nil)
        #expect(site.events == ["login_refused"])
        #expect(site.log.entries.map(\.level) == [.error])
    }

    @Test func twoCallsAreEnough() throws {
        let site = try Site()
        site.random.failAfter(2)
        try Browser(site).startLogin()
    }

    @Test func sessionIsNotSealed() throws {
        let site = try Site()
        let browser = Browser(site)
        let target = browser.approve(try browser.startLogin())
        site.random.failAfter(0)
        let answer = try browser.get(target)
        #expect(answer.code == "randomness_unavailable")
        #expect(!answer.isLoggedIn)
        #expect(browser.cookies.isEmpty)
    }

    /// A session that cannot be prolonged still counts.
    @Test func sessionIsNotProlonged() throws {
        let site = try Site("idle_timeout = 3600")
        let browser = Browser(site)
        try browser.logIn()
        site.random.failAfter(0)
        site.clock.advance(3599)
        let answer = try browser.get("/")
        #expect(answer.isLoggedIn)
        #expect(answer.setCookies.isEmpty)
    }
}
