import Basics
import Configuration
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// bearer_tokens and related keys.
@Suite struct AccessTokenTests {
    private static let jwt = "bearer_tokens = \"jwt\"\nbearer_audience = \"https://api.example.com\"\n"
    private static let introspection = "bearer_tokens = \"introspection\"\nbearer_audience = \"a\"\n"

    private func tokens(_ lines: String) throws -> AccessTokenSettings? {
        try provider(Sample.complete + lines).client.accessTokens
    }

    @Test func offUnlessSaid() throws {
        #expect(try tokens("") == nil)
    }

    @Test func defaults() throws {
        let tokens = try #require(try tokens(Self.jwt))
        #expect(tokens.verifiesJWTs && !tokens.introspects && !tokens.requiresProof && !tokens.allowsMissingAudience)
        #expect(tokens.audiences == ["https://api.example.com"] && tokens.scopes.isEmpty)
        #expect(tokens.introspectionLifetime == 60)
    }

    @Test func everyKey() throws {
        let lines = """
            bearer_tokens = ["jwt", "introspection"]
            bearer_audience = ["a", "b"]
            bearer_scopes = ["app:read", "app:write"]
            dpop_bound_access_tokens_required = true
            introspection_lifetime = "5m"
            insecure_bearer_tokens_without_aud = true
            """
        let tokens = try #require(try tokens(lines))
        #expect(tokens.verifiesJWTs && tokens.introspects && tokens.requiresProof && tokens.allowsMissingAudience)
        #expect(tokens.audiences == ["a", "b"] && tokens.scopes == ["app:read", "app:write"])
        #expect(tokens.introspectionLifetime == 300)
    }

    static let refusals: [(String, String)] = [
        ("bearer_tokens = \"opaque\"", "bearer_tokens: must be \"jwt\", \"introspection\", or both in a list"),
        ("bearer_tokens = true", "bearer_tokens: must be text in double quotes"),
        ("bearer_tokens = []", "bearer_tokens: is empty"), ("bearer_tokens = \"jwt\"", "bearer_audience: is missing"),
        ("bearer_tokens = \"jwt\"\nbearer_audience = \"\"", "bearer_audience: contains an empty value"),
        (jwt + "bearer_scopes = \"a b\"", "bearer_scopes: must be a list with one scope in each value"),
        (jwt + "bearer_scopes = \"a\\\"\"", "bearer_scopes: must be a list with one scope in each value"),
        (jwt + "introspection_lifetime = 5", "introspection_lifetime: is only for bearer_tokens = \"introspection\""),
        (
            jwt + "insecure_bearer_tokens_without_aud = true",
            "insecure_bearer_tokens_without_aud: is only for bearer_tokens = \"introspection\""
        ),
        (introspection + "introspection_lifetime = \"11m\"", "introspection_lifetime: must be from 0 to 10 minutes"),
        (
            jwt + "id_token_signed_response_alg = \"HS256\"",
            "bearer_tokens: \"jwt\" requires a public-key algorithm in id_token_signed_response_alg"
        ),
        ("bearer_audience = \"a\"", "bearer_audience: is only for bearer_tokens"),
        ("bearer_scopes = \"a\"", "bearer_scopes: is only for bearer_tokens"),
        ("dpop_bound_access_tokens_required = true", "dpop_bound_access_tokens_required: is only for bearer_tokens"),
    ]

    @Test(arguments: refusals) func refused(lines: String, expected: String) throws {
        let problems = try problems(Sample.complete + lines)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    /// A client without a secret cannot ask (RFC 7662 2.1).
    @Test func publicClient() throws {
        let lines = Sample.shared + "client_id = \"x\"\nissuer = \"https://id.example.com\"\n"
        #expect(try problems(lines + Self.introspection).first?.contains("requires client_secret") == true)
        #expect(try problems(lines + Self.jwt) == [])
    }

    /// An opaque token does not say whose it is.
    @Test func severalProviders() throws {
        let second = """
            [auth.work]
            client_id = "w"
            client_secret = "\(Sample.clientSecret)"
            issuer = "https://work.example.com"

            """
        let both = Sample.complete + Self.introspection + second
        let expected = "bearer_tokens = \"introspection\" is for one provider; now default, work have it"
        let lines = try problems(both + Self.introspection)
        #expect(lines.count == 1 && lines[0].hasSuffix("[auth]: \(expected)"), "\(lines)")
        #expect(try problems(both + Self.jwt) == [])
    }

    @Test func withoutOpenIDConnect() throws {
        let plain = """
            [auth.hub]
            client_id = "x"
            authorize_url = "https://hub.example.com/authorize"
            token_url = "https://hub.example.com/token"
            userinfo_url = "https://hub.example.com/me"
            claim_map = { sub = "id" }

            """
        let problems = try problems(Sample.shared + plain + Self.jwt)
        #expect(problems.contains { $0.contains("[auth.hub] bearer_tokens: ") }, "\(problems)")
    }

    /// FAPI 2.0 accepts none that are not bound.
    @Test func securityProfile() throws {
        let lines = """
            client_id = "x"
            issuer = "https://id.example.com"
            profile = "fapi2"
            client_private_key = '''\(TestKey.p256.pem(.pkcs8).string)'''

            """
        #expect(try provider(Sample.shared + lines + Self.jwt).client.accessTokens?.requiresProof == true)
        let problems = try problems(Sample.shared + lines + Self.jwt + "dpop_bound_access_tokens_required = false")
        #expect(problems.first?.contains("dpop_bound_access_tokens_required: must not be false") == true)
    }
}
