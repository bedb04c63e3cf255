import Basics
import Configuration
import Cryptography
import Foundation
import JOSE
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// How the client authenticates itself with JWTs.
@Suite struct ClientAuthenticationTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    /// The private key of RFC 8037 A.1.
    static let privateMember = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    static let publicMembers = #""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#
    static let jwk = "{\(publicMembers),\"d\":\"\(privateMember)\"}"
    static let jwkLine = "client_private_key = '\(jwk)'\n"

    static func publicLine(_ more: String) -> String { "client_private_key = '{\(publicMembers)\(more)}'\n" }

    static func jwkLine(_ more: String) -> String {
        "client_private_key = '{\(publicMembers),\"d\":\"\(privateMember)\",\(more)}'\n"
    }

    /// A section whose line 7 is the first one that is added.
    static func document(_ lines: String) -> String { ProviderTests.google(lines, without: "client_secret") }

    static func settings(_ lines: String) throws -> ProviderSettings { try provider(document(lines)) }

    private func configuration(_ key: String, _ more: String = "") throws -> Configuration {
        _ = try folder.write("key.pem", key)
        let configuration = Configuration()
        let document = Self.document("client_private_key = { file = \"key.pem\" }\n" + more)
        try configuration.load(file: Text(folder.write("secrets.toml", document)))
        return configuration
    }

    private static let kinds: [TestKey] = [.rsa, .p256, .p384, .p521, .secp256k1, .ed25519, .ed448]

    @Test("PEM", arguments: kinds)
    func pemFile(key: TestKey) throws {
        let settings = try configuration(key.pem(.pkcs8).string).settings()
        let provider = try #require(settings.providers.first)
        #expect(provider.client.authenticationMethod == .privateKeyJWT)
        let jwk = try #require(provider.client.assertion.key?.publicKey.jwk)
        for member in key.publicMembers.members { #expect(jwk[member.name] == member.value) }
        #expect(provider.client.assertion.keyID == nil)
        #expect(provider.client.assertion.algorithm == nil)
        #expect(provider.client.assertion.audience == .issuer)
    }

    @Test func pemInPlace() throws {
        for form in [TestKey.PEMForm.pkcs8, .traditional] {
            let line = "client_private_key = \"\"\"\n# of the app\n\(TestKey.p256.pem(form).string)\"\"\"\n"
            #expect(try Self.settings(line).client.assertion.key?.kind == .ec(.p256))
        }
    }

    @Test func jwkFile() throws {
        let spread = Self.jwk.replacing(",", with: ",\r\n\t").replacing("{", with: "\n {")
        let provider = try #require(try configuration(spread).settings().providers.first)
        #expect(provider.client.assertion.key?.kind == .ed25519)
    }

    @Test func jwkSaysItsIDAndAlgorithm() throws {
        let line = Self.jwkLine(#""kid":"mine","alg":"Ed25519","use":"sig""#)
        let own = try Self.settings(line).client.assertion
        #expect(own.keyID == "mine")
        #expect(own.algorithm == .ed25519)
        let written = try Self.settings(
            line + "client_private_key_id = \"other\"\ntoken_endpoint_auth_signing_alg = \"EdDSA\""
        ).client.assertion
        #expect(written.keyID == "other")
        #expect(written.algorithm == .edDSA)
    }

    @Test func audience() throws {
        let written = try Self.settings(Self.jwkLine + "client_assertion_audience = \"token_endpoint\"")
        #expect(written.client.assertion.audience == .tokenEndpoint)
        let everywhere = try Self.settings(Self.jwkLine + "client_assertion_audience = \"endpoint\"")
        #expect(everywhere.client.assertion.audience == .endpoint)
        let standard = try Self.settings(Self.jwkLine + "client_assertion_audience = \"issuer\"")
        #expect(standard.client.assertion.audience == .issuer)
    }

    /// A key is there to be used, also beside a secret, which an ID token with a MAC may need.
    @Test func keyChoosesTheMethod() throws {
        #expect(try provider(ProviderTests.google(Self.jwkLine)).client.authenticationMethod == .privateKeyJWT)
        let here = try Self.settings(Self.jwkLine + "token_endpoint_auth_method = \"private_key_jwt\"")
        #expect(here.client.authenticationMethod == .privateKeyJWT)
        let there = try Self.settings(
            Self.jwkLine + "client_kwargs = { token_endpoint_auth_method = \"private_key_jwt\" }")
        #expect(there.client.authenticationMethod == .privateKeyJWT)
    }

    @Test func secretJWT() throws {
        let line = "token_endpoint_auth_method = \"client_secret_jwt\"\n"
        let provider = try provider(ProviderTests.google(line))
        #expect(provider.client.authenticationMethod == .clientSecretJWT)
        #expect(provider.client.assertion.algorithm == nil)
    }

    private static let jwtMethods =
        "is for client_secret_jwt and private_key_jwt; remove it, or write one of them as "
        + "token_endpoint_auth_method"

    /// The last part of each line that is reported.
    static let refusals: [Refusal] = [
        Refusal(
            "token_endpoint_auth_method = \"private_key_jwt\"",
            "token_endpoint_auth_method: requires client_private_key, which is missing; name its file, as in "
                + "{ file = \"key.pem\" }"),
        Refusal(
            "token_endpoint_auth_method = \"client_secret_jwt\"",
            "token_endpoint_auth_method: requires client_secret, which is missing, empty or invalid"),
        Refusal(
            "client_secret = \"0123456789abcdef0123456789abcde\"\ntoken_endpoint_auth_method = \"client_secret_jwt\"",
            "token_endpoint_auth_method: HS256 requires a client_secret of at least 32 bytes"),
        Refusal(
            "client_secret = \"0123456789abcdef0123456789abcdef\"\ntoken_endpoint_auth_method = \"client_secret_jwt\"\n"
                + "token_endpoint_auth_signing_alg = \"HS384\"",
            "token_endpoint_auth_signing_alg: HS384 requires a client_secret of at least 48 bytes"),
        Refusal(
            "client_secret = \"0123456789abcdef0123456789abcdef\"\ntoken_endpoint_auth_method = \"client_secret_jwt\"\n"
                + "token_endpoint_auth_signing_alg = \"RS256\"",
            "token_endpoint_auth_signing_alg: RS256 is not for client_secret_jwt, which allows HS256, HS384 and HS512"),
        Refusal(
            jwkLine + "token_endpoint_auth_method = \"none\"",
            "client_private_key: is for private_key_jwt; remove it, or set that as token_endpoint_auth_method"),
        Refusal(
            jwkLine + "client_secret = \"s\"\ntoken_endpoint_auth_method = \"client_secret_basic\"",
            "client_private_key: is for private_key_jwt; remove it, or set that as token_endpoint_auth_method"),
        Refusal(
            jwkLine + "token_endpoint_auth_signing_alg = \"ES256\"",
            "token_endpoint_auth_signing_alg: ES256 does not fit this private key, which supports EdDSA, Ed25519"),
        Refusal(
            jwkLine + "token_endpoint_auth_signing_alg = \"HS256\"",
            "token_endpoint_auth_signing_alg: HS256 does not fit this private key, which supports EdDSA, Ed25519"),
        Refusal(
            jwkLine + "token_endpoint_auth_signing_alg = \"none\"",
            "token_endpoint_auth_signing_alg: is not the name of a signature algorithm, such as RS256, PS256, ES256 or "
                + "EdDSA"),
        Refusal(
            jwkLine("\"alg\":\"RS256\""),
            "client_private_key: RS256 does not fit this private key, which supports EdDSA, Ed25519"),
        Refusal(
            jwkLine("\"alg\":\"RSA-OAEP\""),
            "client_private_key: is a JWK whose \"alg\" is not the name of a signature algorithm"),
        Refusal(
            jwkLine("\"use\":\"enc\""),
            "client_private_key: is a JWK whose \"use\" is not \"sig\"; it is not for signatures"),
        Refusal(
            publicLine(""),
            "client_private_key: the private JWK is unusable: its private members are missing, malformed or belong to "
                + "another key"),
        Refusal(
            publicLine(",\"d\":\"AAAA\""),
            "client_private_key: the private JWK is unusable: its private members are missing, malformed or belong to "
                + "another key"),
        Refusal(
            "client_private_key = '{\"keys\":[]}'",
            "client_private_key: is a JWK set; write one of its keys alone, the private one"),
        Refusal(
            "client_private_key = '{\"kty\":\"oct\",\"k\":\"AAAA\"}'",
            "client_private_key: the private JWK is unusable: it is a shared secret, which must never be published"),
        Refusal(
            "client_private_key = '{\"kty\":'",
            "client_private_key: begins with \"{\", but is not the JSON object of a JWK"),
        Refusal(
            "client_private_key = 'key.pem'",
            "client_private_key: is neither PEM nor a private JWK as JSON; to name its file, write { file = \"key.pem\" }"
        ),
        Refusal(
            "client_private_key = ''",
            "client_private_key: is neither PEM nor a private JWK as JSON; to name its file, write { file = \"key.pem\" }"
        ),
        Refusal(
            "client_private_key = { file = 'nowhere.pem' }",
            "client_private_key: cannot read nowhere.pem: no such file; create it, or fix the path (relative paths "
                + "start at the working directory)"),
        Refusal("client_private_key_id = 'a'", "client_private_key_id: requires client_private_key, which is missing"),
        Refusal(
            jwkLine + "client_private_key_id = ''",
            "client_private_key_id: is empty; write the \"kid\" that the provider knows, or remove it"),
        Refusal(
            jwkLine + "client_assertion_audience = 'https://x'",
            "client_assertion_audience: must be issuer, token_endpoint or endpoint"),
        Refusal("client_assertion_audience = 'issuer'", "client_assertion_audience: " + jwtMethods),
        Refusal("token_endpoint_auth_signing_alg = 'RS256'", "token_endpoint_auth_signing_alg: " + jwtMethods),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let problems = try problems(Self.document(refusal.document))
        #expect(problems.map { $0.components(separatedBy: "[auth.google] ").last } == refusal.lines)
        for line in problems { #expect(!line.contains(Self.privateMember)) }
    }

    private static let encrypted =
        "client_private_key: the private key is encrypted; write it without a passphrase: "
        + "openssl pkey -in IN -out OUT"
    private static let notPrivate =
        "client_private_key: is the public key; write the private one, which only the app has"

    @Test(
        arguments: [
            (TestKey.p256, TestKey.PEMForm.encryptedPKCS8, encrypted), (.rsa, .encryptedTraditional, encrypted),
            (.p256, .publicKey, notPrivate), (.rsa, .publicKey, notPrivate),
            (
                TestKey.unusual("RSA-1024"), .pkcs8,
                "client_private_key: the RSA key has fewer than 2048 or more than 8192 bits, or an exponent below 65537"
            ),
        ])
    func pemIsRefused(key: TestKey, form: TestKey.PEMForm, problem: String) throws {
        let pem = key.pem(form).string
        let problems = try problems(configuration(pem))
        #expect(problems.map { $0.components(separatedBy: "[auth.google] ").last } == [problem])
        let body = try #require(pem.components(separatedBy: "\n").dropFirst().first { $0.count > 40 })
        #expect(!problems.contains { $0.contains(body) })
    }
}
