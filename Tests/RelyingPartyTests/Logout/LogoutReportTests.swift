import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// What providers report in other ways: security events of CAEP that are pushed (RFC 8935), and Global Token Revocation.
@Suite struct LogoutReportTests {
    private static let events = "/auth/security-events"
    private static let revocation = "/auth/global-token-revocation"
    private static let issuer: Text = "https://google.example.com"
    private static let caep: Text = "https://schemas.openid.net/secevent/caep/event-type/"

    private let backchannel: BackchannelSite
    private var site: Site { backchannel.site }

    init() throws {
        backchannel = BackchannelSite(try Site(google: "security_events = true\nglobal_token_revocation = true"))
        try site.warmUp()
    }

    /// Two sessions of a user, and one of another.
    private func signIn() throws -> [Browser] {
        [
            try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"),
            try backchannel.signedIn("user-2", sid: "s3"),
        ]
    }

    private func areSignedIn(_ browsers: [Browser]) throws -> [Bool] {
        try browsers.map { try $0.get("/").isLoggedIn }
    }

    private static func user(_ sub: Text = "user-1", of issuer: Text = LogoutReportTests.issuer) -> JSON {
        .object(["format": "iss_sub", "iss": .string(issuer), "sub": .string(sub)])
    }

    private static func session(_ id: Text) -> JSON { .object(["format": "opaque", "id": .string(id)]) }

    private static func complex(_ members: JSONObject) -> JSON {
        var all = members
        all["format"] = "complex"
        return .object(all)
    }

    // MARK: - Security events

    private func event(
        _ name: Text = caep + "session-revoked", about subject: JSON = user(),
        editing edit: (inout TestToken) -> Void = { _ in }
    ) -> Text {
        site.google.logoutToken { token in
            token.header["typ"] = "secevent+jwt"
            token.claims["exp"] = nil
            token.claims["events"] = .object([name: .object(["event_timestamp": 1])])
            token.claims["sub_id"] = subject
            edit(&token)
        }.signed(with: site.google.signingKey)
    }

    private func push(_ token: Text, type: String = "application/secevent+jwt") throws -> Answer {
        try Browser(site).send("POST", Self.events, ["Content-Type": type], body: token.string)
    }

    private func expectRefused(_ answer: Answer, _ code: String = "logout_token_invalid") {
        #expect(answer.status == 400 && answer.setCookies.isEmpty)
        #expect(answer.body == #"{"err":"invalid_request","description":"\#(code)"}"#)
        #expect(site.events.last == "backchannel_logout_refused")
    }

    static let ends: [(Text, JSON, [Bool])] = [
        ("session-revoked", user(), [false, false, true]),
        ("session-revoked", complex(["user": user(), "session": session("s1")]), [false, true, true]),
        ("session-revoked", complex(["session": session("s1")]), [false, true, true]),
        ("session-revoked", complex(["user": user()]), [false, false, true]),
        ("credential-change", user(), [false, false, true]),
        ("credential-change", complex(["user": user(), "session": session("s1")]), [false, false, true]),
        ("session-revoked", user("nobody"), [true, true, true]),
    ]

    @Test(arguments: 0..<ends.count) func securityEvent(number: Int) throws {
        let (name, subject, expected) = Self.ends[number]
        let browsers = try signIn()
        let answer = try push(event(Self.caep + name, about: subject))
        #expect(answer.status == 202 && answer.body.isEmpty && answer.setCookies.isEmpty)
        #expect(site.events == ["backchannel_logout"])
        #expect(try areSignedIn(browsers) == expected)
        site.clock.advance(1)
        #expect(try backchannel.signedIn(sid: "s4").get("/").isLoggedIn)
        #expect(try areSignedIn(browsers) == expected, "revived by a login")
    }

    /// Acknowledged, so that the transmitter does not send them again and again; and none of our business.
    @Test(arguments: [
        "https://schemas.openid.net/secevent/ssf/event-type/verification", caep + "device-compliance-change",
    ])
    func otherEvent(_ name: Text) throws {
        let browsers = try signIn()
        #expect(try push(event(name)).status == 202)
        #expect(try site.events.isEmpty && areSignedIn(browsers) == [true, true, true])
    }

    /// Whom a subject means must be certain, and all of it must count.
    static let strangeSubjects: [JSON] = [
        .null, "user-1", .object(["format": "email", "email": "ada@example.com"]),
        .object(["iss": .string(issuer), "sub": "user-1"]), user(of: "https://work.example.com/realms/a"), user(""),
        session("s1"), complex([:]), complex(["user": user(), "device": session("d1")]),
        complex(["user": session("user-1")]), complex(["user": "user-1"]), complex(["session": session("")]),
        complex(["user": complex(["user": user()])]), complex(["user": user(), "session": "s1"]),
    ]

    @Test(arguments: strangeSubjects) func strangeSubject(_ subject: JSON) throws {
        let browsers = try signIn()
        expectRefused(try push(event(about: subject)))
        #expect(try areSignedIn(browsers) == [true, true, true])
    }

