import Basics
import JSON
import TestSupport
import Testing

/// The tokens of a login at Streamlit, which expose_tokens shows.
@Suite struct StreamlitTokensTests {
    private static let idToken: JSONObject = [
        "iss": "https://google.example.com", "sub": "user-1", "aud": "google-client", "exp": 1_795_003_600,
        "iat": 1_795_000_000, "nonce": "n-1",
    ]
    private let jar = StreamlitJar()

    private func tokens(_ header: String, expose: String = #"["id", "access"]"#) throws -> JSONObject? {
        let user = try SessionSite.streamlit(expose.isEmpty ? "" : "expose_tokens = \(expose)").user(header)
        let members = try #require(JSONObject(parsing: Array(user.utf8)))
        #expect(members["is_logged_in"] == true && members["sub"] == "user-1")
        return members["tokens"]?.object
    }

    @Test(arguments: [
        (#""id""#, ["id"]), (#""access""#, ["access"]), (#"["access", "id"]"#, ["access", "id"]), ("[]", []), ("", []),
    ])
    func exposed(setting: String, shown: [String]) throws {
        let all: JSONObject = ["id": .string(StreamlitJar.token(Self.idToken)), "access": "access-1"]
        let tokens = try tokens(jar.header(idToken: Self.idToken), expose: setting)
        #expect(tokens?.members.map { $0.name.string } ?? [] == shown)
        for name in shown { #expect(tokens?[Text(name)] == all[Text(name)]) }
    }

    @Test func inParts() throws {
        let header = try jar.header(idToken: Self.idToken)
        let stored: JSONObject = ["id_token": .string(StreamlitJar.token(Self.idToken)), "access_token": "access-1"]
        let text = stored.bytes
        let parts = [Text(wellFormed: text.prefix(50)), Text(wellFormed: text.dropFirst(50))]
        let user = try #require(header.split(separator: ";").first)
        #expect(try tokens("\(user); \(jar.header(parts: parts, StreamlitJar.tokens))")?["access"] == "access-1")
    }

    /// Tokens of another user, client or login.
    @Test(
        arguments: [
            ("sub", "user-2"), ("sub", nil), ("sub", 1), ("iss", "https://work.example.com/realms/a"), ("iss", nil),
            ("aud", "other-client"), ("aud", ["google-client"]), ("aud", nil), ("iat", 1_795_000_001), ("nonce", "n-2"),
            ("nonce", nil),
        ] as [(Text, JSON?)])
    func ofAnotherLogin(name: Text, value: JSON?) throws {
        var idToken = Self.idToken
        idToken[name] = value
        #expect(try tokens(jar.header(idToken: idToken)) == nil)
    }

    /// Who has no name cannot be recognised.
    @Test(arguments: ["iss", "sub"] as [Text]) func claimIsMissingOnBothSides(name: Text) throws {
        var (claims, idToken) = (StreamlitJar.claims, Self.idToken)
        (claims[name], idToken[name]) = (nil, nil)
        let site = try SessionSite.streamlit(#"expose_tokens = "id""#)
        #expect(try !site.user(jar.header(claims, idToken: idToken)).contains("tokens"))
    }

    @Test(arguments: [(-3, false), (-2, true), (2, true), (3, false)] as [(Int64, Bool)])
    func signedAtAnotherTime(seconds: Int64, isShown: Bool) throws {
        let late = try StreamlitJar(time: TestSite.start + seconds).header(idToken: Self.idToken)
        let header = "\(try jar.header()); \(late.split(separator: "; ")[1])"
        #expect((try tokens(header) != nil) == isShown)
    }

    @Test(
        arguments: [
            "{}", "[]", "x", #"{"id_token":1,"access_token":"a"}"#, #"{"access_token":"a"}"#,
            #"{"id_token":"a.b.c","access_token":"a"}"#, #"{"id_token":"","access_token":"a"}"#,
        ])
    func strangeTokens(text: String) throws {
        #expect(try tokens("\(jar.header()); \(jar.header(Text(text), StreamlitJar.tokens))") == nil)
    }

    @Test func changedOrForeignSignature() throws {
        let header = try jar.header(idToken: Self.idToken)
        #expect(try tokens(String(header.dropLast(2)) + "AA") == nil)
        let foreign = try StreamlitJar(secret: TestSite.olderCookieSecret).header(idToken: Self.idToken)
        #expect(try tokens("\(jar.header()); \(foreign.split(separator: "; ")[1])") == nil)
    }

    /// A token that is not text is not shown; the other one is.
    @Test func accessTokenIsMissing() throws {
        #expect(try tokens(jar.header(idToken: Self.idToken, access: nil))?.members.map(\.name) == ["id"])
        #expect(try tokens(jar.header(idToken: Self.idToken, access: 1), expose: #""access""#) == nil)
    }

    /// A claim of this name, without and with real tokens.
    @Test func claimThatPosesAsTokens() throws {
        var claims = StreamlitJar.claims
        claims["tokens"] = ["id": "forged", "access": "forged"]
        #expect(try tokens(jar.header(claims)) == nil)
        #expect(try tokens(jar.header(claims, idToken: Self.idToken))?["access"] == "access-1")
    }

    /// Alone they sign nobody in.
    @Test func tokensWithoutAUser() throws {
        let header = try jar.header(idToken: Self.idToken).split(separator: "; ")[1]
        let site = try SessionSite.streamlit(#"expose_tokens = "id""#)
        #expect(try site.user(String(header)) == #"{"is_logged_in":false}"#)
    }
}
