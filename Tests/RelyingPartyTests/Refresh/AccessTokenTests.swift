import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Access tokens that a page can use: refreshed before they expire, and not more often.
@Suite struct AccessTokenTests {
    @Test func goodTokenIsNotRefreshed() throws {
        let refreshing = try RefreshingSite()
        let (token, page) = try refreshing.accessToken()
        #expect(token.hasPrefix("access-token-") && page.setCookies.isEmpty)
        #expect(page.header("Vary") == "Cookie")
        #expect(refreshing.tokenRequests == 1)
    }

    @Test func refreshedAMinuteBeforeItExpires() throws {
        let refreshing = try RefreshingSite()
        let first = try refreshing.accessToken().text
        refreshing.site.clock.advance(RefreshingSite.lifetime - 61)
        #expect(try refreshing.accessToken().text == first)
        refreshing.site.clock.advance(1)
        let (second, page) = try refreshing.accessToken()
        #expect(second.hasPrefix("access-token-") && second != first)
        #expect(page.setCookies.count == 1 && page.header("Cache-Control") == "private")
        #expect(page.setCookies.first?.hasPrefix(refreshing.browser.tokensName + "=") == true)
        #expect(try refreshing.accessToken().text == second)
        #expect(refreshing.tokenRequests == 2)
        #expect(refreshing.site.events == ["tokens_refreshed"])
    }

    @Test func expiryAndScopeAreThoseOfTheToken() throws {
        let refreshing = try RefreshingSite()
        let first = try refreshing.token()
        #expect(first.expiry == Site.start + RefreshingSite.lifetime && first.scope == "openid profile email")
        refreshing.google.editTokenResponse = { $0["scope"] = "openid reports" }
        refreshing.site.clock.advance(RefreshingSite.lifetime)
        let second = try refreshing.token()
        #expect(second.expiry == Site.start + 2 * RefreshingSite.lifetime && second.scope == "openid reports")
        // A refresh that names no scope changes none (RFC 6749 6).
        refreshing.google.editTokenResponse = { _ in }
        refreshing.site.clock.advance(RefreshingSite.lifetime)
        #expect(try refreshing.token().scope == "openid reports")
    }

    /// Tokens that never live for a minute: one refresh per request at most, and none while half of the life is left.
    @Test func shortLivesDoNotLoop() throws {
        let refreshing = try RefreshingSite { $0.google.accessTokenLifetime = 46 }
        refreshing.site.clock.advance(22)
        _ = try refreshing.accessToken()
        #expect(refreshing.tokenRequests == 1)
        refreshing.site.clock.advance(1)
        try refreshing.browser.send("GET", "/") { request in
            let first = try refreshing.site.accessToken(request).text
            #expect(try refreshing.site.accessToken(request).text == first)
        }
        #expect(refreshing.tokenRequests == 2)
    }

    /// Its expiry is not what the provider means.
    @Test func clockThatWasAhead() throws {
        let refreshing = try RefreshingSite()
        refreshing.site.clock.advance(86_400)
        let ahead = try refreshing.accessToken().text
        refreshing.site.clock.advance(-86_400 + RefreshingSite.lifetime)
        #expect(try refreshing.accessToken().text != ahead)
        #expect(try refreshing.token().expiry == Site.start + 2 * RefreshingSite.lifetime)
        #expect(refreshing.tokenRequests == 3)
    }

    @Test func unknownExpiry() throws {
        let refreshing = try RefreshingSite { $0.google.accessTokenLifetime = nil }
        refreshing.site.clock.advance(86_400)
        #expect(try refreshing.token().expiry == nil)
        #expect(refreshing.tokenRequests == 1)
        #expect(try refreshing.refresh().code == "")
        #expect(refreshing.tokenRequests == 2)
    }

    /// Numbers that are no lifetime count as unknown; the one that Microsoft once wrote as text is one.
    @Test(
        arguments: [
            ("3600" as JSON, 3600), (.integer(0), nil), (.integer(-5), nil), (.integer(Int64.max), nil), ("", nil),
            ([], nil),
            (.real(299.9), 299),
        ] as [(JSON, Int64?)])
    func lifetimes(value: JSON, seconds: Int64?) throws {
        let refreshing = try RefreshingSite { $0.google.editTokenResponse = { $0["expires_in"] = value } }
        #expect(try refreshing.token().expiry == seconds.map { Site.start + $0 })
    }

