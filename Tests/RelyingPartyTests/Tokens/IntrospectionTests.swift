import Basics
import Environment
import Foundation
import JSON
import RelyingParty
import TestSupport
import Testing

/// Opaque access tokens, by the provider's introspection (RFC 7662).
@Suite struct IntrospectionTests {
    let site: TokenSite
    var google: FakeProvider { site.site.google }

    init() throws { site = try TokenSite(TokenSite.introspection) }

    private var count: Int { google.count(.introspection) }

    @Test func activeToken() throws {
        let token = google.opaqueToken { $0["username"] = "ada" }
        let answer = try site.get(token)
        try site.expectUser(answer)
        #expect(
            try answer.user().members.map(\.name.string) == [
                "is_logged_in", "provider", "authenticated_by", "iss", "sub", "client_id", "scope", "username",
            ])
        let request = try #require(google.lastRequest(.introspection))
        #expect(request.body == "token=\(token)&token_type_hint=access_token")
        #expect(request.headers.contains(HTTPHeader("Accept", "application/json")))
    }

    /// Most of what comes is somebody's invention.
    @Test func inactiveToken() throws {
        for text: Text in ["guess-1", "a.b.c", "eyJ0eXAiOiJhdCtqd3QifQ.e30.x"] {
            site.expectRefused(try site.get(text))
        }
        #expect(count == 3)
        #expect(Set(site.site.events) == ["access_token_refused"])
    }

    @Test func answersCountForAWhile() throws {
        let token = google.opaqueToken()
        for _ in 0..<3 { try site.expectUser(try site.get(token)) }
        #expect(count == 1)
        site.site.clock.advance(59)
        try site.expectUser(try site.get(token))
        google.introspections = [:]
        site.site.clock.advance(1)
        site.expectRefused(try site.get(token))
        site.expectRefused(try site.get(token))
        #expect(count == 2)
        // That it is not active counts for a shorter time.
        site.site.clock.advance(10)
        site.expectRefused(try site.get(token))
        #expect(count == 3)
    }

    @Test func lifetimeByTheSettings() throws {
        for (span, expected) in [("0s", [1, 2, 3]), ("10m", [1, 1, 2])] {
            let site = try TokenSite(TokenSite.introspection + "introspection_lifetime = \"\(span)\"")
            let token = site.site.google.opaqueToken { $0["exp"] = nil }
            var counts: [Int] = []
            for pause: Int64 in [0, 599, 1] {
                site.site.clock.advance(pause)
                try site.expectUser(try site.get(token))
                counts.append(site.site.google.count(.introspection))
            }
            #expect(counts == expected)
        }
    }

    /// Never longer than the token.
    @Test func expiryOfTheToken() throws {
        let token = google.opaqueToken { $0["exp"] = .integer(Site.start + 20) }
        try site.expectUser(try site.get(token))
        google.introspections = [:]
        site.site.clock.advance(19)
        try site.expectUser(try site.get(token))
        site.site.clock.advance(1)
        site.expectRefused(try site.get(token))
    }

    static let faults: [(String, JSONObject)] = [
        ("another audience", ["aud": "https://other.example.com"]), ("no audience", ["aud": .null]),
        ("an empty list", ["aud": []]), ("another issuer", ["iss": "https://other.example.com"]),
        ("a refresh token", ["token_type": "refresh_token"]), ("an ID token", ["typ": "ID"]),
        ("a refresh token of another make", ["typ": "Refresh"]), ("a type of no text", ["token_type": 1]),
        ("expired", ["exp": .integer(Site.start - 60)]), ("exp as text", ["exp": "tomorrow"]),
        ("not valid yet", ["nbf": .integer(Site.start + 61)]), ("from the future", ["iat": .integer(Site.start + 61)]),
        ("no iat", ["iat": .null]), ("no subject", ["sub": .null]), ("an odd subject", ["sub": "\u{e9}"]),
        ("bound to a certificate", ["cnf": ["x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"]]),
        ("bound to a key", ["cnf": ["jkt": "x"]]), ("of the type DPoP, unbound", ["token_type": "DPoP"]),
    ]

    @Test(arguments: faults) func fault(name: String, claims: JSONObject) throws {
        let token = google.opaqueToken { answer in
            for claim in claims.members { answer[claim.name] = claim.value == .null ? nil : claim.value }
        }
        site.expectRefused(try site.get(token))
    }

    @Test(arguments: ["bearer", "access_token", "DPoP", nil]) func typesOfAccessTokens(name: String?) throws {
        guard name != "DPoP" else { return }
        let token = google.opaqueToken { $0["token_type"] = name.map { .string(Text($0)) } }
        try site.expectUser(try site.get(token))
    }

    /// What RFC 7662 leaves to the provider.
    @Test func optionalMembers() throws {
        let token = google.opaqueToken { answer in
            for name: Text in ["iss", "client_id", "scope", "token_type", "exp"] { answer[name] = nil }
        }
        let answer = try site.get(token)
        try site.expectUser(answer)
        #expect(try answer.user()["iss"] == "https://google.example.com")
    }

    @Test func issuerThatEndsInASlash() throws {
        let other = try TokenSite(TokenSite.introspection)
        let google = other.site.google
        google.metadata["issuer"] = "https://google.example.com/"
        let program = Browser(try Site(google: TokenSite.introspection, beside: other.site))
        for issuer: JSON? in ["https://google.example.com/", nil] {
            let token = google.opaqueToken { $0["iss"] = issuer }
            let answer = try program.get("/", ["Authorization": "Bearer \(token.string)"])
            #expect(try answer.user()["iss"] == "https://google.example.com/")
        }
    }

    @Test func missingAudienceByAKey() throws {
        let site = try TokenSite(TokenSite.introspection + "insecure_bearer_tokens_without_aud = true")
        try site.expectUser(try site.get(site.site.google.opaqueToken { $0["aud"] = nil }))
        site.expectRefused(try site.get(site.site.google.opaqueToken { $0["aud"] = "other" }))
    }

    // MARK: - Answers that say nothing

    static let malformed: [HTTPResponse] = [
        .of(200, "{}"), .of(200, #"{"active":"true"}"#), .of(200, #"{"active":1}"#), .of(200, "[]"), .of(200, ""),
        .of(200, "active"), .of(200, #"{"active":true,"active":true}"#), .of(200, #"{"active":true}"#, "text/html"),
        .of(200, #"{"active":true,"sub":"\#(String(repeating: "a", count: 65_536))"}"#),
    ]

    @Test(arguments: malformed.indices) func malformedAnswer(index: Int) throws {
        let token = google.opaqueToken()
        google.answer(.introspection) { _ in Self.malformed[index] }
        for _ in 0..<2 {
            site.expectRefused(
                try site.get(token), "introspection_response_invalid", status: 503, error: "temporarily_unavailable")
        }
        #expect(count == 1)
    }

    @Test(arguments: [
        (HTTPResponse.of(401, #"{"error":"invalid_client"}"#), "client_refused"),
        (.of(403, ""), "introspection_refused"), (.of(400, #"{"error":"invalid_request"}"#), "introspection_refused"),
        (.of(201, #"{"active":true}"#), "introspection_refused"), (.of(302, ""), "introspection_refused"),
        (.of(503, ""), "provider_unavailable"),
    ])
    func refusedQuestion(response: HTTPResponse, code: String) throws {
        let token = google.opaqueToken()
        google.answer(.introspection) { _ in response }
        site.expectRefused(try site.get(token), code, status: 503, error: "temporarily_unavailable")
        google.answer(.introspection, nil)
        site.site.clock.advance(10)
        try site.expectUser(try site.get(token))
    }

    /// It costs one request a timeout, and not each.
    @Test func providerIsDown() throws {
        let known = google.opaqueToken()
        try site.expectUser(try site.get(known))
        google.fail(.introspection)
        for index in 0..<5 {
            site.expectRefused(
                try site.get(Text("guess-\(index)")), "provider_unreachable", status: 503,
                error: "temporarily_unavailable")
        }
        try site.expectUser(try site.get(known))
        #expect(count == 2)
        google.answer(.introspection, nil)
        site.site.clock.advance(10)
        try site.expectUser(try site.get(google.opaqueToken()))
    }

    /// A provider may repeat what it was sent.
    @Test func echo() throws {
        let token = google.opaqueToken()
        google.answer(.introspection) { request in
            .of(400, #"{"error":"invalid_request","error_description":"\#(request.body.string)"}"#)
        }
        site.expectRefused(try site.get(token), "introspection_refused", status: 503, error: "temporarily_unavailable")
        #expect(site.site.log.lines.joined().contains("[hidden]"))
    }

    @Test func noEndpoint() throws {
        let other = try TokenSite(TokenSite.introspection)
        other.site.google.metadata["introspection_endpoint"] = nil
        let cold = Browser(try Site(google: TokenSite.introspection, beside: other.site))
        let answer = try cold.get("/", ["Authorization": "Bearer x"])
        #expect(answer.status == 503 && answer.failure?.code == .metadataInvalid)
    }

    // MARK: - Beside JWTs

    @Test func bothKinds() throws {
        let site = try TokenSite(
            "bearer_tokens = [\"jwt\", \"introspection\"]\nbearer_audience = \"https://app.example.com\"")
        try site.expectUser(try site.get(site.token()))
        site.expectRefused(try site.get(site.token { $0.claims["exp"] = 1 }))
        #expect(site.site.google.count(.introspection) == 0)
        try site.expectUser(try site.get(site.site.google.opaqueToken()))
        // A JWT of another type is opaque to us.
        site.expectRefused(try site.get(site.token { $0.header["typ"] = "JWT" }))
        #expect(site.site.google.count(.introspection) == 2)
    }

    @Test func whatHasEnded() throws {
        let token = google.opaqueToken()
        try site.expectUser(try site.get(token))
        try site.site.application.endSessions(#"{"provider":"google","sub":"user-1"}"#)
        site.expectRefused(try site.get(token))
        site.site.clock.advance(1)
        let next = google.opaqueToken()
        let answer = try site.send("POST", "/", next) { try $0.logout() }
        #expect(answer.status == 204)
        site.expectRefused(try site.get(next))
        try site.expectUser(try site.get(google.opaqueToken()))
    }

    // MARK: - Many at once

    /// Whoever comes second takes the first one's answer.
    @Test(.enabled(if: !Driver.isStepwise)) func oneQuestionAboutOneToken() throws {
        let token = google.opaqueToken()
        let gate = Gate()
        google.hold(.introspection, gate)
        let application = site.site.application
        let (group, lock) = (DispatchGroup(), NSLock())
        nonisolated(unsafe) var users = 0
        for _ in 0..<2 {
            DispatchQueue.global().async(group: group) {
                let request = try? HostRequest(application, IncomingRequest(method: "GET", target: "/"))
                try? request?.addHeader("Authorization", Array("Bearer \(token.string)".utf8))
                guard (try? request?.begin()) == .proceed, request?.isLoggedIn == true else { return }
                lock.withLock { users += 1 }
            }
        }
        gate.await(visitors: 1)
        gate.open()
        group.wait()
        #expect(users == 2 && count == 1)
    }

    /// Programs that leave halfway block nobody.
    @Test(.enabled(if: Driver.isStepwise)) func questionsUnderWay() throws {
        var waiting: [HostRequest] = []
        func request(_ token: String) throws -> HostRequest {
            let request = try HostRequest(site.site.application, IncomingRequest(method: "GET", target: "/"))
            try request.addHeader("Authorization", Array("Bearer \(token)".utf8))
            return request
        }
        for index in 0..<32 {
            waiting.append(try request("guess-\(index)"))
            #expect(try waiting[index].begin() == .wait)
        }
        let late = try request("late")
        #expect(try late.begin() == .respond && late.responseStatus == 503)
        waiting.removeLast()
        #expect(try request("later").begin() == .wait)
    }
}
