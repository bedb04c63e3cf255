import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// How the log names who signs in and out.
@Suite struct UserInLogTests {
    /// printf '%s %s' https://google.example.com user-1 | openssl dgst -sha256 -binary | head -c 12 | basenc --base64url
    private static let hash = "oRStkAsu3V2b5XFF"

    private func users(_ site: Site, _ event: String) -> [String] {
        site.log.lines.filter { $0.hasPrefix("event=\(event) ") }.flatMap { line in
            line.split(separator: " ").filter { $0.hasPrefix("user=") }.map { String($0.dropFirst(5)) }
        }
    }

    @Test(
        arguments: [
            ("", hash), ("log_identity = \"hash\"", hash), ("log_identity = \"sub\"", "user-1"),
            ("log_identity = \"email\"", "ada@example.com"),
        ])
    func loginAndLogout(line: String, name: String) throws {
        let site = try Site(line)
        site.google.editToken = { $0.claims["email"] = "ada@example.com" }
        let browser = Browser(site)
        try browser.logIn()
        try browser.post("/auth/logout", ["Origin": "https://app.example.com"])
        #expect(users(site, "login_succeeded") == [name])
        #expect(users(site, "logout") == [name])
        let text = site.log.lines.joined()
        #expect(text.contains("ada@example.com") == (name == "ada@example.com"))
        #expect(text.contains("user-1") == (name == "user-1"))
    }

    @Test func withoutAnEMailAddress() throws {
        let site = try Site("log_identity = \"email\"")
        site.google.editToken = { $0.claims["email"] = nil }
        try Browser(site).logIn()
        #expect(users(site, "login_succeeded") == [Self.hash])
    }

    @Test func userWhoIsNotAllowed() throws {
        let site = try Site("allowed_groups = [\"staff\"]")
        #expect(try Browser(site).login().code == "user_not_allowed")
        #expect(users(site, "login_refused") == [Self.hash])
    }

    /// Until every check has passed, nobody knows who it is.
    @Test func failureBeforeTheUserIsKnown() throws {
        let site = try Site()
        site.google.editToken = { $0.claims["nonce"] = "another" }
        #expect(try Browser(site).login().code == "id_token_nonce_mismatch")
        #expect(users(site, "login_refused").isEmpty)
    }

    @Test func claimCannotForgeALine() throws {
        let site = try Site("log_identity = \"email\"")
        site.google.editToken = { $0.claims["email"] = "a\r\nevent=forged user=\"b" }
        try Browser(site).logIn()
        #expect(site.log.lines.last?.contains(#"user="a\x0d\x0aevent=forged user=\"b""#) == true)
    }
}
