import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// What a refresh that fails does to a session: nothing, unless the provider no longer stands by it.
@Suite struct RefreshFailureTests {
    /// Outages and an operator's faults, some of which mention what would end a session.
    static var passing: [(String, (HTTPRequest) throws(Failure) -> HTTPResponse)] {
        [
            ("provider_unreachable", { _ throws(Failure) in throw Failure(.providerUnreachable, "down") }),
            ("provider_timeout", { _ throws(Failure) in throw Failure(.providerTimeout, "slow") }),
            ("provider_tls_failed", { _ throws(Failure) in throw Failure(.providerTLSFailed, "another certificate") }),
            ("token_request_refused", { _ in .of(500, "") }),
            ("provider_unavailable", { _ in .of(503, "<html>invalid_grant</html>") }),
            ("token_request_refused", { _ in .of(500, #"{"error":"invalid_grant"}"#) }),
            ("provider_unavailable", { _ in .of(429, "") }),
            (
                "client_refused",
                { _ in .of(401, #"{"error":"invalid_client","error_description":"no invalid_grant"}"#) }
            ),
            ("client_refused", { _ in .of(400, #"{"error":"unauthorized_client"}"#) }),
            ("provider_unavailable", { _ in .of(400, #"{"error":"temporarily_unavailable"}"#) }),
            ("token_request_refused", { _ in .of(400, #"{"error":"invalid_grant_of_another_kind"}"#) }),
            ("token_response_invalid", { _ in .of(200, "[]") }),
            ("token_response_invalid", { _ in .of(200, #"{"access_token":"","token_type":"Bearer"}"#) }),
        ]
    }

    @Test(arguments: passing.indices)
    func failureThatMayPass(index: Int) throws {
        let (code, answer) = Self.passing[index]
        let refreshing = try RefreshingSite()
        let cookies = refreshing.browser.cookieHeader
        let first = try refreshing.accessToken().text
        refreshing.google.answer(.token, answer)
        refreshing.site.clock.advance(RefreshingSite.lifetime - 50)
        // What it has is still good for a while.
        #expect(try refreshing.accessToken().text == first)
        #expect(refreshing.tokenRequests == 2 && refreshing.site.events == ["refresh_failed"])
        // Nobody asks again so soon, and no timeout is added to each request.
        #expect(try refreshing.refresh().code == code)
        #expect(refreshing.tokenRequests == 2)
        refreshing.site.clock.advance(10)
        #expect(try refreshing.refresh().code == code)
        #expect(refreshing.tokenRequests == 3)
        refreshing.site.clock.advance(40)
        #expect(try refreshing.accessToken().text == code)
        #expect(try refreshing.isLoggedIn && refreshing.browser.cookieHeader == cookies)
        refreshing.google.answer(.token, nil)
        refreshing.site.clock.advance(10)
        #expect(try refreshing.accessToken().text.hasPrefix("access-token-"))
    }

    /// An outage pauses the provider for all of its users, so each does not wait for a timeout of their own.
    @Test func outageIsNoticedOnce() throws {
        let refreshing = try RefreshingSite()
        let other = Browser(refreshing.site)
        other.mayShowTokens = true
        try other.logIn()
        refreshing.google.fail(.token)
        #expect(try refreshing.refresh().code == "provider_unreachable")
        let before = refreshing.tokenRequests
        try other.send("GET", "/") { request in
            let code = try refusal { try refreshing.site.refresh(request) }
            #expect(code == .providerUnreachable)
        }
        #expect(refreshing.tokenRequests == before)
    }

    /// A clock that is set back does not prolong the pause.
    @Test func pauseAndAClockThatJumps() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.fail(.token)
        #expect(try refreshing.refresh().code == "provider_unreachable")
        refreshing.google.answer(.token, nil)
        refreshing.site.clock.advance(-30)
        #expect(try refreshing.refresh().code == "")
    }

    @Test func refreshTokenThatIsRefused() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.revokeAll()
        let (code, page) = try refreshing.refresh()
        #expect(code == "refresh_refused" && !page.isLoggedIn)
        #expect(refreshing.browser.cookies.isEmpty)
        #expect(refreshing.site.events == ["refresh_failed", "session_ended"])
        #expect(try !refreshing.isLoggedIn)
    }

    /// A response about someone or something else changes nothing, and ends the session.
    @Test(
        arguments: [
            (["sub": "user-2"], "id_token_subject_mismatch"),
            (["iss": "https://other.example.com"], "id_token_issuer_mismatch"),
            (["aud": "other-client"], "id_token_audience_mismatch"),
            (["aud": ["google-client", "other-client"]], "id_token_audience_mismatch"),
            (["azp": "google-client"], "id_token_audience_mismatch"),
            (["azp": "other-client"], "id_token_authorized_party_mismatch"),
        ] as [(JSONObject, String)])
    func responseAboutAnother(claims: JSONObject, code: String) throws {
        let refreshing = try RefreshingSite()
        refreshing.google.editToken = { $0.change(claims: claims) }
        let (refusal, page) = try refreshing.refresh()
        #expect(refusal == code && !page.isLoggedIn)
        #expect(refreshing.browser.cookies.isEmpty)
        #expect(refreshing.site.events == ["refresh_failed", "session_ended"])
    }

    /// An ID token that fails another check changes no claim and no access token; but the refresh token that came with it is
    /// the only one that still works.
    @Test(
        arguments: [
            (["nonce": "another"], "id_token_nonce_mismatch"),
            (["iat": .integer(Site.start - 300)], "id_token_too_old"),
            (["auth_time": .integer(Site.start - 600)], "id_token_claim_invalid"),
            (["exp": .integer(Site.start - 300)], "id_token_expired"),
            (["at_hash": "x"], "id_token_access_token_hash_mismatch"),
            (["exp": .null], "id_token_claim_invalid"),
        ] as [(JSONObject, String)])
    func tokenThatFailsACheck(claims: JSONObject, code: String) throws {
        let refreshing = try RefreshingSite { site in
            site.google.editToken = { $0.change(claims: ["auth_time": .integer(Site.start - 60)]) }
        }
        let first = try refreshing.accessToken().text
        refreshing.google.editToken = { token in
            token.change(claims: claims)
            token.change(claims: ["name": "Eve"])
        }
        let (refusal, page) = try refreshing.refresh()
        #expect(refusal == code && page.isLoggedIn)
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
        #expect(try refreshing.accessToken().text == first)
        #expect(refreshing.site.events == ["refresh_failed"])
        // Not again at once, although the refresh token is another one.
        #expect(try refreshing.refresh().code == code)
        #expect(refreshing.tokenRequests == 2)
        refreshing.google.editToken = { _ in }
        refreshing.site.clock.advance(10)
        #expect(try refreshing.refresh().code == "")
        #expect(refreshing.google.reuses == 0)
    }

    @Test func forgedSignature() throws {
        let refreshing = try RefreshingSite()
        refreshing.google.signingKey = .newerRSA
        refreshing.google.user["name"] = "Eve"
        #expect(try refreshing.refresh().code.hasPrefix("id_token_"))
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
    }

    /// The user may have lost what the rules require.
    @Test func userWhoMayNoLongerSignIn() throws {
        let refreshing = try RefreshingSite(
            "expose_tokens = \"access\"\nallowed_domains = \"example.com\"")
        #expect(try refreshing.refresh().code == "")
        refreshing.google.user["email"] = "ada@elsewhere.example"
        let (code, page) = try refreshing.refresh()
        #expect(code == "user_not_allowed" && !page.isLoggedIn)
        #expect(refreshing.browser.cookies.isEmpty)
    }

    @Test func userInfoAboutAnother() throws {
        let refreshing = try RefreshingSite(google: "userinfo = true")
        refreshing.google.userInfo["sub"] = "user-2"
        #expect(try refreshing.refresh().code == "userinfo_subject_mismatch")
        #expect(try !refreshing.isLoggedIn)
    }

    /// Once more the only good refresh token.
    @Test func userInfoWithAnEndThatIsNone() throws {
        let refreshing = try RefreshingSite(#"refresh_claims = "5m""#, google: "userinfo = true")
        refreshing.google.userInfo["session_expiry"] = "soon"
        for _ in 0..<3 {
            refreshing.site.clock.advance(300)
            #expect(try refreshing.isLoggedIn)
        }
        #expect(refreshing.google.reuses == 0 && refreshing.site.events == Array(repeating: "refresh_failed", count: 3))
    }

    /// What prevents that claims are read anew, and which code it has.
    enum Obstacle: CaseIterable { case idToken, userInfo, largeUserInfo, largeResponse, outage, outageOfUserInfo }

    /// A user who can write a claim that cannot be read would keep a role so. An outage is nobody's doing.
    @Test(arguments: Obstacle.allCases) func claimsThatStayUnreadableForADay(obstacle: Obstacle) throws {
        let refreshing = try RefreshingSite(#"refresh_claims = "1h""#, google: "userinfo = true")
        let google = refreshing.google
        switch obstacle {
        case .idToken: google.editToken = { $0.change(claims: ["nonce": "another"]) }
        case .userInfo: google.userInfo["session_expiry"] = "soon"
        case .largeUserInfo: google.fail(.userInfo, .responseTooLarge)
        case .largeResponse: google.fail(.token, .responseTooLarge)
        case .outage: google.fail(.token)
        case .outageOfUserInfo: google.fail(.userInfo)
        }
        for _ in 0..<24 {
            refreshing.site.clock.advance(3600)
            #expect(try refreshing.isLoggedIn)
        }
        #expect(!refreshing.site.events.contains("session_ended"))
        refreshing.site.clock.advance(3600)
        let isOutage = obstacle == .outage || obstacle == .outageOfUserInfo
        #expect(try refreshing.isLoggedIn == isOutage)
        #expect(refreshing.site.events.contains("session_ended") == !isOutage)
        #expect(refreshing.browser.cookies.isEmpty == !isOutage)
    }

    /// The day begins anew with each success; and without refresh_claims, nobody has asked for claims that are current.
    @Test(arguments: [true, false]) func claimsThatAreReadInBetween(isAsked: Bool) throws {
        let refreshing = try RefreshingSite(isAsked ? #"refresh_claims = "1h""# : #"expose_tokens = "access""#)
        for hour in 0..<60 {
            refreshing.google.editToken = { if hour != 20 || !isAsked { $0.change(claims: ["nonce": "another"]) } }
            refreshing.site.clock.advance(3600)
            guard hour < 44 || !isAsked else { break }
            #expect(try refreshing.refresh().code == (hour == 20 && isAsked ? "" : "id_token_nonce_mismatch"))
            #expect(try refreshing.isLoggedIn, "hour \(hour)")
        }
    }

    /// A user whose tokens are too large is no outage, which would keep everybody's claims as they are.
    @Test func responseThatIsTooLarge() throws {
        let refreshing = try RefreshingSite()
        let other = Browser(refreshing.site)
        other.mayShowTokens = true
        try other.logIn()
        refreshing.google.fail(.token, .responseTooLarge)
        #expect(try refreshing.refresh().code == "response_too_large")
        refreshing.google.answer(.token, nil)
        try other.send("GET", "/") { request in try refreshing.site.refresh(request) }
    }

    /// Claims stay, tokens are new.
    @Test func userInfoThatFails() throws {
        let refreshing = try RefreshingSite(google: "userinfo = true")
        let first = try refreshing.accessToken().text
        refreshing.google.fail(.userInfo)
        refreshing.google.user["name"] = "Augusta Ada King"
        #expect(try refreshing.refresh().code == "provider_unreachable")
        #expect(try refreshing.user()["name"] == "Ada Lovelace")
        #expect(try refreshing.accessToken().text != first)
        refreshing.google.answer(.userInfo, nil)
        refreshing.site.clock.advance(10)
        #expect(try refreshing.refresh().code == "")
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
    }
}
