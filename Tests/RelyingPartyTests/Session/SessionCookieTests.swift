import Basics
import RelyingParty
import TestSupport
import Testing

/// What is in the Cookie header and is not a session of this application: nobody is signed in. Attacks 82 to 88.
@Suite struct SessionCookieTests {
    private static let name = "__Host-stauth_session"
    let site: Site
    let browser: Browser
    let value: String

    init() throws {
        site = try Site()
        browser = Browser(site)
        try browser.logIn()
        value = try #require(browser.sessionCookie)
    }

    private func isLoggedIn(_ header: String) throws -> Bool {
        let json = try site.application.userJSON(cookie: Array(header.utf8)).string
        #expect(json == #"{"is_logged_in":false}"# || json.contains("user-1"))
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
        (#"cookie_prefix = "other""#, Site.cookieSecret, "__Host-other_session"), ("", Site.olderCookieSecret, name),
    ])
    func cookieOfAnotherApplication(shared: String, secret: String, name: String) throws {
        let other = try Site(shared, secrets: [secret])
        let cookie = Array("\(name)=\(value)".utf8)
        #expect(try other.application.userJSON(cookie: cookie) == #"{"is_logged_in":false}"#)
    }

    /// Attack 84: a login is no session, and the reverse.
    @Test func cookieOfAnotherPurpose() throws {
        let location = try browser.startLogin()
        let login = browser.pendingLogins[0]
        let loginValue = try #require(browser.cookie(login))
        #expect(try !isLoggedIn("\(Self.name)=\(loginValue)"))
        browser.set(login, value)
        #expect(try browser.get(browser.approve(location)).code == "state_mismatch")
    }

    /// Attack 86: of two cookies with this name, the one that opens; if both open and differ, neither.
    @Test(arguments: ["planted", "", "AQAA", ".", "planted."])
    func plantedCookie(planted: String) throws {
        #expect(try isLoggedIn("\(Self.name)=\(planted); \(Self.name)=\(value)"))
        #expect(try isLoggedIn("\(Self.name)=\(value); \(Self.name)=\(planted)"))
    }

    @Test func plantedSession() throws {
        let attacker = Browser(site)
        site.google.user["sub"] = "user-1-attacker"
        try attacker.logIn()
        let planted = try #require(attacker.sessionCookie)
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
        let other = try Site(googleClientID: "another-client")
        let cookie = Array(browser.cookieHeader.utf8)
        #expect(try other.application.userJSON(cookie: cookie) == #"{"is_logged_in":false}"#)
    }

    /// cookie_secret as a list: the first seals, all open.
    @Test func rotatedSecrets() throws {
        let (new, old) = (Site.cookieSecret, Site.olderCookieSecret)
        let before = Browser(try Site(secrets: [old]))
        try before.logIn()
        let pending = try before.startLogin()
        let during = Browser(try Site(secrets: [new, old]))
        during.cookies = before.cookies
        #expect(try during.get("/").isLoggedIn)
        // Logins that were under way go on, and end in a session of the new secret.
        let fields = during.site.google.authorize(pending)
        #expect(try during.get(Browser.callback(fields)).hasLoggedIn)
        let after = Browser(try Site(secrets: [new]))
        after.cookies = during.cookies
        #expect(try after.get("/").isLoggedIn)
        after.cookies = before.cookies
        #expect(try !after.get("/").isLoggedIn)
    }

    /// Without https, no prefix that only https may have.
    @Test func plainSite() throws {
        let site = try Site(redirectURI: "http://localhost:8501/oauth2callback")
        let request = try HostRequest(
            site.application, IncomingRequest(method: "GET", target: "/auth/login?provider=google"))
        #expect(try request.begin())
        let cookie = try #require(request.responseHeaders.first { $0.name == "Set-Cookie" }?.value.string)
        #expect(cookie.hasPrefix("stauth_login-"))
        #expect(cookie.hasSuffix("; Max-Age=900; Path=/; HttpOnly; SameSite=Lax"))
    }
}

extension String {
    func replacingCharacters(at index: String.Index, with character: String) -> String {
        prefix(upTo: index) + character + suffix(from: self.index(after: index))
    }
}
