import Basics
import Environment
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Attack 112: the lines of the log.
@Suite struct EventLogTests {
    /// One line for each event, with a name, the provider, and for failures the code and the reason.
    @Test func aDayInTheLog() throws {
        let site = try Site()
        let browser = Browser(site)
        try browser.logIn()
        try browser.get("/oauth2callback?code=c&state=s")
        try Browser(site).get("/oauth2callback?code=c&state=s")
        site.work.fail(.metadata, .providerTimeout)
        try browser.get("/auth/login?provider=work")
        try browser.post("/auth/logout")
        #expect(
            site.log.lines == [
                "event=redirect_uri_shared provider=google with=work message=\"this provider's responses cannot be "
                    + "distinguished from the others': a malicious one could sign in as its users; give each its own "
                    + "redirect_uri, with {provider} in it, and register that\"",
                "event=login_started provider=google",
                "event=login_succeeded provider=google user=oRStkAsu3V2b5XFF",
                "event=already_signed_in instead_of=state_mismatch",
                #"event=login_refused code=state_mismatch message="no login of this browser has the response's state""#,
                #"event=provider_fetch_failed provider=work code=provider_timeout message="the provider is down, says the test""#,
                #"event=login_refused provider=work code=provider_timeout message="the provider is down, says the test""#,
                "event=logout user=oRStkAsu3V2b5XFF at_provider=no",
            ])
    }

    /// Whatever comes from outside stays within its value.
    @Test(arguments: [
        "/auth/login?provider=x%0D%0Aevent%3Dlogin_succeeded", "/auth/login?provider=%22%20code%3Dok%20x%3D%22",
        "/auth/login?provider=%1B%5B31m%E2%80%AE", "/oauth2callback?error=%0D%0Aevent&state=x",
        "/auth/login?provider=%5C",
    ])
    func injection(target: String) throws {
        let site = try Site()
        try Browser(site).get(target)
        try Browser(site).send("X\u{22}\u{3D}", "/auth/login")
        #expect(site.log.lines.count == 2)
        for line in site.log.lines {
            #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            #expect(
                Self.keys(of: line) == ["event", "provider", "code", "message"]
                    || Self.keys(of: line) == ["event", "code", "message"])
        }
    }

    /// The keys of a line as a reader of logfmt finds them.
    private static func keys(of line: String) -> [String] {
        var keys: [String] = []
        var (key, inQuotes, isEscaped, inKey) = ("", false, false, true)
        for character in line {
            if isEscaped {
                isEscaped = false
            } else if inQuotes {
                isEscaped = character == "\\"
                if character == "\"" { inQuotes = false }
            } else if character == " " {
                (key, inKey) = ("", true)
            } else if inKey, character == "=" {
                keys.append(key)
                inKey = false
            } else if inKey {
                key.append(character)
            } else if character == "\"" {
                inQuotes = true
            }
        }
        return keys
    }

    @Test func providersWordsAreEscaped() throws {
        let site = try Site()
        site.google.metadata["issuer"] = "https://x\r\nevent=login_succeeded provider=\"evil\"\u{1B}"
        try Browser(site).get("/auth/login?provider=google")
        #expect(site.log.lines.count == 2)
        for line in site.log.lines { #expect(Self.keys(of: line) == ["event", "provider", "code", "message"]) }
    }

    /// The check that every browser of these tests makes, itself checked.
    @Test func secretsAreKnownAndFound() throws {
        let site = try Site()
        let browser = Browser(site)
        let location = try browser.startLogin().string
        // State and nonce are there for the browser to carry, and for no page or log.
        #expect(leaks(of: site.secrets, in: location).count == 2)
        try browser.get(browser.approve(Text(location)))
        let token = try #require(site.google.lastRequest(.token)).body.string
        // The code and the code verifier.
        #expect(leaks(of: site.secrets, in: token).count == 2)
        #expect(site.secrets.contains { $0.hasPrefix("access-token-") })
        #expect(site.secrets.contains { $0.hasPrefix("eyJ") })
        #expect(site.secrets.contains(site.google.clientSecret) && site.secrets.contains(Site.cookieSecret))
    }

    /// Nobody has to listen.
    @Test func logIsOptional() throws {
        let site = try Site()
        var environment = site.application.environment
        environment.log = nil
        let application = try Application(settings: site.application.settings, environment: environment)
        let request = try HostRequest(
            application, IncomingRequest(method: "GET", target: "/auth/login?provider=google"))
        #expect(try site.begin(request) == .respond)
        #expect(request.responseStatus == 302)
        #expect(site.log.lines.isEmpty)
    }
}
