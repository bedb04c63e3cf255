import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Providers that say a thing in an unusual way, or wrong where it does not matter: users sign in all the same.
@Suite struct LenientReadingTests {
    // MARK: - Issuer

    private static let slashed: JSON = "https://google.example.com/"

    private static func slashedSite(_ google: String = "", shared: String = "") throws -> Site {
        let site = try Site(shared, google: google)
        site.google.metadata["issuer"] = slashed
        site.google.editToken = { $0.claims["iss"] = slashed }
        return site
    }

    /// OpenID Connect Discovery 4.1: the address of the metadata is the same with and without the "/".
    @Test func issuerEndsInSlash() throws {
        let site = try Self.slashedSite()
        let browser = Browser(site)
        #expect(try browser.login().user()["iss"] == Self.slashed)
        #expect(try browser.get("/").isLoggedIn)
    }

    /// From then on it is one or the other.
    @Test func metadataDecidesWhichIssuer() throws {
        let site = try Self.slashedSite()
        site.google.editToken = { $0.claims["iss"] = "https://google.example.com" }
        #expect(try Browser(site).login().code == "id_token_issuer_mismatch")
        let other = try Site()
        other.google.editToken = { $0.claims["iss"] = Self.slashed }
        #expect(try Browser(other).login().code == "id_token_issuer_mismatch")
    }

    /// One that is written down is exactly that.
    @Test func configuredIssuerIsExact() throws {
        let site = try Self.slashedSite("issuer = \"https://google.example.com\"")
        #expect(try Browser(site).get("/auth/login?provider=google").code == "metadata_issuer_mismatch")
        let exact = try Self.slashedSite("issuer = \"https://google.example.com/\"")
        #expect(try Browser(exact).login().hasLoggedIn)
    }

    @Test(arguments: ["https://google.example.com//", "https://google.example.com/a", "https://google.example.co"])
    func issuerEndsOtherwise(issuer: String) throws {
        let site = try Self.slashedSite()
        site.google.metadata["issuer"] = "\(issuer)"
        #expect(try Browser(site).get("/auth/login?provider=google").code == "metadata_issuer_mismatch")
    }

    @Test(arguments: ["https%3A%2F%2Fgoogle.example.com", "https%3A%2F%2Fgoogle.example.com%2F"])
    func loginOfThirdParty(issuer: String) throws {
        #expect(try Browser(Self.slashedSite()).get("/auth/login?iss=\(issuer)").status == 302)
    }

