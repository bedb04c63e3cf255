import Basics
import JSON
import TestSupport
import Testing

/// Logins at providers that have no ID tokens.
@Suite struct OAuth2LoginTests {
    static let profile: JSONObject = [
        "login": "ada", "id": 583231, "name": "Ada Lovelace", "email": "public@example.com", "company": .null,
        "avatar_url": "https://avatars.example.com/1", "html_url": "https://github.com/ada",
        "iss": "https://evil.example",
        "protocol": "openid", "provider": "evil",
    ]
    static let emails = """
        [{"email":"old@example.com","primary":false,"verified":true},
         {"email":"ada@example.com","primary":true,"verified":true,"visibility":"private"}]
        """

    /// GitHub in memory.
    static func gitHub(
        _ lines: String = "", profile: JSONObject = profile, emails: HTTPResponse = .of(200, emails),
        token: HTTPResponse? = nil, shared: String = ""
    ) throws -> PresetSite {
        let provider = RecordedProvider(metadataURL: "", metadata: [:], issuer: "")
        provider.api = { [unowned provider] request in
            switch request.url.text {
            case "https://github.com/login/oauth/access_token":
                guard request.headers.contains(HTTPHeader("Accept", "application/json")) else {
                    return .of(200, "access_token=gho_1&token_type=bearer", "application/x-www-form-urlencoded")
                }
                guard (try? provider.isRedeemable(request)) == true else {
                    return .of(200, #"{"error":"bad_verification_code"}"#)
                }
                return token ?? .of(200, #"{"access_token":"gho_1","token_type":"bearer","scope":"user:email"}"#)
            case "https://api.github.com/user", "https://api.github.com/user/emails":
                guard request.headers.contains(HTTPHeader("Authorization", "Bearer gho_1")),
                    request.headers.contains(where: { $0.name == "User-Agent" })
                else { return .of(403) }
                return request.url.text.hasSuffix("emails") ? emails : .json(profile)
            default: return nil
            }
        }
        return try PresetSite("provider = \"github\"\nclient_secret = \"secret\"\n" + lines, provider, shared: shared)
    }

    @Test func gitHubFromSectionToSession() throws {
        let site = try Self.gitHub()
        let location = try site.startLogin()
        let fields = try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? ""))
        #expect(location.hasPrefix("https://github.com/login/oauth/authorize?"))
        #expect(fields.values(of: "code_challenge_method") == ["S256"] && fields.values(of: "nonce").isEmpty)
        #expect(fields.values(of: "scope") == ["read:user user:email"])
        let user = try site.login().get()
        #expect(
            user == [
                "is_logged_in": true, "provider": "x", "protocol": "oauth2", "iss": "https://github.com/login/oauth",
                "sub": "583231", "name": "Ada Lovelace", "preferred_username": "ada",
                "picture": "https://avatars.example.com/1", "profile": "https://github.com/ada",
                "email": "ada@example.com", "email_verified": true,
            ])
        let request = try #require(site.provider.tokenRequests.first)
        #expect(!request.headers.contains { $0.name == "Authorization" })
        #expect(FormEncoding.decode(request.body)?.values(of: "client_secret") == ["secret"])
    }

    /// What GitHub calls itself in responses (RFC 9207); whoever calls himself otherwise is refused.
    @Test(
        arguments: [
            ("https://github.com/login/oauth", nil), ("https://github.com", .responseIssuerMismatch),
            ("https://accounts.google.com", .responseIssuerMismatch),
        ] as [(String, ErrorCode?)])
    func issuerOfTheResponse(issuer: String, refusal: ErrorCode?) throws {
        let result = try Self.gitHub().login { $0 + [.init("iss", Text(issuer))] }
        if case .failure(let failure) = result {
            #expect(failure.code == refusal)
        } else {
            #expect(refusal == nil)
        }
    }

    /// An address counts if it is the first and verified; the profile's own is what the user has typed.
    @Test(arguments: [
        "[]", #"[{"email":"a@example.com","primary":true,"verified":false}]"#,
        #"[{"email":"a@example.com","primary":false,"verified":true}]"#,
        #"[{"email":"a@example.com","primary":"true","verified":"true"}]"#, #"["a@example.com",1,null]"#,
    ])
    func noAddress(emails: String) throws {
        let user = try Self.gitHub(emails: .of(200, emails)).login().get()
        #expect(user["email"] == nil && user["email_verified"] == nil && user["sub"] == "583231")
    }

    @Test(arguments: [
        (HTTPResponse.of(200, "{}"), ErrorCode.userInfoInvalid), (.of(200, "[", nil), .userInfoInvalid),
        (.of(200, "[]", "text/html"), .userInfoInvalid), (.of(404, #"{"message":"Not Found"}"#), .providerStatus),
    ])
    func addressesThatAreNoAnswer(response: HTTPResponse, code: ErrorCode) throws {
        #expect(try refusal { try Self.gitHub(emails: response).login().get() } == code)
    }

    @Test(
        arguments: [
            ("id", .null), ("id", true), ("id", ""), ("id", 1.5), ("id", ["1"]), ("id", "ü"),
            ("id", .string(Text(String(repeating: "1", count: 256)))),
        ] as [(Text, JSON)])
    func subjectThatIsNone(name: Text, value: JSON) throws {
        var profile = Self.profile
        profile[name] = value
        #expect(try refusal { try Self.gitHub(profile: profile).login().get() } == .userInfoInvalid)
        profile[name] = nil
        #expect(try refusal { try Self.gitHub(profile: profile).login().get() } == .userInfoInvalid)
    }

    /// A number and its text are the same user.
    @Test func subjectIsText() throws {
        var profile = Self.profile
        profile["id"] = "583231"
        #expect(try Self.gitHub(profile: profile).login().get()["sub"] == "583231")
    }

    /// GitHub says no with status 200.
    @Test(arguments: [
        (#"{"error":"bad_verification_code","error_description":"…"}"#, ErrorCode.tokenRequestRefused),
        (#"{"access_token":"gho_1"}"#, .tokenResponseInvalid), (#"{"token_type":"bearer"}"#, .tokenResponseInvalid),
        ("access_token=gho_1&token_type=bearer", .tokenResponseInvalid),
    ])
    func tokenAnswers(body: String, code: ErrorCode) throws {
        #expect(try refusal { try Self.gitHub(token: .of(200, body)).login().get() } == code)
    }

    /// No nonce binds the answer to the login: the code verifier has to.
    @Test func codeOfAnotherLogin() throws {
        let site = try Self.gitHub()
        _ = site.provider.authorize(try site.startLogin())
        let refused = try refusal {
            try site.login { fields in
                // The attacker's code is of a login that was begun with another challenge.
                _ = site.provider.authorize("https://github.com/?code_challenge=other")
                return fields
            }.get()
        }
        #expect(refused == .tokenRequestRefused)
    }

    /// However the session is kept, and whatever of it.
    @Test(arguments: ["session_claims = [\"name\"]", "cookie_format = \"streamlit\""])
    func protocolIsKept(shared: String) throws {
        let user = try Self.gitHub(shared: shared).login().get()
        #expect(user["protocol"] == "oauth2" && user["sub"] == "583231" && user["name"] == "Ada Lovelace")
        #expect((user["email"] == nil) == shared.hasPrefix("session_claims"))
    }

    /// There is nothing to fetch before a login.
    @Test func preloadAsksNobody() throws {
        let site = try Self.gitHub()
        try site.application.preload()
        #expect(site.provider.strayRequests.isEmpty)
    }

    @Test func authorizationRulesHold() throws {
        #expect(
            try Self.gitHub("allowed_emails = [\"ada@example.com\"]").login().get()["email"] == "ada@example.com")
        #expect(
            try refusal { try Self.gitHub("allowed_emails = [\"public@example.com\"]").login().get() }
                == .userNotAllowed)
    }
}