    @Test func nothingToGive() throws {
        let anonymous = Browser(try Site(#"expose_tokens = "access""#))
        try anonymous.send("GET", "/") { request in
            let codes = [try refusal { try request.accessToken() }, try refusal { try request.refresh() }]
            #expect(codes == [.notSignedIn, .notSignedIn])
        }
        let hidden = try RefreshingSite(#"refresh_claims = "5m""#)
        #expect(try hidden.accessToken().text == "token_unavailable")
        let unrefreshable = try RefreshingSite { $0.google.givesRefreshTokens = false }
        #expect(try unrefreshable.refresh().code == "token_unavailable")
        #expect(try unrefreshable.accessToken().text.hasPrefix("access-token-"))
        unrefreshable.site.clock.advance(RefreshingSite.lifetime)
        #expect(try unrefreshable.accessToken().text == "token_unavailable")
        #expect(try unrefreshable.isLoggedIn)
    }

    /// Kept where a key asks for it, shown where it is named.
    @Test(arguments: [
        ("", false, false), ("expose_tokens = \"id\"", false, false), ("expose_tokens = \"access\"", true, false),
        ("refresh_claims = \"5m\"", true, false), ("expose_tokens = \"refresh\"", true, true),
    ])
    func refreshTokens(lines: String, isKept: Bool, isShown: Bool) throws {
        let refreshing = try RefreshingSite(lines)
        #expect(try (refreshing.refresh().code == "") == isKept)
        let tokens = try refreshing.user()["tokens"]?.object
        #expect((tokens?["refresh"]?.text?.string.hasPrefix("refresh-token-") ?? false) == isShown)
    }

    /// A response that may never arrive must not carry the only copy of a refresh token.
    @Test(
        arguments: [
            ("HEAD", [:]), ("GET", ["Sec-Purpose": "prefetch"]),
            ("GET", ["Upgrade": "websocket", "Origin": "https://app.example.com"]),
        ] as [(String, [String: String])])
    func requestsThatDoNotRefresh(method: String, headers: [String: String]) throws {
        let refreshing = try RefreshingSite()
        refreshing.site.clock.advance(RefreshingSite.lifetime - 30)
        #expect(try refreshing.accessToken(method, headers).text.hasPrefix("access-token-"))
        #expect(try refreshing.refresh(method, headers).code == "token_unavailable")
        refreshing.site.clock.advance(30)
        #expect(try refreshing.accessToken(method, headers).text == "token_unavailable")
        #expect(refreshing.tokenRequests == 1)
    }

    /// Whoever still has the old cookie gets what the first one got, and sends nothing.
    @Test func lateRequestWithTheOldCookie() throws {
        let refreshing = try RefreshingSite()
        refreshing.site.clock.advance(RefreshingSite.lifetime - 60)
        let old = refreshing.browser.cookies
        let first = try refreshing.accessToken().text
        for seconds in [Int64(0), 30, 29] {
            refreshing.site.clock.advance(seconds)
            refreshing.browser.cookies = old
            #expect(try refreshing.accessToken().text == first)
        }
        #expect(refreshing.tokenRequests == 2 && refreshing.google.reuses == 0)
        #expect(try refreshing.isLoggedIn)
    }

    /// What the application sees in the user's JSON are the new tokens, at once and later.
    @Test func userJSONHasTheNewTokens() throws {
        let refreshing = try RefreshingSite(#"expose_tokens = ["id", "access"]"#)
        let before = try refreshing.user()["tokens"]
        let page = try refreshing.refresh().page
        let after = try page.user()["tokens"]
        #expect(after != before && after?.object?.members.map(\.name) == ["id", "access"])
        #expect(try refreshing.user()["tokens"] == after)
    }

    /// The provider may keep the refresh token (RFC 6749 6: "MAY issue a new refresh token").
    @Test func refreshTokenThatStays() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.givesRefreshTokens = false
        for _ in 0..<3 {
            refreshing.site.clock.advance(RefreshingSite.lifetime)
            #expect(try refreshing.accessToken().text.hasPrefix("access-token-"))
        }
        #expect(refreshing.tokenRequests == 4)
        // And is sent again soon: what it gave is no longer new.
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.site.clock.advance(10)
        try refreshing.refresh()
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
    }

    @Test func publishedSecretsStayHidden() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.answer(.token) { request in
            .of(400, #"{"error":"invalid_scope","error_description":"\#(request.body.string)"}"#)
        }
        refreshing.site.clock.advance(RefreshingSite.lifetime)
        #expect(try refreshing.accessToken().text == "token_request_refused")
        #expect(refreshing.site.events == ["refresh_failed"])  // Browser has looked for secrets in the line.
    }
}
