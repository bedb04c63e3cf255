import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// What one process ends, another that shares the store knows of: logout tokens that were used, and, with store_fallback,
/// sessions in cookies.
@Suite struct SharedEndingTests {
    private static let fallback = "store_fallback = \"cookie\"\nexpose_tokens = \"access\""

    let store = FakeStore()
    let here: BackchannelSite
    let other: BackchannelSite

    init() throws {
        here = BackchannelSite(try Site(Self.fallback, store: store))
        other = BackchannelSite(try Site(Self.fallback, store: store, beside: here.site))
        for site in [here.site, other.site] { try site.warmUp() }
    }

    private static let down = Failure(.sessionStoreFailed, "connection refused")

    /// Of a user who signed in while the store was down.
    private func signedInByCookie(sid: JSON = .null) throws -> Browser {
        store.fail(Self.down)
        defer { store.fail(nil) }
        here.site.google.user["sid"] = sid == .null ? nil : sid
        let browser = Browser(here.site)
        browser.mayShowTokens = true
        try browser.logIn()
        try #require(try store.sessionKeys.isEmpty && browser.get("/").isLoggedIn)
        return browser
    }

    private func isKnown(_ browser: Browser, at site: Site) throws -> Bool {
        let copy = Browser(site)
        (copy.mayShowTokens, copy.cookies) = (true, browser.cookies)
        return try copy.get("/").isLoggedIn
    }

    private func token(_ edit: (inout TestToken) -> Void = { _ in }) -> Text {
        here.site.google.logoutToken(sid: "s1", sub: nil, edit).signed(with: here.site.google.signingKey)
    }

    // MARK: - Tokens

    @Test func logoutTokenCountsOnce() throws {
        let token = token()
        here.expectDone(try here.send(token))
        other.expectRefused(try other.send(token), "logout_token_replayed")
        other.expectDone(try other.send(self.token { $0.claims["jti"] = "another" }))
        // The process that saw it first is gone.
        let third = BackchannelSite(try Site(Self.fallback, store: store, beside: here.site))
        third.expectRefused(try third.send(token), "logout_token_replayed")
    }

    /// What could not be done may come again.
    @Test func tokenThatCouldNotBeUsed() throws {
        let token = token()
        for _ in 0..<2 {
            store.fail(Self.down)
            here.expectRefused(try here.send(token), "session_store_failed", status: 503)
        }
        store.fail(nil)
        other.expectDone(try other.send(token))
        here.expectRefused(try here.send(token), "logout_token_replayed")
    }

    /// As long as its jti could come again, and no longer.
    @Test func memoryOfTokensEnds() throws {
        here.expectDone(try here.send(token { $0.claims["iat"] = .integer(Site.start - 100) }))
        let lifetimes = store.records.keys.filter { $0.hasPrefix("e:") }.compactMap { store.lifetime($0) }
        #expect(lifetimes.contains(10 * 60 + 60 - 100))
    }

    // MARK: - Sessions in cookies

    @Test func logout() throws {
        let browser = try signedInByCookie()
        let copy = Browser(here.site)
        copy.cookies = browser.cookies
        #expect(try isKnown(copy, at: other.site))
        try browser.post("/auth/logout")
        #expect(try !isKnown(copy, at: here.site) && !isKnown(copy, at: other.site))
    }

    @Test(arguments: [true, false]) func backchannelLogout(bySubject: Bool) throws {
        let (browser, spared) = (try signedInByCookie(sid: "s1"), try signedInByCookie(sid: "s2"))
        here.expectDone(bySubject ? try here.send(sub: "user-1") : try here.send(sid: "s1"))
        for site in [here.site, other.site] {
            #expect(try !isKnown(browser, at: site))
            #expect(try isKnown(spared, at: site) == !bySubject)
        }
        // A login revives nothing, and is not ended.
        // It is known for as long as the sessions could have lasted.
        let month: Int64 = 30 * 86_400
        let lifetimes = store.records.keys.filter { $0.hasPrefix("e:") }.compactMap { store.lifetime($0) }
        #expect(lifetimes.max() == month)
        here.site.clock.advance(1)
        let next = try signedInByCookie(sid: "s3")
        for site in [here.site, other.site] { #expect(try isKnown(next, at: site) && !isKnown(browser, at: site)) }
    }

    /// Sessions in cookies are there for the time when the store is not.
    @Test func storeThatFails() throws {
        let browser = try signedInByCookie()
        store.fail(Self.down)
        #expect(try isKnown(browser, at: other.site))
        try browser.post("/auth/logout")
        #expect(here.site.events.contains("stored_session_not_ended"))
    }

    /// Without the fallback there are no such sessions, and nothing is asked or written.
    @Test func withoutTheFallback() throws {
        let site = BackchannelSite(try Site("idle_timeout = \"1h\"", store: store, beside: here.site))
        let browser = try site.signedIn(sid: "s1")
        store.operations = []
        try browser.get("/")
        #expect(store.operations == ["get s"])
        try browser.post("/auth/logout")
        #expect(!store.operations.contains("put e") && store.sessionKeys.isEmpty)
    }

    // MARK: - Sessions in the store

    /// The record of a session that a login replaces, which another process may have begun.
    @Test func loginReplacesTheRecord() throws {
        let browser = Browser(here.site)
        browser.mayShowTokens = true
        try browser.logIn()
        let elsewhere = Browser(other.site)
        (elsewhere.mayShowTokens, elsewhere.cookies) = (true, browser.cookies)
        try elsewhere.logIn()
        #expect(store.sessionKeys.count == 1)
        #expect(try !isKnown(browser, at: here.site) && isKnown(elsewhere, at: here.site))
    }
}
