import Basics
import Environment
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Sessions in a store: what the browser and the store each have, and what a wrong answer of the store is worth.
@Suite struct StoredSessionTests {
    private static let anonymous = #"{"is_logged_in":false}"#

    let store = FakeStore()
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site("idle_timeout = \"1h\"\nexpose_tokens = \"access\"", store: store)
        site.google.givesRefreshTokens = true
        browser = Browser(site)
        browser.mayShowTokens = true
        try browser.logIn()
        site.log.clear()
    }

    private var key: String { get throws { try #require(store.sessionKeys.first) } }

    /// What the request sees, and the events that it causes. The cookie stays: the store may recover.
    private func look(_ browser: Browser? = nil) throws -> (isLoggedIn: Bool, events: [String]) {
        site.log.clear()
        let page = try (browser ?? self.browser).get("/")
        #expect(!page.setCookies.contains { $0.contains("Max-Age=0") })
        return (page.isLoggedIn, site.events)
    }

    /// Each operation counts for monitoring, failed ones as well; without a store, there is nothing to count.
    @Test func operationsAreMeasured() throws {
        let operations = { (site: Site) throws -> JSONObject? in
            let report = try #require(JSONObject(parsing: Array(site.application.statisticsJSON().string.utf8)))
            return report["session_store"]?.object
        }
        let page = { (site: Site) in site.application.statisticsForPrometheus().string }
        let count = { (site: Site) throws -> Int64? in
            guard case .integer(let count) = try operations(site)?["count"] else { return nil }
            return count
        }
        let before = try #require(try count(site))
        #expect(before > 0)
        _ = try look()
        #expect(try count(site) == before + 1)
        #expect(page(site).contains("\nstauth_session_store_seconds_count \(before + 1)\n"))
        #expect(try operations(Site()) == nil && !page(Site()).contains("session_store"))
    }

    // MARK: - Who has what

    @Test func cookieIsShort() throws {
        #expect(browser.cookies.map(\.name) == ["__Host-stauth_session"])
        #expect(try #require(browser.sessionCookie).utf8.count <= 120)
        let user = try browser.get("/").user()
        #expect(user["sub"] == .string("user-1") && user["tokens"]?.object?["access"] != nil)
        #expect(try site.application.userJSON(cookie: Array(browser.cookieHeader.utf8)).string.contains("user-1"))
    }

    /// With all that the store has, nobody reads a session or makes its cookie.
    @Test func storeLearnsNothing() throws {
        let cookie = try #require(browser.sessionCookie)
        for (key, record) in store.records {
            let text = String(decoding: record.bytes, as: UTF8.self)
            let secrets = ["user-1", "access-token", "is_logged_in", "google", cookie] + site.secrets
            #expect(leaks(of: secrets, in: text) == [])
            #expect(!site.random.all.contains { $0.count > 8 && key.contains(Base64URL.encode($0.prefix(16)).string) })
            let stranger = Browser(site)
            stranger.set("__Host-stauth_session", String(key.dropFirst(2)))
            #expect(try !stranger.get("/").isLoggedIn)
        }
        let keys = site.random.all.filter { $0.count == 32 }
        #expect(!keys.isEmpty && keys.allSatisfy { key in !store.records.values.contains { $0.bytes.contains(key) } })
    }

    @Test func oneReadForARequest() throws {
        store.operations = []
        try browser.get("/")
        #expect(store.operations == ["get s"])
    }

    /// The store keeps it no longer than it counts.
    @Test func recordEndsWithTheSession() throws {
        #expect(try store.lifetime(key) == 30 * 86_400)
    }

    @Test func anotherProcessKnowsIt() throws {
        let other = Browser(try Site("idle_timeout = \"1h\"\nexpose_tokens = \"access\"", store: store, beside: site))
        other.mayShowTokens = true
        other.cookies = browser.cookies
        #expect(try other.get("/").isLoggedIn)
        try other.post("/auth/logout")
        #expect(store.sessionKeys.isEmpty)
        #expect(try look() == (false, []))
    }

    // MARK: - Wrong answers

    @Test func changedRecord() throws {
        let (key, record) = (try key, store.records[try key])
        let good = try #require(record)
        for index in stride(from: 0, to: good.bytes.count, by: 7) {
            var bytes = good.bytes
            bytes[index] ^= 1
            store.records[key] = StoredRecord(version: good.version, bytes: bytes)
            #expect(try look() == (false, ["stored_session_refused"]), "byte \(index)")
        }
        store.records[key] = good
        #expect(try look() == (true, []))
    }

    @Test(arguments: [0, 1, 24, 40, 41, 56, 57, 100, 1_200_000]) func otherLength(length: Int) throws {
        let good = try #require(store.records[try key])
        let bytes = Array((good.bytes + [UInt8](repeating: 0, count: length)).prefix(length))
        store.records[try key] = StoredRecord(version: good.version, bytes: bytes)
        #expect(try look() == (false, ["stored_session_refused"]))
    }

    @Test func swappedRecords() throws {
        let other = Browser(site)
        other.mayShowTokens = true
        try other.logIn()
        let keys = store.sessionKeys
        try #require(keys.count == 2)
        let records = keys.map { store.records[$0] }
        (store.records[keys[0]], store.records[keys[1]]) = (records[1], records[0])
        #expect(try look() == (false, ["stored_session_refused"]))
        #expect(try look(other) == (false, ["stored_session_refused"]))
    }

    @Test func olderRecordOfTheSameSession() throws {
        let old = try #require(store.records[try key])
        try browser.send("GET", "/") { try site.refresh($0) }
        #expect(browser.cookies.allSatisfy { $0.value.utf8.count <= 120 })
        #expect(try look() == (true, []))
        store.records[try key] = old
        #expect(try look() == (false, ["stored_session_refused"]))
        #expect(site.log.lines.first?.contains("reason=older_record") == true)
        #expect(try site.application.userJSON(cookie: Array(browser.cookieHeader.utf8)).string == Self.anonymous)
    }

    @Test func storeThatFails() throws {
        store.fail(Failure(.sessionStoreFailed, "no answer within 200 ms"))
        #expect(try look() == (false, ["session_store_failed"]))
        store.fail(nil)
        #expect(try look() == (true, []))
    }

    @Test func eventNamesTheRequest() throws {
        store.fail(Failure(.sessionStoreFailed, "no answer within 200 ms"))
        browser.requestID = "request-1"
        _ = try look()
        let line = "event=session_store_failed code=session_store_failed message=\"no answer within 200 ms\""
        #expect(site.log.lines == [line + " request_id=request-1"])
    }

    // MARK: - Ends

    @Test func logoutThatTheStoreMisses() throws {
        store.fail(Failure(.sessionStoreFailed, "no answer within 200 ms"))
        try browser.post("/auth/logout")
        #expect(site.events.contains("stored_session_not_ended") && browser.cookies.isEmpty)
    }

    /// The store fails when the request begins, and is back when it ends.
    @Test func logoutOfASessionThatWasNotRead() throws {
        let copy = browser.cookies
        store.fail(Failure(.sessionStoreFailed, "no answer within 200 ms"))
        store.recover(after: 1)
        try browser.post("/auth/logout")
        #expect(store.sessionKeys.isEmpty)
        browser.cookies = copy
        #expect(try look() == (false, []))
    }

    /// A refresh is under way when another process ends the session: its result brings nothing back.
    @Test func refreshInFlightRevivesNothing() throws {
        let key = try key
        site.google.answer(.token) { [store] (_) throws(Failure) in
            store.records[key] = nil
            return .json(["access_token": "access-token-x", "token_type": "Bearer", "expires_in": 300])
        }
        let page = try browser.send("GET", "/") { request in
            let code = try refusal { () throws in try site.refresh(request) }
            #expect(code == .notSignedIn)
        }
        #expect(!page.isLoggedIn && store.records[key] == nil && browser.sessionCookie == nil)
    }

    // MARK: - Logins

    @Test func loginNeedsTheStore() throws {
        let stranger = Browser(site)
        stranger.mayShowTokens = true
        let callback = try stranger.approve(stranger.startLogin())
        store.fail(Failure(.sessionStoreFailed, "connection refused"))
        let answer = try stranger.get(callback)
        #expect(answer.status == 503 && answer.code == "session_store_failed")
        #expect(stranger.sessionCookie == nil)
        store.fail(nil)
        try stranger.logIn()
    }

    @Test func fallbackToCookies() throws {
        let lines = "store_fallback = \"cookie\"\nexpose_tokens = \"access\""
        let site = try Site(lines, store: store)
        let browser = Browser(site)
        browser.mayShowTokens = true
        store.fail(Failure(.sessionStoreFailed, "connection refused"))
        try browser.logIn()
        #expect(site.events.contains("session_kept_in_cookie"))
        #expect(try browser.get("/").isLoggedIn)
        store.fail(nil)
        #expect(try browser.get("/").isLoggedIn)
        // Without the fallback, a session that no other process can end counts for nothing.
        let strict = Browser(try Site("expose_tokens = \"access\"", store: store, beside: site))
        strict.cookies = browser.cookies
        #expect(try !strict.get("/").isLoggedIn)
    }

    /// A reference leads nowhere once there is no store.
    @Test func withoutTheStore() throws {
        let other = Browser(try Site("idle_timeout = \"1h\"", beside: site))
        other.cookies = browser.cookies
        #expect(try !other.get("/").isLoggedIn)
    }

    /// From the ID token, and from UserInfo.
    @Test(arguments: [(100_000, false), (700_000, true)]) func largeClaims(length: Int, areFromUserInfo: Bool) throws {
        let lines = "expose_tokens = \"access\""
        let site = try Site(lines, google: areFromUserInfo ? "userinfo = true" : "", store: FakeStore())
        let groups = JSON.string(Text(incompressible(length)))
        if areFromUserInfo { site.google.userInfo["groups"] = groups } else { site.google.user["groups"] = groups }
        let browser = Browser(site)
        browser.mayShowTokens = true
        try browser.logIn()
        #expect(try browser.get("/").user()["groups"]?.text?.count == length)
        #expect(browser.cookies.allSatisfy { $0.value.utf8.count <= 120 })
    }
}

extension Array where Element == UInt8 {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        part.count <= count && (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
