import Basics
import Configuration
import JOSE
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// How the client asks for authorization.
@Suite struct AuthorizationSettingsTests {
    private static let keyLine = "client_private_key = '''\(TestKey.p256.pem(.pkcs8).string)'''\n"

    @Test func nothingIsAskedForByDefault() throws {
        let settings = try provider(Sample.complete).client.authorization
        #expect(settings.responseMode == .query)
        #expect(settings.responseAlgorithms == nil)
        #expect(!settings.requiresPushedRequests && !settings.requiresAuthenticationTime)
        #expect(settings.requestObjectAlgorithm == nil)
        #expect(settings.requiredContexts.isEmpty)
    }

    @Test(arguments: ResponseMode.allCases) func responseMode(mode: ResponseMode) throws {
        let settings = try provider(Sample.complete + "response_mode = \"\(mode.name.string)\"").client.authorization
        #expect(settings.responseMode == mode)
        #expect(mode.isFormPost == mode.name.string.hasPrefix("form_post"))
        #expect(mode.isSigned == mode.name.string.hasSuffix("jwt"))
    }

    /// http is for localhost alone, with any response mode.
    @Test func formPostOnThisMachine() throws {
        let local = Sample.complete.replacing("https://app.example.com", with: "http://localhost:8501")
        #expect(try provider(local + "response_mode = \"form_post\"").client.authorization.responseMode == .formPost)
        let remote = local.replacing("localhost", with: "app.example.com")
        #expect(try problems(remote + "response_mode = \"form_post\"").count == 1)
    }

    @Test func everything() throws {
        let settings = try provider(
            Sample.complete + Self.keyLine + """
                response_mode = "jwt"
                authorization_signed_response_alg = ["PS256", "ES256"]
                require_pushed_authorization_requests = true
                request_object_signing_alg = "ES256"
                token_endpoint_auth_method = "client_secret_basic"
                """
        ).client.authorization
        #expect(settings.responseAlgorithms == [.ps256, .es256])
        #expect(settings.requiresPushedRequests)
        #expect(settings.requestObjectAlgorithm == .es256)
    }

    static let refusals: [(String, String)] = [
        ("response_mode = \"fragment\"", "response_mode: must be query, form_post, jwt, query.jwt or form_post.jwt"),
        ("response_mode = \"\"", "response_mode: must be query, form_post, jwt, query.jwt or form_post.jwt"),
        (
            "authorization_signed_response_alg = \"ES256\"",
            "authorization_signed_response_alg: is for signed responses; set response_mode = \"jwt\" too, or remove it"
        ),
        (
            "response_mode = \"jwt\"\nauthorization_signed_response_alg = \"none\"",
            "authorization_signed_response_alg: must be a public-key algorithm that this machine supports, such as RS256, PS256, ES256 or EdDSA"
        ),
        (
            "response_mode = \"jwt\"\nauthorization_signed_response_alg = \"HS256\"",
            "authorization_signed_response_alg: must be a public-key algorithm that this machine supports, such as RS256, PS256, ES256 or EdDSA"
        ),
        (
            "require_pushed_authorization_requests = \"yes\"",
            "require_pushed_authorization_requests: must be true or false, without quotes; it is text"
        ),
        (
            "request_object_signing_alg = \"ES256\"",
            "request_object_signing_alg: requires client_private_key, which is missing; name its file, as in { file = \"key.pem\" }"
        ),
        (
            keyLine + "request_object_signing_alg = \"none\"",
            "request_object_signing_alg: must be a public-key algorithm that this machine supports, such as RS256, PS256, ES256 or EdDSA"
        ),
        (
            keyLine + "request_object_signing_alg = \"RS256\"",
            "request_object_signing_alg: RS256 does not fit the client_private_key, which supports ES256"
        ),
        (
            "required_acr_values = []",
            "required_acr_values: is empty; name at least one, or remove the key"
        ),
        (
            "required_acr_values = \"a b\"",
            "required_acr_values: contains a value that is empty or has a space; write a list of values"
        ),
        (
            "required_acr_values = \"a\"\nclient_kwargs = { acr_values = \"a\" }",
            "required_acr_values: is sent as acr_values, which is in client_kwargs too; keep one of the two"
        ),
        (
            "required_acr_values = \"a\"\nclient_kwargs = { claims = { id_token = { acr = {} } } }",
            "required_acr_values: requests acr, and so does claims in client_kwargs; keep one of the two"
        ),
    ]

    @Test(arguments: refusals) func valueIsRefused(lines: String, problem: String) throws {
        let problems = try problems(Sample.complete + lines)
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(": [auth] " + problem) == true, "\(problems)")
    }
}
