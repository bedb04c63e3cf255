import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins with aggregated and distributed claims (OIDC Core 5.6.2).
@Suite struct SourcedClaimsTests {
    private static let endpoint = "https://records.example.com/claims"
    private static let accessToken = "access-token-of-the-source"

    let site: Site
    let browser: Browser

    init() throws {
        site = try Site(google: "userinfo = true\nclaims_providers = [\"https://records.example.com\"]")
        site.records.keys = [.p256]
        site.records.metadata["id_token_signing_alg_values_supported"] = ["ES256"]
        browser = Browser(site)
    }

    private func token(
        _ claims: JSONObject, of issuer: String = "https://records.example.com", signedWith key: TestKey = .p256
    ) -> Text {
        var token = TestToken(key === TestKey.p256 ? .es256 : .rs256, keyID: key.keyID, claims: claims)
        token.claims["iss"] = .string(Text(issuer))
        return token.signed(key === TestKey.p256 ? .es256 : .rs256, with: key)
    }

    /// UserInfo that says that `names` are at one source.
    private func refer(_ names: [Text], to source: JSONObject) {
        var claimNames = JSONObject()
        for name in names { claimNames[name] = "src1" }
        site.google.userInfo["_claim_names"] = .object(claimNames)
        site.google.userInfo["_claim_sources"] = ["src1": .object(source)]
    }

    private func user() throws -> JSONObject {
        try browser.logIn()
        let user = try browser.get("/").user()
        #expect(user["iss"] == "https://google.example.com")
        #expect(user["sub"] == "user-1")
        #expect(user["provider"] == "google")
        #expect(!user.members.contains { $0.name.hasPrefix("_claim") })
        return user
    }

    private var ignored: Int { site.events.count { $0 == "claim_source_ignored" } }

    // MARK: - Aggregated

    @Test func aggregatedClaims() throws {
        refer(["credit_score", "missing"], to: ["JWT": .string(token(["credit_score": 650, "other": 1]))])
        let user = try user()
        #expect(user["credit_score"] == 650)
        #expect(user["other"] == nil && user["missing"] == nil)
        #expect(ignored == 0)
        // The issuer's metadata and keys are cached.
        try browser.logIn()
        #expect(site.records.count(.metadata) == 1 && site.records.count(.jwkSet) == 1)
    }

    @Test func claimsOfTheIDToken() throws {
        let token = token(["credit_score": 650])
        site.google.editToken = {
            $0.change(claims: [
                "_claim_names": ["credit_score": "src1"], "_claim_sources": ["src1": ["JWT": .string(token)]],
            ])
        }
        #expect(try user()["credit_score"] == 650)
    }

    /// The provider's own keys, fetched for the ID token. A token about somebody else does not count.
    @Test(arguments: [(nil, true), ("user-1", true), ("user-2", false)] as [(Text?, Bool)])
    func claimsOfTheProviderItself(subject: Text?, isTaken: Bool) throws {
        var claims: JSONObject = ["credit_score": 650]
        if let subject { claims["sub"] = .string(subject) }
        refer(["credit_score"], to: ["JWT": .string(token(claims, of: site.google.issuer, signedWith: .rsa))])
        #expect(try user()["credit_score"] == (isTaken ? 650 : nil))
        #expect(ignored == (isTaken ? 0 : 1))
        #expect(site.records.requestCount == 0)
    }

    /// No one's identity, no claim of the ID token, and nothing that the library says.
    @Test func nothingIsReplaced() throws {
        let names: [Text] = ["iss", "sub", "email", "email_verified", "is_logged_in", "provider", "protocol", "aud"]
        var claims = JSONObject()
        for name in names { claims[name] = "evil" }
        claims["email_verified"] = true
        claims["_claim_sources"] = "evil"
        refer(names + ["_claim_sources", "_claim_names"], to: ["JWT": .string(token(claims))])
        site.google.user["email_verified"] = nil
        let user = try user()
        #expect(user["email"] == "ada@example.com")
        #expect(user["is_logged_in"] == true)
        #expect(user["email_verified"] == nil && user["protocol"] == nil && user["aud"] == nil)
        #expect(leaks(of: ["evil"], in: try browser.get("/").userJSON).isEmpty)
    }

