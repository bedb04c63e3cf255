import Basics
import Configuration
import JOSE
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// `profile`: what it turns on, and what it refuses.
@Suite struct SecurityProfileTests {
    private static let profileLine = "profile = \"fapi2\"\n"
    private static let messageLine = "profile = \"fapi2-message-signing\"\n"

    private static func keyLine(_ key: TestKey = .p256) -> String {
        "client_private_key = '''\(key.pem(.pkcs8).string)'''\n"
    }

    private static func document(_ lines: String) -> String { ProviderTests.google(lines, without: "client_secret") }

    @Test(arguments: [TestKey.p256, .rsa, .ed25519]) func keyIsAllThatIsNeeded(key: TestKey) throws {
        let settings = try provider(Self.document(Self.keyLine(key) + Self.profileLine))
        #expect(settings.client.authenticationMethod == .privateKeyJWT)
        #expect(settings.client.assertion.audience == .issuer)
        let algorithm = try #require(settings.client.assertion.algorithm)
        #expect([.ps256, .es256, .edDSA].contains(algorithm))
        #expect(settings.client.allowedAlgorithms == [.ps256, .es256, .edDSA, .ed25519])
        #expect(settings.client.tokens.bindsAccessTokens)
        #expect(
            settings.client.authorization.requiresPushedRequests && settings.client.authorization.requiresResponseIssuer
        )
        #expect(settings.client.authorization.responseMode == .query)
        #expect(settings.client.authorization.requestObjectAlgorithm == nil)
    }

    private static let certificateLines = """
        client_certificate = '''\(TestKey.p256.pem(.certificate).string)'''
        client_certificate_key = '''\(TestKey.p256.pem(.pkcs8).string)'''

        """

    @Test func certificateBindsTokens() throws {
        let settings = try provider(Self.document(Self.certificateLines + Self.profileLine))
        #expect(settings.client.authenticationMethod == .tlsClientAuth)
        #expect(!settings.client.tokens.bindsAccessTokens && settings.clientCertificate != nil)
        #expect(settings.client.authorization.requiresPushedRequests)
    }

    @Test func signedMessages() throws {
        let settings = try provider(Self.document(Self.keyLine() + Self.messageLine)).client.authorization
        #expect(settings.responseMode == .jwt)
        #expect(settings.responseAlgorithms == [.ps256, .es256, .edDSA, .ed25519])
        #expect(settings.requestObjectAlgorithm == .es256)
    }

    @Test func narrowerChoiceStands() throws {
        let lines = "id_token_signed_response_alg = \"PS256\"\nresponse_mode = \"form_post.jwt\"\n"
        let settings = try provider(Self.document(Self.keyLine() + Self.messageLine + lines))
        #expect(settings.client.allowedAlgorithms == [.ps256])
        #expect(settings.client.authorization.responseMode == .formPostJWT)
    }

    /// Without it, nothing of this is so.
    @Test func withoutProfile() throws {
        let settings = try provider(Self.document(Self.keyLine()))
        #expect(!settings.client.tokens.bindsAccessTokens && settings.client.allowedAlgorithms == nil)
        #expect(
            !settings.client.authorization.requiresPushedRequests
                && !settings.client.authorization.requiresResponseIssuer)
    }

    private static let refusals: [(String, String)] = [
        ("profile = \"fapi1\"", "profile: must be fapi2 or fapi2-message-signing; there are no other profiles"),
        (profileLine, "profile: requires client_private_key or client_certificate; name its file"),
        (profileLine + "client_secret = \"\(Sample.clientSecret)\"\n" + keyLine(), "client_secret: is a shared secret"),
        (profileLine + keyLine(.p384), "client_private_key: has a type that the profile forbids"),
        (profileLine + keyLine(.ed448), "client_private_key: has a type that the profile forbids"),
        (
            profileLine + keyLine() + "require_pushed_authorization_requests = false",
            "require_pushed_authorization_requests: must not be false"
        ),
        (profileLine + keyLine() + "dpop_bound_access_tokens = false", "dpop_bound_access_tokens: must not be false"),
        (
            profileLine + keyLine() + "client_assertion_audience = \"token_endpoint\"",
            "client_assertion_audience: must be issuer"
        ),
        (profileLine + keyLine() + "id_token_signed_response_alg = \"RS256\"", "id_token_signed_response_alg: 'RS256'"),
        (
            profileLine + keyLine(.rsa) + "token_endpoint_auth_signing_alg = \"RS256\"",
            "token_endpoint_auth_signing_alg: 'RS256'"
        ),
        (
            profileLine + "token_endpoint_auth_method = \"none\"",
            "token_endpoint_auth_method: must be private_key_jwt, tls_client_auth or self_signed_tls_client_auth"
        ),
        (
            profileLine + keyLine() + "userinfo = true\nuserinfo_bearer_method = \"body\"",
            "userinfo_bearer_method: must be header, which the profile forbids"
        ),
        (messageLine + certificateLines, "profile: requires client_private_key, which signs requests"),
        (messageLine + keyLine() + "response_mode = \"query\"", "response_mode: must be jwt"),
        (
            profileLine + ClientAuthenticationTests.jwkLine(#""alg":"EdDSA""#)
                + "token_endpoint_auth_method = \"client_secret_jwt\"",
            "token_endpoint_auth_method: must be private_key_jwt"
        ),
    ]

    @Test(arguments: refusals) func refused(lines: String, sentence: String) throws {
        let problems = try problems(configuration(Self.document(lines)))
        #expect(problems.contains { $0.contains("[auth.google] " + sentence) }, "\(problems)")
        #expect(Set(problems).count == problems.count)
    }

    @Test func keyForAnotherAlgorithm() throws {
        let key = TestKey.rsa.pem(.pkcs8).string
        let other = profileLineWithRSA(key) + "request_object_signing_alg = \"RS256\""
        #expect(
            try problems(configuration(Self.document(other))).contains {
                $0.contains("request_object_signing_alg: 'RS256'")
            })
    }

    private func profileLineWithRSA(_ key: String) -> String {
        Self.profileLine + "client_private_key = '''\(key)'''\n"
    }
}
