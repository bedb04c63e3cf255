import Basics
import RelyingParty
import TestSupport
import Testing

/// Logins that another party begins (OIDC Core 4).
@Suite struct InitiatedLoginTests {
    private static let work = "https://work.example.com/realms/a"

    private func form(_ fields: [(String, String)]) -> String {
        FormEncoding.encode(fields.map { .init(Text($0.0), Text($0.1)) }).string
    }

    private func parameters(_ answer: Answer) throws -> [FormEncoding.Field] {
        let query = try #require(answer.location.flatMap { Text($0).splitOnce(at: "?")?.after })
        return try #require(FormEncoding.decode(query))
    }

    @Test(arguments: ["GET", "POST"])
    func byIssuer(method: String) throws {
        let browser = Browser(try Site(google: "client_kwargs = { login_hint = \"configured\" }"))
        let fields = form([
            ("iss", Self.work), ("login_hint", "ada@example.com &x=1"),
            ("target_link_uri", "https://app.example.com/report?id=3#top"),
        ])
        let headers = ["Sec-Fetch-Site": "cross-site", "Origin": "https://portal.example.net"]
        let answer =
            method == "GET"
            ? try browser.get("/auth/login?" + fields, headers) : try browser.post("/auth/login", form: fields, headers)
        #expect(answer.status == (method == "GET" ? 302 : 303))
        #expect(answer.location?.hasPrefix(Self.work + "/authorize?") == true)
        #expect(try parameters(answer).values(of: "login_hint") == ["ada@example.com &x=1"])
        let location = Text(try #require(answer.location))
        let end = try browser.get(browser.approve(location, at: browser.site.work))
        #expect(end.hasLoggedIn && end.location == "/report?id=3")
    }

    /// In place of the configured one, not beside it.
    @Test func hintOfTheLogin() throws {
        let site = try Site(google: "client_kwargs = { login_hint = \"configured\" }")
        let usual = try Browser(site).get("/auth/login?provider=google")
        #expect(try parameters(usual).values(of: "login_hint") == ["configured"])
        let other = try Browser(site).get("/auth/login?provider=google&login_hint=ada")
        #expect(try parameters(other).values(of: "login_hint") == ["ada"])
    }

    /// An open redirector is what Core 4 warns of: pages of other sites count as none.
    @Test(arguments: [
        "https://evil.example/", "//evil.example/", "/report", "https://app.example.com.evil.example/x",
        "https://app.example.com@evil.example/", "http://app.example.com/x", "https://app.example.com:444/x",
        "https://app.example.com//evil.example", "https://app.example.com/%2f%2fevil", "https://app.example.com/\\evil",
        "javascript:alert(1)", "https://app.example.com/auth/logout", "https://app.example.com/auth/login?iss=x", "",
    ])
    func targetOfAnotherSite(target: String) throws {
        let browser = Browser(try Site())
        let answer = try browser.get("/auth/login?" + form([("iss", Self.work), ("target_link_uri", target)]))
        let location = Text(try #require(answer.location))
        let end = try browser.get(browser.approve(location, at: browser.site.work))
        #expect(end.hasLoggedIn && end.location?.hasPrefix("/") == true)
        #expect(["/", "/%2f%2fevil"].contains(end.location) && end.location?.hasPrefix("//") == false)
    }

    @Test(arguments: [
        ("iss=https%3A%2F%2Fevil.example", 404, "provider_unknown"), ("iss=", 404, "provider_unknown"),
        ("iss=https%3A%2F%2Fgoogle.example.com%2F%2F", 404, "provider_unknown"),
        ("iss=https%3A%2F%2FGOOGLE.example.com", 404, "provider_unknown"),
        ("iss=https%3A%2F%2Fgoogle.example.com&iss=https%3A%2F%2Fevil.example", 400, "invalid_argument"),
        ("iss=https%3A%2F%2Fgoogle.example.com&provider=work", 400, "invalid_argument"),
        ("iss=https%3A%2F%2Fgoogle.example.com&provider=nobody", 400, "invalid_argument"),
        ("iss=https%3A%2F%2Fgoogle.example.com&login_hint=a&login_hint=b", 400, "invalid_argument"),
        ("iss=https%3A%2F%2Fgoogle.example.com&login_hint=a%0Ab", 400, "invalid_argument"),
        ("iss=https%3A%2F%2Fgoogle.example.com&target_link_uri=a&target_link_uri=b", 400, "invalid_argument"),
        (
            "iss=https%3A%2F%2Fgoogle.example.com&login_hint=" + String(repeating: "a", count: 1025), 400,
            "invalid_argument"
        ),
    ])
    func refused(query: String, status: Int, code: String) throws {
        let browser = Browser(try Site())
        let answer = try browser.get("/auth/login?\(query)")
        #expect(answer.status == Int32(status))
        #expect(answer.code == code)
        #expect(answer.setCookies.isEmpty && answer.location == nil)
        #expect(browser.site.google.requestCount + browser.site.work.requestCount == 0)
    }

    @Test func issuerAndProviderThatAgree() throws {
        let answer = try Browser(Site()).get("/auth/login?iss=https%3A%2F%2Fgoogle.example.com&provider=google")
        #expect(answer.location?.hasPrefix("https://google.example.com/authorize?") == true)
    }

    /// Whether it would wait for the provider is known beforehand, by the issuer too.
    @Test(.enabled(if: !Driver.isStepwise)) func mayBlock() throws {
        let site = try Site()
        let request = { (query: String) throws -> Bool in
            try HostRequest(site.application, IncomingRequest(method: "GET", target: Text("/auth/login?" + query)))
                .mayBlock
        }
        let work = form([("iss", Self.work)])
        #expect(try request(work))
        #expect(try !request("iss=x"))
        #expect(try !request(""))
        try site.warmUp()
        #expect(try !request(work))
    }
}
