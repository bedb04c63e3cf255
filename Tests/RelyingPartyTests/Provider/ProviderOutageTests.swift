import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Providers that are down, or serve something else than their documents.
@Suite struct ProviderOutageTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
    }

    @Test(
        arguments: [
            (.providerUnreachable, 502), (.providerTimeout, 504), (.providerTLSFailed, 502), (.responseTooLarge, 502),
        ] as [(ErrorCode, Int32)])
    func loginCannotStart(code: ErrorCode, status: Int32) throws {
        site.google.fail(.metadata, code)
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.status == status)
        #expect(answer.code == Text(code.entry.name).string)
        #expect(answer.setCookies.isEmpty)
        #expect(site.events == ["provider_fetch_failed", "login_refused"])
        site.google.answer(.metadata, nil)
        #expect(try browser.login().hasLoggedIn)
    }

    /// Attacks 36 to 40: refused before any redirect. oidcc-client-test-discovery-issuer-mismatch.
    @Test(
        arguments: [
            (["issuer": "https://google.example.comINVALID"], "metadata_issuer_mismatch"),
            (["authorization_endpoint": "javascript:alert(1)"], "metadata_invalid"),
            (["token_endpoint": "http://google.example.com/token"], "metadata_invalid"),
            (["jwks_uri": "file:///etc/passwd"], "metadata_invalid"),
            (["code_challenge_methods_supported": ["plain"]], "metadata_invalid"),
        ] as [(JSONObject, String)])
    func metadataIsWrong(changes: JSONObject, code: String) throws {
        for change in changes.members { site.google.metadata[change.name] = change.value }
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.status == 502)
        #expect(answer.code == code)
        #expect(answer.location == nil)
        #expect(browser.cookies.isEmpty)
        #expect(site.google.requestCount == 1)
    }

    @Test(arguments: [(404, ""), (302, ""), (500, "{}"), (200, "<html>"), (200, "[]"), (204, "")] as [(Int32, String)])
    func documentIsNone(status: Int32, body: String) throws {
        let code = status == 200 ? ["metadata_invalid", "jwk_set_invalid"] : ["provider_status", "provider_status"]
        site.google.answer(.metadata) { _ in .of(status, body) }
        #expect(try browser.get("/auth/login?provider=google").code == code[0])
        site.google.answer(.metadata, nil)
        site.google.answer(.jwkSet) { _ in .of(status, body) }
        #expect(try browser.login().code == code[1])
        #expect(browser.cookies.isEmpty)
    }

    /// Attack 46: a day of grace for what is known, for both documents, and then no login.
    @Test func outage() throws {
        try browser.logIn()
        site.google.fail(.metadata)
        site.google.fail(.jwkSet)
        site.clock.advance(3600 + 86_399)
        try browser.logIn()
        #expect(site.log.lines.allSatisfy { !$0.contains("fetch_failed") })
        site.clock.advance(1)
        #expect(try browser.get("/auth/login?provider=google").code == "provider_unreachable")
    }

    /// A provider that goes wrong is treated as one that is down.
    @Test func metadataGoesWrong() throws {
        try browser.logIn()
        site.google.metadata["issuer"] = "https://evil.example.com"
        site.clock.advance(3600)
        try browser.logIn()
        #expect(site.google.count(.metadata) == 2)
    }

    /// Endpoints that move are followed when the metadata is fetched anew.
    @Test func sessionsNeedNoProvider() throws {
        try browser.logIn()
        for endpoint in FakeProvider.Endpoint.allCases { site.google.fail(endpoint) }
        site.clock.advance(86_400 * 10)
        #expect(try browser.get("/").isLoggedIn)
    }
}