    @Test(arguments: [("https://google.example.com/", true), ("https://google.example.com//", false)])
    func cookieOfStreamlit(issuer: String, counts: Bool) throws {
        var claims = StreamlitJar.claims
        claims["iss"] = "\(issuer)"
        let site = try Self.slashedSite(shared: #"cookie_format = "streamlit""#)
        #expect(try site.user(StreamlitJar().header(claims)).hasPrefix(#"{"is_logged_in":true,"#) == counts)
    }

    // MARK: - Members that say nothing

    @Test(
        arguments: [
            "userinfo_endpoint", "pushed_authorization_request_endpoint", "end_session_endpoint",
            "require_pushed_authorization_requests", "mtls_endpoint_aliases", "code_challenge_methods_supported",
            "token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported",
            "authorization_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported",
        ] as [Text])
    func metadataHasNull(name: Text) throws {
        let site = try Site()
        site.google.metadata[name] = .null
        #expect(try Browser(site).login().hasLoggedIn)
    }

    @Test(
        arguments: [
            "token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported",
            "authorization_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported",
        ] as [Text])
    func metadataHasEmptyList(name: Text) throws {
        let site = try Site()
        site.google.metadata[name] = []
        #expect(try Browser(site).login().hasLoggedIn)
    }

    @Test(
        arguments: ["error", "error_description", "refresh_token", "expires_in", "scope"] as [Text],
        [.null, ""] as [JSON])
    func tokenResponseHasEmptyMember(name: Text, value: JSON) throws {
        let site = try Site()
        site.google.editTokenResponse = { $0[name] = value }
        #expect(try Browser(site).login().hasLoggedIn)
    }

    @Test(
        arguments: [
            ("azp", .null), ("azp", ""), ("at_hash", .null), ("at_hash", ""), ("nbf", .null), ("auth_time", .null),
            ("acr", .null), ("email", .null), ("aud", ["google-client"]),
        ] as [(Text, JSON)])
    func idTokenHasEmptyClaim(name: Text, value: JSON) throws {
        let site = try Site()
        site.google.editToken = { $0.claims[name] = value }
        #expect(try Browser(site).login().hasLoggedIn)
    }

    /// What is required is not there if it is empty.
    @Test(
        arguments: [
            ("sub", .null, "id_token_subject_invalid"), ("nonce", .null, "id_token_nonce_mismatch"),
            ("nonce", "", "id_token_nonce_mismatch"), ("exp", .null, "id_token_claim_invalid"),
            ("iss", .null, "id_token_claim_invalid"), ("aud", .null, "id_token_claim_invalid"),
            ("aud", [], "id_token_audience_mismatch"),
        ] as [(Text, JSON, String)])
    func requiredClaimIsEmpty(name: Text, value: JSON, code: String) throws {
        let site = try Site()
        site.google.editToken = { $0.claims[name] = value }
        #expect(try Browser(site).login().code == code)
    }

    @Test(
        arguments: [("kid", .null), ("kid", ""), ("typ", .null), ("typ", "")] as [(Text, JSON)])
    func headerHasEmptyMember(name: Text, value: JSON) throws {
        let site = try Site()
        site.google.editToken = { $0.header[name] = value }
        #expect(try Browser(site).login().hasLoggedIn)
    }

    /// Some send every parameter that there is.
    @Test func responseHasEmptyParameters() throws {
        let browser = Browser(try Site())
        let location = try browser.startLogin()
        let answer = try browser.get(browser.approve(location) + "&error=&error_description=")
        #expect(answer.hasLoggedIn)
    }

    // MARK: - Keys

    private func login(withKeys keys: [JSONObject]) throws -> Answer {
        let site = try Site()
        site.google.answer(.jwkSet) { _ in .json(["keys": .array(keys.map { .object($0) })]) }
        return try Browser(site).login()
    }

    /// The keys of .NET's and Java's serializers.
    @Test func keyHasNullMembers() throws {
        var jwk = TestKey.rsa.jwk
        for name: Text in ["use", "alg", "key_ops", "d", "p", "q", "dp", "dq", "qi", "k", "oth", "x5c", "x5u", "crv"] {
            jwk[name] = .null
        }
        #expect(try login(withKeys: [jwk]).hasLoggedIn)
    }

    @Test(
        arguments: [
            [[:], ["x5c": ["AAAA"]]], [["alg": "RS256"], [:]], [["issuer": "https://google.example.com"], [:]],
            [[:], [:], [:]],
        ] as [[JSONObject]])
    func keyIsListedTwice(additions: [JSONObject]) throws {
        let keys = additions.map { addition in
            var jwk = TestKey.rsa.jwk
            for member in addition.members { jwk[member.name] = member.value }
            return jwk
        }
        #expect(try login(withKeys: keys).hasLoggedIn)
    }

    @Test func otherKeyHasItsKeyID() throws {
        var twin = TestKey.newerRSA.jwk
        twin["kid"] = .string(TestKey.rsa.keyID)
        #expect(try login(withKeys: [TestKey.rsa.jwk, twin, TestKey.rsa.jwk]).code == "id_token_key_unknown")
    }

    // MARK: - Endpoints that are not used

    @Test(
        arguments: ["userinfo_endpoint", "pushed_authorization_request_endpoint", "end_session_endpoint"] as [Text],
        ["", "/userinfo", "http://internal.example/x", 1, []] as [JSON])
    func unusedEndpoint(name: Text, value: JSON) throws {
        let site = try Site()
        site.google.metadata[name] = value
        #expect(try Browser(site).login().hasLoggedIn)
    }

    /// Nothing is sent to what is no https URL.
    @Test(arguments: ["", "/userinfo", "http://internal.example/x"] as [JSON])
    func usedEndpoint(value: JSON) throws {
        let site = try Site(google: "userinfo = true", work: "require_pushed_authorization_requests = true")
        site.google.metadata["userinfo_endpoint"] = value
        site.work.metadata["pushed_authorization_request_endpoint"] = value
        #expect(try Browser(site).login().code == "metadata_invalid")
        #expect(try Browser(site).get("/auth/login?provider=work").code == "metadata_invalid")
        #expect(site.google.count(.token) == 0)
    }

    // MARK: - The user's no

    @Test(arguments: ["user_cancelled_authorize", "user_cancelled_login"])
    func userCancelled(error: String) throws {
        let browser = Browser(try Site())
        let location = try browser.startLogin()
        let answer = try browser.get(Browser.callback(browser.site.google.refuse(location, Text(error))))
        #expect(answer.status == 403)
        #expect(answer.body.contains("<h1>You are not signed in</h1>"))
        #expect(answer.code == "authorization_refused")
    }
}
