import Basics
import Session
import TestSupport
import Testing

/// What is in the Cookie header and is not a session of this application: nobody is signed in. Attacks 82 to 88.
@Suite struct SessionCookieTests {
    private static let name = "__Host-stauth_session"
    private let site: SessionSite
    private let value: String

    init() throws {
        site = try SessionSite()
        value = try Self.value(site.header(site.session()))
    }

    /// Of the one cookie in a header.
    private static func value(_ header: String) throws -> String {
        try #require(header.split(separator: "=").last.map(String.init))
    }

    private func isLoggedIn(_ header: String) throws -> Bool {
        let json = try site.user(header)
        #expect(json == SessionSite.anonymous || json.contains("user-1"))
        return json.contains(#""is_logged_in":true"#)
    }

    @Test func goodCookie() throws {
        #expect(try isLoggedIn("\(Self.name)=\(value)"))
        #expect(try isLoggedIn("a=b;\(Self.name)=\(value);c"))
        #expect(value.utf8.allSatisfy(FormEncoding.isUnreserved))
    }

    /// Attack 82: each character, each length.
    @Test func changedCharacter() throws {
        for index in value.utf8.indices {
            let other = value[index] == "A" ? "B" : "A"
            let changed = value.replacingCharacters(at: index, with: other)
            #expect(
                try !isLoggedIn("\(Self.name)=\(changed)"),
                "at \(value.utf8.distance(from: value.startIndex, to: index))")
        }
    }

    @Test func changedLength() throws {
        for length in 0..<value.count { #expect(try !isLoggedIn("\(Self.name)=\(value.prefix(length))")) }
        for suffix in ["A", "AAAA", "=", ".", " ", "\"", ",", "\u{7F}", "é"] {
            #expect(try !isLoggedIn("\(Self.name)=\(value)\(suffix)"))
        }
        #expect(try !isLoggedIn("\(Self.name)= \(value)"))
        #expect(try !isLoggedIn("\(Self.name)=\"\(value)\""))
    }

    /// Attack 83: the name is sealed in.
    @Test(arguments: [
        "__host-stauth_session", "__Host-Stauth_session", "stauth_session", "__Host-stauth_session2",
        " __Host-stauth_sessio",
        "__Host-stauth_session-2", "__Host-stauth_login-AAAAAAAA", "__Host-stauth_session ",
    ])
    func otherName(name: String) throws {
        #expect(try !isLoggedIn("\(name)=\(value)"))
    }

    @Test(arguments: [
        (#"cookie_prefix = "other""#, TestSite.cookieSecret, "__Host-other_session"),
        ("", TestSite.olderCookieSecret, name),
    ])
    func cookieOfAnotherApplication(shared: String, secret: String, name: String) throws {
        let other = try SessionSite(shared, secrets: [secret])
        #expect(try other.user("\(name)=\(value)") == SessionSite.anonymous)
    }

    /// Attack 86: of two cookies with this name, the one that opens; if both open and differ, neither.
    @Test(arguments: ["planted", "", "AQAA", ".", "planted."])
    func plantedCookie(planted: String) throws {
        #expect(try isLoggedIn("\(Self.name)=\(planted); \(Self.name)=\(value)"))
        #expect(try isLoggedIn("\(Self.name)=\(value); \(Self.name)=\(planted)"))
    }

    @Test func plantedSession() throws {
        let attacker = try site.session(["iss": "https://google.example.com", "sub": "user-1-attacker"])
        let planted = try Self.value(site.header(attacker))
        #expect(try !isLoggedIn("\(Self.name)=\(planted); \(Self.name)=\(value)"))
        #expect(try !isLoggedIn("\(Self.name)=\(value); \(Self.name)=\(planted)"))
        #expect(try isLoggedIn("\(Self.name)=\(value); \(Self.name)=\(value)"))
    }

    /// Attack 88.
    @Test(arguments: [
        "", ";", ";;;;", "=", "=;=", " ", "\t", "__Host-stauth_session", "__Host-stauth_session;",
        "__Host-stauth_session=",
        "\u{0}", "é=ü", "a=b; c", String(repeating: ";", count: 60_000), String(repeating: "a=b; ", count: 10_000),
        String(repeating: "x", count: 1_000_000), String(repeating: "__Host-stauth_session=x; ", count: 2000),
    ])
    func strangeHeader(header: String) throws {
        #expect(try !isLoggedIn(header))
    }

    /// Sessions of a provider that is configured in another way by now.
    @Test func providerHasChanged() throws {
        let other = try SessionSite(google: #"trusted_audiences = ["another-client"]"#)
        #expect(try other.user("\(Self.name)=\(value)") == SessionSite.anonymous)
    }
}

extension String {
    func replacingCharacters(at index: String.Index, with character: String) -> String {
        prefix(upTo: index) + character + suffix(from: self.index(after: index))
    }
}
