import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// The user's claims as they are now: read anew by a page, or by themselves with refresh_claims.
@Suite struct RefreshedClaimsTests {
    private static let fiveMinutes = #"refresh_claims = "5m""#

    @Test func pageThatAsks() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.google.user["email"] = nil
        refreshing.google.user["groups"] = ["analysts"]
        let page = try refreshing.refresh().page
        for user in try [page.user(), refreshing.user()] {
            #expect(user["name"] == "Augusta Ada King" && user["email"] == nil && user["groups"] == ["analysts"])
            #expect(user["is_logged_in"] == true && user["sub"] == "user-1")
        }
        let fast = try refreshing.site.application.userJSON(cookie: Array(refreshing.browser.cookieHeader.utf8))
        #expect(try fast.string == refreshing.browser.get("/").userJSON)
        // What changes back, changes back.
        refreshing.google.user["name"] = "Ada Lovelace"
        try refreshing.refresh()
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
    }

    /// The session's own cookie is written at the login and never again: a late response must not restore it.
    @Test func onlyTheTokensAreWritten() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.user["name"] = "Augusta Ada King"
        let page = try refreshing.refresh().page
        let stored = refreshing.browser.tokensName + "="
        #expect(page.setCookies.count == 1 && page.setCookies.first?.hasPrefix(stored) == true)
        #expect(page.header("Cache-Control") == "private" && page.header("Vary") == "Cookie")
        // After a logout, what arrives late opens nothing.
        let name = refreshing.browser.tokensName
        let late = try #require(refreshing.browser.tokensCookie)
        try refreshing.browser.post("/auth/logout")
        refreshing.browser.set(name, late)
        #expect(try !refreshing.isLoggedIn)
    }

    /// A refresh that is answered after the next login leaves the newer session its own tokens, and nothing behind.
    @Test(arguments: [#"expose_tokens = "access""#, fiveMinutes])
    func responseThatArrivesAfterTheNextLogin(lines: String) throws {
        let refreshing = try RefreshingSite(lines)
        let slow = Browser(refreshing.site)
        slow.mayShowTokens = true
        slow.cookies = refreshing.browser.cookies
        try slow.send("GET", "/") { request in try refreshing.site.refresh(request) }
        refreshing.google.user["sub"] = "user-2"
        try refreshing.browser.logIn()
        let newer = refreshing.browser.cookies
        refreshing.browser.set(slow.tokensName, slow.tokensCookie)
        #expect(refreshing.browser.cookies.count == newer.count + 1)
        let page = try refreshing.browser.get("/")
        #expect(try page.isLoggedIn && page.user()["sub"] == "user-2")
        #expect(page.header("Cache-Control") == "private" && page.setCookies.count == 1)
        #expect(refreshing.browser.cookies.map(\.value) == newer.map(\.value))
        #expect(try refreshing.refresh().code == "")
        #expect(try refreshing.browser.get("/").setCookies.isEmpty)
    }

    @Test func claimsAreOnlyThoseToKeep() throws {
        let refreshing = try RefreshingSite("expose_tokens = \"access\"\nsession_claims = [\"name\"]")
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.google.user["phone_number"] = "1"
        try refreshing.refresh()
        let user = try refreshing.user()
        #expect(user["name"] == "Augusta Ada King" && user["phone_number"] == nil && user["email"] == nil)
    }

    /// OIDC Core 12.2: "might not contain an id_token".
    @Test func refreshWithoutIDToken() throws {
        let refreshing = try RefreshingSite()
        let first = try refreshing.accessToken().text
        refreshing.google.refreshesIDToken = false
        refreshing.google.user["name"] = "Augusta Ada King"
        #expect(try refreshing.refresh().code == "")
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
        #expect(try refreshing.accessToken().text != first)
    }

    /// refresh_claims changes nothing then: an operator should know, but not at each refresh.
    @Test func missingIDTokenIsReportedOnce() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        refreshing.google.refreshesIDToken = false
        for _ in 0..<3 {
            refreshing.site.clock.advance(300)
            #expect(try refreshing.isLoggedIn)
        }
        let events = ["tokens_refreshed", "claims_not_refreshed", "tokens_refreshed", "tokens_refreshed"]
        #expect(refreshing.site.events == events)
    }

    @Test func claimsOfUserInfo() throws {
        let refreshing = try RefreshingSite(google: "userinfo = true")
        refreshing.google.userInfo["nickname"] = "lady"
        try refreshing.refresh()
        #expect(try refreshing.user()["nickname"] == "lady")
    }

    @Test func byItself() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.site.clock.advance(299)
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
        #expect(refreshing.tokenRequests == 1)
        refreshing.site.clock.advance(1)
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
        #expect(refreshing.tokenRequests == 2 && refreshing.site.events == ["tokens_refreshed"])
    }

    /// What the page is then judged by.
    @Test func byItselfBeforeTheGate() throws {
        let refreshing = try RefreshingSite("require_login = true\n\(Self.fiveMinutes)")
        refreshing.site.clock.advance(300)
        refreshing.google.revokeAll()
        let page = try refreshing.browser.get("/report", ["Sec-Fetch-Mode": "cors"])
        #expect(page.isAnswered && page.status == 401 && !page.isLoggedIn)
        #expect(refreshing.browser.cookies.isEmpty)
    }

    /// An outage leaves the user signed in, and the page waits for the provider once.
    @Test func byItselfDuringAnOutage() throws {
        let refreshing = try RefreshingSite("require_login = true\n\(Self.fiveMinutes)")
        refreshing.site.clock.advance(300)
        refreshing.google.fail(.token)
        for _ in 0..<5 { #expect(try refreshing.isLoggedIn) }
        #expect(refreshing.tokenRequests == 2)
    }

    @Test func ownPathsDoNotRefresh() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        refreshing.site.clock.advance(300)
        try refreshing.browser.get("/auth/logout")
        #expect(refreshing.tokenRequests == 1)
    }

    @Test func mayBlockSaysSo() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        for isDue in [false, true] {
            if isDue { refreshing.site.clock.advance(300) }
            let request = try HostRequest(refreshing.site.application, IncomingRequest(method: "GET", target: "/"))
            try request.addHeader("Cookie", Array(refreshing.browser.cookieHeader.utf8))
            #expect(request.mayBlock == (isDue && !Driver.isStepwise))
        }
    }

    /// A user must not keep claims by removing the cookie that would change them.
    @Test func tokensThatWereRemoved() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        refreshing.browser.set(refreshing.browser.tokensName, nil)
        #expect(try !refreshing.isLoggedIn)
        let fast = try refreshing.site.application.userJSON(cookie: Array(refreshing.browser.cookieHeader.utf8))
        #expect(fast == #"{"is_logged_in":false}"#)
        let optional = try RefreshingSite()
        optional.browser.set(optional.browser.tokensName, nil)
        #expect(try optional.isLoggedIn)
    }

    /// Nor by restoring an older one.
    @Test func olderCookiesAreRefused() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        let old = refreshing.browser.cookies
        refreshing.site.clock.advance(300)
        #expect(try refreshing.isLoggedIn)
        refreshing.site.clock.advance(60)
        refreshing.browser.cookies = old
        #expect(try !refreshing.isLoggedIn)
        #expect(refreshing.site.events.contains("session_ended"))
    }

    @Test func boundTokensKeepTheirKey() throws {
        let check = ProofCheck()
        let key = "client_private_key = \"\"\"\n\(TestKey.p256.pem(.pkcs8).string)\"\"\""
        let refreshing = try RefreshingSite(
            Self.fiveMinutes, google: "dpop_bound_access_tokens = true\nuserinfo = true\n\(key)"
        ) { site in
            site.google.clientKey = .p256
            site.google.proofCheck = check
        }
        // The server wants another nonce: once more, with a new proof and a new assertion.
        check.nonces = [.token: "newer"]
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.site.clock.advance(300)
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
        #expect(refreshing.tokenRequests == 3 && check.tokenKeys.count == 3)
        #expect(Set(check.tokenKeys.compactMap { $0["x"]?.text?.string }).count == 1)
        #expect(Set(check.ids.map(\.string)).count == check.ids.count)
    }

    @Test func whatDoesNotFit() throws {
        let refreshing = try RefreshingSite(#"expose_tokens = "access""#)
        refreshing.google.editTokenResponse = {
            $0["access_token"] = .string(Text(String(repeating: "a", count: 4000)))
        }
        refreshing.google.user["bio"] = .string(Text(incompressible(1500)))
        #expect(try refreshing.refresh().code == "")
        #expect(refreshing.site.events == ["tokens_refreshed", "tokens_too_large"])
        // The session goes on with its claims, without what is left out.
        #expect(try refreshing.user()["bio"] != nil)
        #expect(refreshing.browser.cookieHeader.utf8.count <= 7900)
        #expect(try refreshing.refresh().code == "token_unavailable")
    }

    /// Claims that cannot be stored must not stay as they were.
    @Test func claimsThatDoNotFit() throws {
        let refreshing = try RefreshingSite(Self.fiveMinutes)
        refreshing.google.user["bio"] = .string(Text(incompressible(7000)))
        refreshing.site.clock.advance(300)
        #expect(try !refreshing.isLoggedIn)
        #expect(refreshing.site.events == ["tokens_refreshed", "session_ended"])
    }
}
