import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins of a client that authenticates itself with a key of its own (OIDC Core 9).
@Suite struct PrivateKeyJWTTests {
    private static func site(_ key: TestKey, provider: TestKey) throws -> (Site, Browser) {
        let site = try Site(google: "client_private_key = \"\"\"\n\(key.pem(.pkcs8).string)\"\"\"")
        site.google.clientKey = provider
        return (site, Browser(site))
    }

    /// The provider takes each "jti" once.
    @Test func everyLoginHasAJWTOfItsOwn() throws {
        let (site, browser) = try Self.site(.p256, provider: .p256)
        for _ in 0..<3 { #expect(try browser.login().hasLoggedIn) }
        let request = try #require(site.google.lastRequest(.token))
        #expect(!request.headers.contains { $0.name == "Authorization" })
        #expect(leaks(of: [site.google.clientSecret], in: request.body.string).isEmpty)
    }

    /// The library's clock is what the JWT is made by.
    @Test func expiryFollowsTheClock() throws {
        let (site, browser) = try Self.site(.p256, provider: .p256)
        site.clock.advance(100_000)
        #expect(try browser.login().hasLoggedIn)
    }

    @Test func anotherKeyIsRefusedAndTheSessionStays() throws {
        let (site, browser) = try Self.site(.p256, provider: .p256)
        try browser.logIn()
        let session = try #require(browser.sessionCookie)
        site.google.clientKey = TestKey.unusual("P-256")
        let answer = try browser.login()
        #expect(answer.code == "client_refused")
        #expect(answer.status == 502)
        #expect(browser.cookies.map(\.value) == [session])
    }

    /// Most who refuse a JWT refuse its audience.
    @Test(arguments: [("issuer", "https://google.example.com"), ("token_endpoint", "https://google.example.com/token")])
    func refusalNamesTheAudience(setting: String, audience: String) throws {
        let site = try Site(
            google:
                "client_assertion_audience = \"\(setting)\"\nclient_private_key = \"\"\"\n\(TestKey.p256.pem(.pkcs8).string)\"\"\""
        )
        #expect(try Browser(site).login().code == "client_refused")
        let line = try #require(site.log.lines.last)
        #expect(line.contains("with a JWT for '\(audience)', which client_assertion_audience changes"))
    }

    @Test func refusalOfASecret() throws {
        let site = try Site()
        site.google.answer(.token) { _ in .of(401, #"{"error":"invalid_client"}"#) }
        #expect(try Browser(site).login().code == "client_refused")
        #expect(site.log.lines.last?.contains("client_assertion_audience") == false)
    }

    @Test func withoutRandomnessNothingIsSent() throws {
        let (site, browser) = try Self.site(.p256, provider: .p256)
        let target = browser.approve(try browser.startLogin())
        site.random.failAfter(0)
        #expect(try browser.get(target).code == "randomness_unavailable")
        #expect(site.google.count(.token) == 0)
    }
}