    @Test func strangersAndForgeriesAreIgnored() throws {
        let claims: JSONObject = ["credit_score": 650]
        let tokens = [
            token(claims, of: "https://evil.example.com"), token(claims, of: "https://records.example.com/"),
            token(claims, signedWith: .rsa), token(claims, of: site.google.issuer), "a.b.c", "",
            token(["credit_score": 650, "exp": .integer(Site.start - 61)]), token(["credit_score": 650, "aud": "x"]),
        ]
        for (index, token) in tokens.enumerated() {
            refer(["credit_score"], to: ["JWT": .string(token)])
            #expect(try user()["credit_score"] == nil, "token \(index)")
            #expect(ignored == index + 1)
        }
        #expect(site.network.strayRequests.isEmpty)
    }

    /// New keys of the issuer's are fetched, once a minute.
    @Test func keysAreRotated() throws {
        refer(["credit_score"], to: ["JWT": .string(token(["credit_score": 650], signedWith: .rsa))])
        site.records.metadata["id_token_signing_alg_values_supported"] = ["RS256"]
        #expect(try user()["credit_score"] == nil)
        #expect(site.records.count(.jwkSet) == 2)
        site.records.keys = [.rsa]
        #expect(try user()["credit_score"] == nil)
        #expect(site.records.count(.jwkSet) == 2)
        site.clock.advance(60)
        #expect(try user()["credit_score"] == 650)
        #expect(site.records.count(.jwkSet) == 3)
    }

    @Test func issuerThatIsDown() throws {
        site.records.fail(.metadata, .providerTimeout)
        refer(["credit_score"], to: ["JWT": .string(token(["credit_score": 650]))])
        #expect(try user()["credit_score"] == nil)
        #expect(ignored == 1)
    }

    /// The rules of who may sign in look at what could be trusted, not at what was promised.
    @Test(arguments: [true, false])
    func rulesSeeTheClaims(isGenuine: Bool) throws {
        let site = try Site(
            google: """
                userinfo = true
                claims_providers = ["https://records.example.com"]
                required_claims = { credit = "good" }
                """)
        site.records.keys = [.p256]
        site.records.metadata["id_token_signing_alg_values_supported"] = ["ES256"]
        let token = TestToken(
            .es256, keyID: TestKey.p256.keyID, claims: ["iss": "https://records.example.com", "credit": "good"])
        site.google.userInfo["_claim_names"] = ["credit": "s"]
        site.google.userInfo["_claim_sources"] = [
            "s": ["JWT": .string(isGenuine ? token.signed(.es256, with: .p256) : token.unsigned)]
        ]
        #expect(try Browser(site).login().code == (isGenuine ? nil : "user_not_allowed"))
    }

    // MARK: - Distributed

    private func answer(_ body: Text, _ type: Text? = "application/jwt") {
        site.records.answer(.claims) { _ in HTTPResponse(status: 200, contentType: type, body: body.bytes) }
    }

    /// With the source's access token, never the login's; and no secret shows anywhere.
    @Test func distributedClaims() throws {
        refer(["credit_score"], to: ["endpoint": "\(Self.endpoint)", "access_token": "\(Self.accessToken)"])
        answer(token(["credit_score": 650]))
        #expect(try user()["credit_score"] == 650)
        let request = try #require(site.records.lastRequest(.claims))
        let authorization = request.headers.filter { $0.name == "Authorization" }
        #expect(authorization == [HTTPHeader("Authorization", Text("Bearer \(Self.accessToken)"))])
        let shown = site.log.lines.joined() + (try browser.get("/").userJSON)
        #expect(leaks(of: [Self.accessToken], in: shown).isEmpty)
    }

