import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Requests that are pushed (RFC 9126) and signed (RFC 9101). The provider here checks them as both specifications say.
@Suite struct PushedRequestTests {
    private static let signed = "request_object_signing_alg = \"ES256\"\nclient_kwargs = { max_age = 300 }\n"

    /// The provider has an endpoint; with `lines` the client pushes, signs or both.
    private static func site(_ lines: String, key: TestKey? = nil) throws -> (Site, Browser) {
        let keyLine = key.map { "client_private_key = \"\"\"\n\($0.pem(.pkcs8).string)\"\"\"\n" } ?? ""
        let site = try Site(google: keyLine + lines)
        site.google.metadata["pushed_authorization_request_endpoint"] = "https://google.example.com/par"
        site.google.clientKey = key
        return (site, Browser(site))
    }

    @Test func pushedBySetting() throws {
        let (site, browser) = try Self.site("require_pushed_authorization_requests = true")
        let location = try browser.startLogin()
        #expect(
            location.string.hasPrefix(
                "https://google.example.com/authorize?client_id=google-client&request_uri=urn%3Aietf%3A"))
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
        #expect(site.google.count(.pushedRequest) == 1)
    }

    @Test func pushedByMetadata() throws {
        let (site, browser) = try Self.site("")
        #expect(try browser.login().hasLoggedIn)
        #expect(site.google.count(.pushedRequest) == 0)
        site.clock.advance(100_000)
        site.google.metadata["require_pushed_authorization_requests"] = true
        #expect(try browser.login().hasLoggedIn)
        #expect(site.google.count(.pushedRequest) == 1)
    }

    /// Each request has an assertion of its own: the provider takes each "jti" once.
    @Test(arguments: ["", signed]) func withAPrivateKey(lines: String) throws {
        let (site, browser) = try Self.site("require_pushed_authorization_requests = true\n" + lines, key: .p256)
        site.google.user["auth_time"] = .integer(site.clock.seconds())
        for _ in 0..<2 { #expect(try browser.login().hasLoggedIn) }
        let body = try #require(site.google.lastRequest(.pushedRequest)).body
        let names = try #require(FormEncoding.decode(body)).map(\.name.string)
        #expect(Set(names).count == names.count)
        let authentication = ["client_assertion_type", "client_assertion"]
        if !lines.isEmpty { #expect(names == ["client_id", "request"] + authentication) }
    }

    @Test func signedInTheAddress() throws {
        let (site, browser) = try Self.site("request_object_signing_alg = \"ES256\"", key: .p256)
        let location = try browser.startLogin()
        let names = try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")).map(\.name)
        #expect(names == ["response_type", "client_id", "redirect_uri", "scope", "request"])
        #expect(site.google.requestedFields(location).values(of: "code_challenge_method") == ["S256"])
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    @Test func signatureThatIsRequiredAndNotConfigured() throws {
        let (site, browser) = try Self.site("")
        site.google.metadata["require_signed_request_object"] = true
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.code == "configuration_invalid")
        #expect(browser.cookies.isEmpty)
    }

    @Test func endpointThatIsMissing() throws {
        let (site, browser) = try Self.site("require_pushed_authorization_requests = true")
        site.google.metadata["pushed_authorization_request_endpoint"] = nil
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.code == "metadata_invalid")
        #expect(browser.cookies.isEmpty)
    }

    /// No login is begun by a request that the provider did not take, and the session stays.
    @Test(
        arguments: [
            (.of(400, #"{"error":"invalid_request"}"#), "pushed_authorization_refused", 502),
            (.of(401, #"{"error":"invalid_client"}"#), "client_refused", 502),
            (.of(400, #"{"error":"<b>"}"#), "pushed_authorization_refused", 502),
            (.of(400, ""), "pushed_authorization_refused", 502),
            (.of(503, ""), "provider_unavailable", 503), (.of(429, ""), "provider_unavailable", 503),
            (.of(201, ""), "pushed_authorization_response_invalid", 502),
        ] as [(HTTPResponse, String, Int32)])
    func pushThatFails(response: HTTPResponse, code: String, status: Int32) throws {
        let (site, browser) = try Self.site("require_pushed_authorization_requests = true")
        try browser.logIn()
        let cookies = browser.cookies.map(\.value)
        site.google.answer(.pushedRequest) { (_) throws(Failure) in response }
        let answer = try browser.get("/auth/login?provider=google")
        #expect(answer.code == code)
        #expect(answer.status == status)
        #expect(answer.setCookies.isEmpty)
        #expect(browser.cookies.map(\.value) == cookies)
        #expect(site.events.suffix(2) == ["provider_fetch_failed", "login_refused"])
    }

    @Test func providerThatIsDown() throws {
        let (site, browser) = try Self.site("require_pushed_authorization_requests = true")
        site.google.fail(.pushedRequest, .providerTimeout)
        #expect(try browser.get("/auth/login?provider=google").code == "provider_timeout")
        #expect(browser.cookies.isEmpty)
    }

    /// A login waits for the provider each time, and the library reports that to the host.
    @Test(.enabled(if: !Driver.isStepwise)) func mayBlock() throws {
        func mayBlock(_ site: Site) throws -> [Bool] {
            let request = try HostRequest(
                site.application, IncomingRequest(method: "GET", target: "/auth/login?provider=google"))
            return [
                request.mayBlock, request.loginMayBlock(provider: "google"), request.loginMayBlock(provider: "work"),
            ]
        }
        let (site, _) = try Self.site("require_pushed_authorization_requests = true")
        try site.warmUp()
        #expect(try mayBlock(site) == [true, true, false])
        let (other, _) = try Self.site("")
        try other.warmUp()
        #expect(try mayBlock(other) == [false, false, false])
        other.google.metadata["require_pushed_authorization_requests"] = true
        other.clock.advance(100_000)
        try other.warmUp()
        #expect(try mayBlock(other) == [true, true, false])
    }
}
