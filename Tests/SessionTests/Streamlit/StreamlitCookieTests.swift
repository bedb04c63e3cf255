import Basics
import JSON
import TestSupport
import Testing

/// Streamlit's identity cookie, read.
@Suite struct StreamlitCookieTests {
    private static let anonymous = #"{"is_logged_in":false}"#
    /// Made with itsdangerous 2.2.0 and a fixed clock.
    private static let knownValue =
        ".eJxlj90KwjAMhV9Feu1ch6i4R5HA6LZQA1tT-iMD8d1diaJiLhLynZOQqDsoihFUuwF1TcnHtq4ts51wh4uZ_VoHnkFtVz3mXow"
        + "5YqgagSaPAmWqGiZCl0TDxRetOZ0PWu-PWhdIJn1giQIduwFlj3tvdmZ-oQsDZK2x3wCsXUli4UCW3O_1xvv_0yl2E1uLYyf2FDI"
        + "W7gPfaMTw_QKoh3oCYNZVug.av2GwA.pLEBe_Tt-_y8tic8iwNR--B-_ko"
    private static let knownParts = [
        ("_streamlit_user", "ImNodW5rcy0zIg.av2GwA.NxOz4Q7jOpDro3NKKvcWKh7-YI0"),
        (
            "_streamlit_user_1",
            ".eJwli1EKgCAQBa8S-11pREWexR-zpYRMaRWELl-yXw9m5sGrwRFpUI2GM6VISogjhOPCHovx8V8bvIb295Q3DjPh0w0MTd4Z8quzl8M7sc"
                + "MSqxuWdZJynKWs0MEHnw8jVw.av2GwA.T2T05OYsKMQHnZghtVlkd47rnRc"
        ),
        (
            "_streamlit_user_2",
            ".eJxTSiyJUbJSMDS3NDUAAx2FGKW8_LzkVJAwkKlrGKMEFkvMhQpF5cfElBoYpCYpxMQAeSACoiS_KDM9Mw-iKKOkpKDYSl8_sUAJACt_G-"
                + "s.av2GwA.K7KsaMmmxEtsyQdVhbagxKHBqRI"
        ),
        (
            "_streamlit_user_3",
            "InAuZXhhbXBsZS5jb21cIiwgXCJpc19sb2dnZWRfaW5cIjogdHJ1ZSwgXCJwcm92aWRlclwiOiBcImdvb2dsZVwifSI.av2GwA.yrPKCBe6"
                + "Ht9seWhI_IYUYwhZHm0"
        ),
    ]
    private static let knownUser =
        #"{"is_logged_in":true,"provider":"google","iss":"https://google.example.com","sub":"user-1","#
        + #""name":"Zoë \"Z\""}"#
    private static let user =
        #"{"is_logged_in":true,"provider":"google","#
        + #""iss":"https://google.example.com","sub":"user-1","name":"Ada"}"#

    private let site: SessionSite
    private let jar = StreamlitJar()

    init() throws { site = try .streamlit() }

    private func isSignedOut(_ header: String) throws -> Bool {
        let user = try site.user(header)
        #expect(user == Self.anonymous || user == Self.knownUser || user == Self.user)
        return user == Self.anonymous
    }

    // MARK: - What Streamlit writes