    private static let edits: [(String, @Sendable (inout TestToken) -> Void)] = [
        ("no type", { $0.header["typ"] = nil }), ("JWT", { $0.header["typ"] = "JWT" }),
        ("logout token", { $0.header["typ"] = "logout+jwt" }), ("no jti", { $0.claims["jti"] = nil }),
        ("no iat", { $0.claims["iat"] = nil }), ("other aud", { $0.claims["aud"] = "work-client" }),
        ("other iss", { $0.claims["iss"] = "https://evil.example.com" }), ("no events", { $0.claims["events"] = nil }),
        ("old", { $0.claims["iat"] = .integer(($0.claims["iat"]?.seconds ?? 0) - 600) }),
        ("nonce", { $0.claims["nonce"] = "n" }), ("alg none", { $0.header["alg"] = "none" }),
        ("aud of the other address", { $0.claims["aud"] = "https://app.example.com/auth/global-token-revocation" }),
    ]

    @Test(arguments: edits.map(\.0)) func badEvent(what: String) throws {
        let browsers = try signIn()
        let edit = try #require(Self.edits.first { $0.0 == what }?.1)
        expectRefused(try push(event(editing: edit)))
        #expect(try areSignedIn(browsers) == [true, true, true])
    }

    @Test func requestsThatAreNoPush() throws {
        let browsers = try signIn()
        for type in ["application/jwt", "application/json", "", "application/x-www-form-urlencoded"] {
            expectRefused(try push(event(), type: type))
        }
        expectRefused(try push(""))
        var forged = site.google.logoutToken()
        forged.header["typ"] = "secevent+jwt"
        forged.claims["events"] = .object([Self.caep + "session-revoked": .object(JSONObject())])
        forged.claims["sub_id"] = Self.user()
        expectRefused(try push(forged.signed(with: .newerRSA)), "logout_token_signature_invalid")
        #expect(try areSignedIn(browsers) == [true, true, true])
    }

    /// A stream's audience may be the address.
    @Test func audienceIsTheAddress() throws {
        let browsers = try signIn()
        let token = event { $0.claims["aud"] = ["https://app.example.com/auth/security-events"] }
        #expect(try push(token).status == 202)
        #expect(try areSignedIn(browsers) == [false, false, true])
        expectRefused(try push(token), "logout_token_replayed")
    }

    // MARK: - Global Token Revocation

    private func bearer(_ edit: (inout TestToken) -> Void = { _ in }) -> Text {
        site.google.logoutToken { token in
            token.header["typ"] = "global-token-revocation+jwt"
            token.claims["events"] = nil
            token.claims["aud"] = "https://app.example.com/auth/global-token-revocation"
            edit(&token)
        }.signed(with: site.google.signingKey)
    }

    private func revoke(
        _ token: Text?, _ body: JSONObject = ["sub_id": user()], type: String = "application/json"
    ) throws -> Answer {
        var headers = ["Content-Type": type]
        headers["Authorization"] = token.map { "Bearer \($0.string)" }
        return try Browser(site).send("POST", Self.revocation, headers, body: Text(wellFormed: body.bytes[...]).string)
    }

    @Test(arguments: ["sub_id", "subject"] as [Text]) func globalTokenRevocation(name: Text) throws {
        let browsers = try signIn()
        let answer = try revoke(bearer(), [name: Self.user()])
        #expect(answer.status == 204 && answer.body.isEmpty && site.events == ["backchannel_logout"])
        #expect(try areSignedIn(browsers) == [false, false, true])
    }

    /// Users have ID tokens of their own: none may end the sessions of others.
    @Test func idTokenIsNoCredential() throws {
        let browsers = try signIn()
        let idToken = try #require(site.google.secrets.dropLast().last)
        for type: JSON? in [nil, "JWT", "at+jwt", "logout+jwt"] {
            #expect(try revoke(bearer { $0.header["typ"] = type }).status == 400)
        }
        #expect(try revoke(bearer { $0.claims["aud"] = "google-client" }).status == 400)
        #expect(try revoke(idToken).status == 400)
        #expect(try areSignedIn(browsers) == [true, true, true])
    }

    @Test func badRequests() throws {
        let browsers = try signIn()
        let bodies: [JSONObject] = [
            [:], ["sub_id": "user-1"], ["sub_id": Self.user(), "subject": Self.user("user-2")],
            ["sub_id": .object(["format": "email", "email": "ada@example.com"])],
            ["sub_id": Self.user(of: "https://work.example.com/realms/a")],
            ["sub_id": Self.complex(["session": Self.session("s1")])],
        ]
        for body in bodies { #expect(try revoke(bearer(), body).status == 400) }
        for token in [nil, "", "x"] as [Text?] { #expect(try revoke(token).status == 400) }
        #expect(try revoke(bearer(), type: "text/plain").status == 400)
        #expect(try areSignedIn(browsers) == [true, true, true])
        let token = bearer()
        #expect(try revoke(token).status == 204)
        #expect(try revoke(token, ["sub_id": Self.user("user-2")]).status == 400, "a token is good once")
        #expect(try areSignedIn(browsers) == [false, false, true])
    }

    // MARK: - Settings

    /// Nobody asked for them.
    @Test func notConfigured() throws {
        let browser = Browser(try Site())
        for path in [Self.events, Self.revocation] { #expect(try !browser.send("POST", path).isAnswered) }
    }
}
