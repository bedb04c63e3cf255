import Basics
import Cryptography
import JOSE
import JSON
import RelyingParty
import TestSupport
import Testing

/// JWT access tokens (RFC 9068 4).
@Suite struct JWTAccessTokenTests {
    let site: TokenSite
    var google: FakeProvider { site.site.google }

    init() throws { site = try TokenSite() }

    @Test(arguments: ["at+jwt", "AT+JWT", "application/at+jwt"]) func type(name: String) throws {
        try site.expectUser(try site.get(site.token { $0.header["typ"] = .string(Text(name)) }))
    }

    @Test(arguments: ["JWT", "logout+jwt", "dpop+jwt", "at", "", nil]) func otherType(name: String?) throws {
        let token = site.token { $0.header["typ"] = name.map { .string(Text($0)) } }
        site.expectRefused(try site.get(token))
    }

    /// The ID token of a login here, whatever its audience.
    @Test func idToken() throws {
        let site = try TokenSite(TokenSite.jwt.replacing("https://app.example.com", with: "google-client"))
        site.site.google.editToken = { token in
            token.claims["client_id"] = "google-client"
            token.claims["jti"] = "1"
        }
        let browser = Browser(site.site)
        try browser.logIn()
        let idToken = try #require(site.site.google.secrets.last { $0.string.hasPrefix("ey") })
        site.expectRefused(try site.get(idToken))
    }

    @Test(arguments: ["https://app.example.com", "https://api.example.com"]) func audience(name: Text) throws {
        let lines =
            "bearer_tokens = \"jwt\"\nbearer_audience = [\"https://api.example.com\", \"https://app.example.com\"]"
        let site = try TokenSite(lines)
        try site.expectUser(try site.get(site.token { $0.claims["aud"] = .string(name) }))
        try site.expectUser(try site.get(site.token { $0.claims["aud"] = ["other", .string(name)] }))
    }

    static let faults: [(String, JSONObject)] = [
        ("another issuer", ["iss": "https://other.example.com"]),
        ("a longer issuer", ["iss": "https://google.example.com//"]),
        ("another configured issuer", ["iss": "https://work.example.com/realms/a"]), ("no issuer", ["iss": .null]),
        ("another audience", ["aud": "https://other.example.com"]), ("no audience", ["aud": .null]),
        ("the client as audience", ["aud": "google-client"]),
        ("an audience like it", ["aud": "https://app.example.com/"]),
        ("no exp", ["exp": .null]), ("exp as text", ["exp": "9999999999"]),
        ("expired", ["exp": .integer(Site.start - 60)]),
        ("no iat", ["iat": .null]), ("from the future", ["iat": .integer(Site.start + 61)]),
        ("not valid yet", ["nbf": .integer(Site.start + 61)]), ("no subject", ["sub": .null]),
        ("an empty subject", ["sub": ""]),
        ("a number as subject", ["sub": 7]), ("no client", ["client_id": .null]), ("no jti", ["jti": .null]),
        ("bound to a certificate", ["cnf": ["x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"]]),
        ("bound to two things", ["cnf": ["jkt": "x", "x5t#S256": "y"]]), ("bound to nothing", ["cnf": [:]]),
        ("bound by text", ["cnf": "x"]),
        ("bound to a key", ["cnf": ["jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"]]),
    ]

    @Test(arguments: faults) func fault(name: String, claims: JSONObject) throws {
        site.expectRefused(try site.get(site.token { $0.change(claims: claims) }))
        #expect(site.site.events == ["access_token_refused"])
        #expect(google.requestCount == 2, "nothing was asked for it")
    }

    @Test func leeway() throws {
        let now = Site.start
        let token = site.token { $0.change(claims: ["exp": .integer(now - 59), "iat": .integer(now - 100)]) }
        try site.expectUser(try site.get(token))
        try site.expectUser(try site.get(site.token { $0.claims["iat"] = .integer(now + 60) }))
    }

    // MARK: - Signatures

    @Test func noSignature() throws {
        for name: JSON in ["none", "None", "NONE", ""] {
            site.expectRefused(try site.get(google.accessToken { $0.header["alg"] = name }.unsigned))
        }
    }

    /// Not even where ID tokens have a MAC.
    @Test(arguments: ["", "id_token_signed_response_alg = [\"HS256\", \"RS256\"]"]) func mac(line: String) throws {
        let site = try TokenSite(TokenSite.jwt + line)
        let google = site.site.google
        let token = google.accessToken {
            $0.header["alg"] = "HS256"
            $0.header["kid"] = nil
        }
        for secret in [Text(google.clientSecret), TestKey.rsa.pem(.publicKey)] {
            site.expectRefused(try site.get(try token.authenticated(.hs256, with: Secret(secret))))
        }
        try site.expectUser(try site.get(site.token()))
    }

    @Test func algorithmOfNobody() throws {
        let token = google.accessToken { $0.header["alg"] = "RS512" }.signed(.rs512, with: .rsa)
        site.expectRefused(try site.get(token))
    }

    @Test func anothersKey() throws {
        site.expectRefused(
            try site.get(google.accessToken().signed(with: .newerRSA)), "access_token_signature_invalid")
        let token = google.accessToken { $0.header["kid"] = "rsa-9" }.signed(with: .newerRSA)
        site.expectRefused(try site.get(token), "access_token_key_unknown")
        // Once a minute, whoever makes tokens up.
        #expect(google.count(.jwkSet) == 2)
    }

    /// A key in the token proves nothing (RFC 8725 3.10).
    @Test func keyInTheToken() throws {
        let token = google.accessToken { $0.header["jwk"] = .object(TestKey.newerRSA.jwk) }.signed(with: .newerRSA)
        site.expectRefused(try site.get(token), "access_token_signature_invalid")
    }

    @Test func newKey() throws {
        (google.keys, google.signingKey) = ([.newerRSA], .newerRSA)
        try site.expectUser(try site.get(site.token()))
        #expect(google.count(.jwkSet) == 2)
    }

    @Test func changedAfterwards() throws {
        let parts = site.token().split(at: ".")
        let other = site.token { $0.claims["sub"] = "admin" }.split(at: ".")
        site.expectRefused(try site.get("\(parts[0]).\(other[1]).\(parts[2])"), "access_token_signature_invalid")
    }

    @Test(arguments: ["x", "a.b", "a.b.c", "a.b.c.d.e", "..", "eyJhbGciOiJub25lIn0.e30.", "opaque-token"])
    func noJWT(text: Text) throws {
        site.expectRefused(try site.get(text))
        #expect(google.requestCount == 2)
    }

    // MARK: - The provider

    @Test func providerIsDown() throws {
        let site = try TokenSite()
        let cold = try Site(google: TokenSite.jwt, beside: site.site)
        for endpoint in FakeProvider.Endpoint.allCases { cold.google.fail(endpoint) }
        let count = cold.google.requestCount
        let program = Browser(cold)
        for _ in 0..<3 {
            let answer = try program.get("/", ["Authorization": "Bearer \(site.token().string)"])
            #expect(answer.status == 503 && answer.header("Retry-After") == "5" && !answer.isLoggedIn)
            #expect(answer.setCookies.isEmpty)
        }
        #expect(cold.google.requestCount == count + 1, "no more than the first asks")
    }

    /// Each provider has its own switch.
    @Test func providerWithoutTheKey() throws {
        let issuer = Text(site.site.work.issuer)
        let token = site.site.work.accessToken { $0.claims["iss"] = .string(issuer) }
        site.expectRefused(try site.get(token.signed(with: site.site.work.signingKey)))
    }
}