    @Test func knownCookie() throws {
        #expect(try site.user("_streamlit_user=\(Self.knownValue)") == Self.knownUser)
        #expect(
            try site.user("theme=dark; _streamlit_user=\(Self.knownValue); _streamlit_xsrf=2|a|b") == Self.knownUser)
    }

    @Test func knownCookieInParts() throws {
        let pairs = Self.knownParts.map { "\($0)=\($1)" }
        #expect(try site.user(pairs.joined(separator: "; ")) == Self.knownUser)
        #expect(try site.user(pairs.reversed().joined(separator: "; ")) == Self.knownUser)
        for index in pairs.indices {
            var fewer = pairs
            fewer.remove(at: index)
            #expect(try isSignedOut(fewer.joined(separator: "; ")), "without \(index)")
        }
    }

    @Test func changedCharacter() throws {
        for index in Self.knownValue.utf8.indices {
            let other = Self.knownValue[index] == "A" ? "B" : "A"
            let changed = Self.knownValue.replacingCharacters(at: index, with: other)
            #expect(try isSignedOut("_streamlit_user=\(changed)"))
        }
        for length in 0..<Self.knownValue.count {
            #expect(try isSignedOut("_streamlit_user=\(Self.knownValue.prefix(length))"))
        }
    }

    @Test(arguments: 0..<4) func changedCharacterOfAPart(part: Int) throws {
        let value = Self.knownParts[part].1
        for index in value.utf8.indices {
            var parts = Self.knownParts
            parts[part].1 = value.replacingCharacters(at: index, with: value[index] == "A" ? "B" : "A")
            #expect(try isSignedOut(parts.map { "\($0)=\($1)" }.joined(separator: "; ")))
        }
    }

    // MARK: - Whose it is

    @Test func secrets() throws {
        let header = try jar.header()
        #expect(try site.user(header) == Self.user)
        let (new, old) = (TestSite.cookieSecret, TestSite.olderCookieSecret)
        #expect(try SessionSite.streamlit(secrets: [old, new]).user(header) == Self.user)
        #expect(try SessionSite.streamlit(secrets: [old]).user(header) == Self.anonymous)
    }

    /// The name is the salt.
    @Test(arguments: ["_streamlit_user_1", "_streamlit_user_tokens", "_streamlit_session", "stauth_session", ""])
    func signedForAnotherCookie(name: String) throws {
        let text = Text(wellFormed: StreamlitJar.claims.bytes)
        #expect(try isSignedOut("_streamlit_user=\(jar.value(text, Text(name)))"))
        #expect(try isSignedOut("\(name)=\(jar.value(text))"))
    }

    @Test(
        arguments: [
            ("origin", nil), ("origin", "https://app.example.com:8443"), ("origin", "http://app.example.com"),
            ("origin", "https://app.example.com/"), ("origin", "HTTPS://app.example.com"), ("origin", ""),
            ("origin", .null), ("origin", ["https://app.example.com"]), ("is_logged_in", nil), ("is_logged_in", false),
            ("is_logged_in", "true"), ("is_logged_in", 1), ("is_logged_in", .null), ("provider", nil),
            ("provider", "gone"), ("provider", "Google"), ("provider", ""), ("provider", 1), ("provider", .null),
        ] as [(Text, JSON?)])
    func claimThatDoesNotCount(name: Text, value: JSON?) throws {
        var claims = StreamlitJar.claims
        claims[name] = value
        #expect(try isSignedOut(jar.header(claims)))
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "true", "chunks", "chunks-", "chunks-0", "chunks-17", "chunks-1x", "chunks--1",
        "chunks-999999999999999999999", #"{"is_logged_in":true"#, #"[{"is_logged_in":true}]"#,
    ])
    func textThatIsNoUser(text: String) throws {
        #expect(try isSignedOut(jar.header(Text(text))))
    }

    /// What Python's json writes and this library's does not read.
    @Test(arguments: ["NaN", "Infinity", #""\ud800""#, "123456789012345678901234567890", #""\u0000""#])
    func valueThatIsNoJSON(value: String) throws {
        let json = String((StreamlitJar.claims.encoded()?.string ?? "").dropLast())
        #expect(try isSignedOut(jar.header(Text("\(json),\"x\":\(value)}"))))
    }

    // MARK: - When

    @Test(
        arguments: [
            ("", 2_591_999, true), ("", 2_592_000, false), ("session_lifetime = \"31d\"", 2_678_399, true),
            ("session_lifetime = \"31d\"", 2_678_400, false), ("session_lifetime = 60", 59, true),
            ("session_lifetime = 60", 60, false), ("", 0, true), ("", -60, true), ("", -61, false),
            ("", -TestSite.start, false),
        ] as [(String, Int64, Bool)])
    func age(setting: String, seconds: Int64, counts: Bool) throws {
        let site = try SessionSite.streamlit(setting)
        site.clock.set(TestSite.start + seconds)
        #expect(try site.user(jar.header()) == (counts ? Self.user : Self.anonymous))
    }

    @Test(arguments: [0, 1, 253_402_300_799, 253_402_300_800, 72_057_594_037_927_935, .max] as [Int64])
    func extremeTime(time: Int64) throws {
        #expect(try isSignedOut(StreamlitJar(time: time).header()))
    }

    // MARK: - Parts and copies

    private func cut(_ claims: JSONObject, into count: Int) -> [Text] {
        let bytes = claims.bytes
        let length = (bytes.count + count - 1) / count
        return (0..<count).map { Text(wellFormed: bytes.dropFirst($0 * length).prefix(length)) }
    }

    @Test(arguments: [1, 2, 5, 16, 17]) func parts(count: Int) throws {
        let header = try jar.header(parts: cut(StreamlitJar.claims, into: count))
        #expect(try isSignedOut(header) == (count > 16))
    }

    /// Parts that were signed at another time are of another login.
    @Test(arguments: [(-3, false), (-2, true), (0, true), (1, true), (2, true), (3, false)] as [(Int64, Bool)])
    func partOfAnotherTime(seconds: Int64, fits: Bool) throws {
        let parts = cut(StreamlitJar.claims, into: 2)
        let whole = try jar.header(parts: parts)
        let later = try StreamlitJar(time: TestSite.start + seconds).header(parts: parts)
        let mixed = whole.split(separator: "; ").dropLast() + later.split(separator: "; ").suffix(1)
        #expect(try isSignedOut(mixed.joined(separator: "; ")) != fits)
    }

    /// Another's part beside ours: neither counts, in whatever order.
    @Test func partTwice() throws {
        let header = try jar.header(parts: cut(StreamlitJar.claims, into: 2))
        let other = try jar.header("x", "_streamlit_user_2")
        #expect(try isSignedOut("\(header); \(other)"))
        #expect(try isSignedOut("\(other); \(header)"))
        #expect(try !isSignedOut("\(header); _streamlit_user_2=junk"))
        #expect(try !isSignedOut("_streamlit_user_2=junk; \(header)"))
        #expect(try !isSignedOut("\(header); \(header)"))
    }

    @Test func plantedCookie() throws {
        let header = try jar.header()
        var claims = StreamlitJar.claims
        claims["sub"] = "mallory"
        let planted = try jar.header(claims)
        #expect(try isSignedOut("\(header); \(planted)"))
        #expect(try isSignedOut("\(planted); \(header)"))
        for junk in ["", "junk", "a.b.c", ".a.b.c"] {
            #expect(try !isSignedOut("\(header); _streamlit_user=\(junk)"))
            #expect(try !isSignedOut("_streamlit_user=\(junk); \(header)"))
        }
    }

    /// What a cookie holds is bounded, however small it is itself.
    @Test func bomb() throws {
        var claims = StreamlitJar.claims
        claims["name"] = .string(Text(String(repeating: "a", count: 40_000)))
        let header = try jar.header(claims)
        #expect(header.count < 1000)
        #expect(try site.user(header).count > 40_000)
        claims["name"] = .string(Text(String(repeating: "a", count: 1_000_000)))
        #expect(try isSignedOut(jar.header(claims)))
        let part = Text(String(repeating: "a", count: 60_000))
        #expect(try isSignedOut(jar.header(parts: [part, part, part])))
    }

    /// Numbers are longer when they are written again: stauth.h promises 65,536 bytes.
    @Test(arguments: [(2900, true), (3400, false)]) func longestUser(numbers: Int, fits: Bool) throws {
        let json = String((StreamlitJar.claims.encoded()?.string ?? "").dropLast())
        let list = [String](repeating: "0.1", count: numbers).joined(separator: ",")
        let user = try site.user(jar.header(Text("\(json),\"x\":[\(list)]}")))
        #expect((user == Self.anonymous) != fits)
        #expect(user.utf8.count <= 65_536)
    }

    // MARK: - What the application learns

    @Test func reservedNames() throws {
        var claims = StreamlitJar.claims
        claims["tokens"] = ["id": "forged"]
        #expect(try site.user(jar.header(claims)) == Self.user)
    }

    @Test func sessionClaims() throws {
        let site = try SessionSite.streamlit(#"session_claims = ["exp", "origin", "tokens"]"#)
        let expected =
            #"{"is_logged_in":true,"provider":"google","iss":"https://google.example.com","sub":"user-1","#
            + #""exp":1795003600}"#
        #expect(try site.user(jar.header()) == expected)
    }

    /// For a service on another port than Streamlit's.
    @Test func originOfTheStreamlitApp() throws {
        let site = try SessionSite.streamlit(
            #"cookie_origin = "http://localhost:8501""#, redirectURI: "http://localhost:5000/oauth2callback")
        var claims = StreamlitJar.claims
        #expect(try site.user(jar.header(claims)) == Self.anonymous)
        claims["origin"] = "http://localhost:5000"
        #expect(try site.user(jar.header(claims)) == Self.anonymous)
        claims["origin"] = "http://localhost:8501"
        #expect(try site.user(jar.header(claims)) == Self.user)
    }

    /// Each format for itself.
    @Test func otherFormat() throws {
        let other = try SessionSite()
        #expect(try other.user(jar.header()) == Self.anonymous)
        let header = try other.header(other.session())
        #expect(try other.user(header) != Self.anonymous)
        #expect(try isSignedOut(header))
    }
}
