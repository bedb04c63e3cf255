import Basics
import Environment
import Foundation
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Several processes that share a store and refresh one session, at a provider that takes a refresh token which comes twice
/// for theft.
@Suite struct StoredRefreshTests {
    private static let lines = "expose_tokens = \"access\"\nrefresh_claims = \"2m\""
    private static let threads = 4
    private static let rounds = 100

    let store = FakeStore()
    let sites: [Site]
    let browser: Browser

    init() throws {
        let first = try Site(Self.lines, store: store)
        sites = [first, try Site(Self.lines, store: store, beside: first)]
        first.google.givesRefreshTokens = true
        first.google.accessTokenLifetime = RefreshingSite.lifetime
        browser = Browser(first)
        browser.mayShowTokens = true
        try browser.logIn()
    }

    private var google: FakeProvider { sites[0].google }
    private var claim: String { get throws { try #require(store.records.keys.first { $0.hasPrefix("r:") }) } }

    private final class Tally: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0
        func add(_ isGood: Bool) { lock.withLock { count += isGood ? 1 : 0 } }
        var value: Int { lock.withLock { count } }
    }

    private static func page(_ site: Site, cookies: String) throws -> (isLoggedIn: Bool, token: String) {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        try request.addHeader("Cookie", Array(cookies.utf8))
        _ = try site.begin(request)
        return (request.isLoggedIn, (try? site.accessToken(request).text.string) ?? "")
    }

    @Test func noSessionIsLost() throws {
        nonisolated(unsafe) let sites = sites
        let cookies = browser.cookieHeader
        for round in 0..<Self.rounds {
            sites[0].clock.advance(RefreshingSite.lifetime - 60)
            let good = Tally()
            DispatchQueue.concurrentPerform(iterations: 2 * Self.threads) { number in
                let page = try? Self.page(sites[number % 2], cookies: cookies)
                good.add(page?.isLoggedIn == true && page?.token.hasPrefix("access-token-") == true)
            }
            try #require(good.value == 2 * Self.threads, "round \(round)")
            // Claims end in the store's time, which is not the test's.
            store.records = store.records.filter { !$0.key.hasPrefix("r:") }
        }
        #expect(google.reuses == 0)
        #expect(google.count(.token) == 1 + Self.rounds)
    }

    /// The other process has not seen the result yet, and its claim is over.
    @Test func resultIsFoundInTheStore() throws {
        let old = browser.cookieHeader
        sites[0].clock.advance(RefreshingSite.lifetime)
        #expect(try Self.page(sites[0], cookies: old).isLoggedIn)
        let first = try Self.page(sites[1], cookies: old)
        #expect(first.isLoggedIn && google.count(.token) == 2 && google.reuses == 0)
    }

    /// Between a request's reading of the session and its claim, another one finishes.
    @Test func claimAfterTheResult() throws {
        let old = store.records
        sites[0].clock.advance(RefreshingSite.lifetime)
        #expect(try Self.page(sites[0], cookies: browser.cookieHeader).isLoggedIn)
        let new = store.records
        store.records = old
        store.onPut { [store] key in
            guard key.kind == .claim else { return }
            store.onPut(nil)
            store.records = new.filter { $0.key.hasPrefix("s:") }
        }
        let page = try Self.page(sites[1], cookies: browser.cookieHeader)
        #expect(page.isLoggedIn && page.token.hasPrefix("access-token-"))
        #expect(google.count(.token) == 2 && google.reuses == 0)
    }

    @Test func failureIsNotTriedAgainByOthers() throws {
        google.fail(.token)
        sites[0].clock.advance(150)
        for site in sites { #expect(try Self.page(site, cookies: browser.cookieHeader).isLoggedIn) }
        #expect(google.count(.token) == 2)
        #expect(try store.lifetime(claim) == 10)
        google.answer(.token, nil)
        store.records = store.records.filter { !$0.key.hasPrefix("r:") }
        #expect(try Self.page(sites[1], cookies: browser.cookieHeader).isLoggedIn)
        #expect(google.count(.token) == 3)
    }

    /// It outlives whatever a refresh may take: three requests of ten seconds.
    @Test func claimOutlivesTheRequests() throws {
        let lifetimes = Tally()
        store.onPut { [store] key in
            if key.kind == .session, let claim = store.records.keys.first(where: { $0.hasPrefix("r:") }) {
                lifetimes.add(store.lifetime(claim) == 35)
            }
        }
        sites[0].clock.advance(RefreshingSite.lifetime)
        _ = try Self.page(sites[0], cookies: browser.cookieHeader)
        #expect(lifetimes.value == 1)
        #expect(try store.lifetime(claim) == 60)
    }

    /// Whoever died with the claim keeps nobody waiting, and ends no session.
    @Test func claimOfTheDead() throws {
        sites[0].clock.advance(150)
        store.onPut { [store] key in
            guard key.kind == .claim, store.records[key.text.string] == nil else { return }
            store.records[key.text.string] = StoredRecord(version: 7, bytes: [1])
        }
        let timeout = try Site(Self.lines + "\ntimeout = \"100ms\"", store: store, beside: sites[0])
        let page = try Self.page(timeout, cookies: browser.cookieHeader)
        #expect(!page.isLoggedIn || page.token.hasPrefix("access-token-"))
        #expect(google.count(.token) == 1)
    }

    @Test func endedByAnother() throws {
        sites[0].clock.advance(150)
        let key = try #require(store.sessionKeys.first)
        store.onPut { [store] place in if place.kind == .claim { store.records[key] = nil } }
        let page = try browser.get("/")
        #expect(!page.isLoggedIn && browser.cookies.isEmpty && google.count(.token) == 1)
    }

    @Test func refusedRefreshTokenEndsItEverywhere() throws {
        google.answer(.token) { (_) throws(Failure) in .of(400, #"{"error":"invalid_grant"}"#) }
        sites[0].clock.advance(150)
        #expect(try !browser.get("/").isLoggedIn)
        #expect(store.sessionKeys.isEmpty)
    }

    /// Two processes have redeemed the same token, say after a claim was lost: the look for a newer result.
    @Test func newerResultBeforeTheEnd() throws {
        let old = browser.cookieHeader
        sites[0].clock.advance(150)
        let before = store.records
        #expect(try Self.page(sites[0], cookies: old).isLoggedIn)
        let after = store.records.filter { $0.key.hasPrefix("s:") }
        store.records = before
        google.answer(.token) { [store] (_) throws(Failure) in
            store.records = after
            return .of(400, #"{"error":"invalid_grant"}"#)
        }
        #expect(try Self.page(sites[1], cookies: old).isLoggedIn)
        #expect(store.sessionKeys.count == 1)
    }
}
