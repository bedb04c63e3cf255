import Basics
import Foundation
import JSON
import RelyingParty
import TestSupport
import Testing

/// The ways on for a user whose account may not use the site, at a provider that would return the same account.
@Suite struct OtherAccountTests {
    private static let rule = "allowed_domains = [\"example.org\"]"
    private static let endSession = "https://google.example.com/end_session"

    /// `lines`: of the provider.
    private func site(_ lines: String, endSession: JSON = .null) throws -> Site {
        let site = try Site(google: "\(Self.rule)\n\(lines)")
        site.google.metadata["end_session_endpoint"] = endSession
        return site
    }

    private func prompts(_ location: String?) throws -> [Text] {
        let query = location.flatMap { Text($0).splitOnce(at: "?")?.after } ?? ""
        return try #require(FormEncoding.decode(query)).values(of: "prompt")
    }

    /// The link's target, as a browser reads it.
    private func link(_ answer: Answer) throws -> String {
        let before = try #require(answer.body.components(separatedBy: "\">Use another account").first)
        let path = try #require(before.components(separatedBy: "href=\"").last)
        return path.replacingOccurrences(of: "&amp;", with: "&")
    }

    @Test(
        arguments: [
            ("client_kwargs = { prompt = \"\" }", [], "login"),
            ("client_kwargs = { prompt = \"none\" }", ["none"], "login"),
            ("client_kwargs = { prompt = \"consent\" }", ["consent"], "login consent"),
            ("client_kwargs = { prompt = \"login\" }", ["login"], "login"),
            ("", ["select_account"], "select_account"),
        ] as [(String, [Text], Text)])
    func providerAsksWhichAccount(lines: String, first: [Text], second: Text) throws {
        let site = try site(lines)
        let browser = Browser(site)
        #expect(try prompts(browser.startLogin().string) == first)
        #expect(try prompts(browser.get(link(browser.login())).location) == [second])
    }

    @Test func defaultPromptThatTheProviderDoesNotList() throws {
        let site = try site("")
        site.google.metadata["prompt_values_supported"] = ["none", "login", "consent"]
        let browser = Browser(site)
        #expect(try prompts(browser.startLogin().string).isEmpty)
        #expect(try prompts(browser.get(link(browser.login())).location) == ["login"])
    }

    @Test(
        arguments: [
            (["email": "ada@example.com", "name": "Ada"], "ada@example.com"),
            (["email": "", "preferred_username": "<ada>"], "&lt;ada&gt;"), (["email": "a\nb", "name": "Ada"], "Ada"),
            (["email": .string(Text(String(repeating: "a", count: 255))), "name": "Ada"], "Ada"),
        ] as [([String: JSON], String)])
    func pageNamesTheAccount(claims: [String: JSON], shown: String) throws {
        let site = try site("")
        site.google.editToken = { token in
            for (name, value) in claims { token.claims[Text(name)] = value }
        }
        #expect(try Browser(site).login().body.contains("<p class=\"account\"><bdi>\(shown)</bdi></p>"))
    }

    @Test func accountWithoutAName() throws {
        let site = try site("")
        site.google.editToken = { token in
            for name: Text in ["email", "name", "preferred_username"] { token.claims[name] = nil }
        }
        #expect(try !Browser(site).login().body.contains("<bdi>"))
    }

    /// Nobody else is named: until every check has passed, nobody knows who it is.
    @Test func otherRefusalsNameNobody() throws {
        let site = try site("")
        site.google.editToken = { $0.claims["nonce"] = "another" }
        let answer = try Browser(site).login()
        #expect(answer.code == "id_token_nonce_mismatch" && !answer.body.contains("ada"))
    }

    @Test func logoutReachesTheProvider() throws {
        let browser = Browser(try site("", endSession: .string(Text(Self.endSession))))
        let page = try browser.login()
        #expect(page.body.contains("<form method=\"post\" action=\"/auth/logout\">"))
        #expect(page.header("Content-Security-Policy")?.contains("form-action") == false)
        #expect(page.header("Referrer-Policy") == "same-origin")
        let answer = try browser.post("/auth/logout", form: "provider=google")
        let location = try #require(answer.location)
        #expect(location.hasPrefix("\(Self.endSession)?client_id=google-client&post_logout_redirect_uri="))
        #expect(browser.cookies.map(\.name) == ["__Host-stauth_logout"])
        #expect(browser.site.log.lines.last == "event=logout at_provider=yes")
    }

    @Test(
        arguments: [
            ("", .null), ("logout = \"local\"", .string(Text(endSession))),
        ] as [(String, JSON)])
    func logoutThatCannotReachTheProvider(lines: String, endSession: JSON) throws {
        let browser = Browser(try site(lines, endSession: endSession))
        #expect(try !browser.login().body.contains("<form"))
        #expect(try browser.post("/auth/logout", form: "provider=google").location == "/")
    }

    @Test(arguments: ["provider=nobody", "provider=", ""]) func logoutAtNoProvider(form: String) throws {
        let browser = Browser(try site("", endSession: .string(Text(Self.endSession))))
        try browser.login()
        #expect(try browser.post("/auth/logout", form: form).location == "/")
    }

    @Test func otherSitesCannotSendAnyoneToALogout() throws {
        let browser = Browser(try site("", endSession: .string(Text(Self.endSession))))
        try browser.login()
        let answer = try browser.post("/auth/logout", form: "provider=google", from: "cross-site")
        #expect(answer.code == "cross_site_request" && answer.location == nil)
    }

    /// The form would end that session.
    @Test func sessionOfAnotherAccountStays() throws {
        let browser = Browser(try site("", endSession: .string(Text(Self.endSession))))
        try #require(try browser.login("work").hasLoggedIn)
        #expect(try !browser.login().body.contains("<form"))
    }
}