    @Test func withoutAccessTokenNoneIsSent() throws {
        refer(["credit_score"], to: ["endpoint": "\(Self.endpoint)"])
        answer(token(["credit_score": 650]))
        #expect(try user()["credit_score"] == 650)
        let request = try #require(site.records.lastRequest(.claims))
        #expect(!request.headers.contains { $0.name == "Authorization" })
    }

    /// The browser checks that nothing was sent to anyone else.
    @Test(arguments: [
        "https://evil.example.com/claims", "https://records.example.com:444/claims",
        "http://records.example.com/claims",
        "https://records.example.com.evil.example/claims", "https://google.example.com/claims",
        "http://127.0.0.1/claims",
    ])
    func nothingIsSentToStrangers(endpoint: String) throws {
        refer(["credit_score"], to: ["endpoint": "\(endpoint)", "access_token": "\(Self.accessToken)"])
        #expect(try user()["credit_score"] == nil)
        #expect(ignored == 1)
        #expect(site.records.requestCount == 0 && site.google.count(.claims) == 0)
        #expect(leaks(of: [Self.accessToken], in: site.log.lines.joined()).isEmpty)
    }

    @Test func badAnswersAreIgnored() throws {
        refer(["credit_score"], to: ["endpoint": "\(Self.endpoint)", "access_token": "\(Self.accessToken)"])
        let good = token(["credit_score": 650])
        let answers: [(type: Text?, body: Text)] = [
            ("application/json", #"{"credit_score":650}"#), ("application/jwt", #"{"credit_score":650}"#), (nil, good),
            ("application/jwt", token(["credit_score": 650], of: "https://evil.example.com")),
            // The provider's own token is not what its issuer's endpoint has to give.
            ("application/jwt", token(["credit_score": 650], of: site.google.issuer, signedWith: .rsa)),
        ]
        for (index, bad) in answers.enumerated() {
            answer(bad.body, bad.type)
            #expect(try user()["credit_score"] == nil, "answer \(index)")
            #expect(ignored == index + 1)
        }
        site.records.answer(.claims) { _ in HTTPResponse(status: 401, contentType: "application/jwt", body: good.bytes)
        }
        #expect(try user()["credit_score"] == nil)
        site.records.fail(.claims)
        #expect(try user()["credit_score"] == nil)
    }

    /// Of both documents together; each of them adds claims of its own.
    @Test func numberIsBounded() throws {
        var (names, sources) = (JSONObject(), JSONObject())
        for index in 0..<20 {
            names[Text("claim\(index)")] = .string(Text("src\(index)"))
            sources[Text("src\(index)")] = ["endpoint": "\(Self.endpoint)"]
        }
        site.google.userInfo["_claim_names"] = .object(names)
        site.google.userInfo["_claim_sources"] = .object(sources)
        let (idNames, idSources) = (names, sources)
        site.google.editToken = {
            $0.claims["_claim_names"] = .object(idNames)
            $0.claims["_claim_sources"] = .object(idSources)
        }
        _ = try user()
        #expect(site.records.count(.claims) == 8)
    }

    /// A source that takes its time leaves less of it to the others, all of one request's.
    @Test func timeIsBounded() throws {
        let site = try Site(
            google: """
                userinfo = true
                claims_providers = ["https://records.example.com"]
                timeout = "100ms"
                """)
        site.google.userInfo["_claim_names"] = ["a": "1", "b": "2"]
        site.google.userInfo["_claim_sources"] = [
            "1": ["endpoint": "\(Self.endpoint)"], "2": ["endpoint": "\(Self.endpoint)"],
        ]
        // As the transport does it: an answer does not come, and the time is over.
        site.records.answer(.claims) { [network = site.network] (_) throws(Failure) in
            let left = network.exchanges.last?.limits.timeout ?? 0
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(left + 1)
            while clock.now < end {}
            throw Failure(.providerTimeout, "no answer")
        }
        #expect(try Browser(site).login().hasLoggedIn)
        #expect(site.records.count(.claims) == 1)
        #expect(site.events.count { $0 == "claim_source_ignored" } == 2)
    }
}
