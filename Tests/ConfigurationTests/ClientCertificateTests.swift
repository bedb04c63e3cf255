import Basics
import Configuration
import Foundation
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// The certificate that the client shows (RFC 8705).
@Suite struct ClientCertificateTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    static func certificate(_ key: TestKey) -> String {
        "client_certificate = '''\(key.pem(.certificate).string)'''\n"
    }

    static func key(_ key: TestKey, _ form: TestKey.PEMForm = .pkcs8) -> String {
        "client_certificate_key = '''\(key.pem(form).string)'''\n"
    }

    /// A section without a client secret; what is added begins in line 7.
    static func document(_ lines: String) -> String { ProviderTests.google(lines, without: "client_secret") }

    @Test(arguments: [TestKey.rsa, .p256, .p384, .p521, .ed25519]) func isTaken(key: TestKey) throws {
        let provider = try provider(Self.document(Self.certificate(key) + Self.key(key)))
        #expect(provider.clientCertificate != nil)
        #expect(provider.client.authenticationMethod == .tlsClientAuth)
    }

    @Test func filesAreTaken() throws {
        let chain = [TestKey.p256, .rsa].map { $0.pem(.certificate).string }.joined()
        _ = try folder.write("client.pem", "# ours\n" + chain)
        _ = try folder.write("client-key.pem", TestKey.p256.pem(.traditional).string)
        let configuration = Configuration()
        let lines = """
            client_certificate = { file = "client.pem" }
            client_certificate_key = { file = "client-key.pem" }
            """
        try configuration.load(file: Text(folder.write("secrets.toml", Self.document(lines))))
        #expect(try configuration.settings().providers.first?.clientCertificate != nil)
    }

    /// Both in one file, as some tools write them.
    @Test func oneFileForBoth() throws {
        let both = TestKey.p256.pem(.pkcs8).string + TestKey.p256.pem(.certificate).string
        let lines = "client_certificate = '''\(both)'''\nclient_certificate_key = '''\(both)'''"
        #expect(try provider(Self.document(lines)).clientCertificate != nil)
    }

    /// A chain with all its certificates is longer than other texts may be, but not without end.
    @Test func length() throws {
        let certificate = TestKey.p256.pem(.certificate).string
        let line = { (count: Int) in
            "client_certificate = '''\(String(repeating: certificate, count: count))'''\n" + Self.key(.p256)
        }
        #expect(try provider(Self.document(line(8192 / certificate.count + 1))).clientCertificate != nil)
        #expect(
            try problems(Self.document(line(65_536 / certificate.count + 1)))
                == ["s.toml:7:1: [auth.google] client_certificate: is longer than 64 KiB"])
    }

    /// Whoever also has a secret or a key for JWTs authenticates with that; the certificate is shown all the same, for tokens
    /// that are bound to it (RFC 8705 3).
    @Test func whichMethod() throws {
        let certificate = Self.certificate(.p256) + Self.key(.p256)
        let method = { (document: String) in try provider(document).client.authenticationMethod }
        #expect(try method(ProviderTests.google(certificate)) == nil)
        #expect(try method(Self.document(ClientAuthenticationTests.jwkLine + certificate)) == .privateKeyJWT)
        for name in ["self_signed_tls_client_auth", "tls_client_auth", "none"] {
            let line = "token_endpoint_auth_method = \"\(name)\"\n"
            #expect(try method(Self.document(line + certificate))?.name.string == name)
        }
        let inParameters = "client_kwargs = { token_endpoint_auth_method = \"self_signed_tls_client_auth\" }\n"
        #expect(try method(Self.document(inParameters + certificate)) == .selfSignedTLSClientAuth)
    }

    @Test func withoutOpenIDConnect() throws {
        let certificate = Self.certificate(.p256) + Self.key(.p256)
        let provider = try provider(PresetTests.section(OAuth2Tests.complete + certificate))
        #expect(provider.clientCertificate != nil)
    }

    private static let notCertificates =
        "client_certificate: contains no PEM certificates (-----BEGIN CERTIFICATE-----); to name their file, write "
        + "{ file = \"client.pem\" }"
    private static let broken = TestKey.rsa.pem(.certificate).string.replacing("MII", with: "AII")
    private static let missing =
        "token_endpoint_auth_method: requires client_certificate, which is missing; name its file, as in "
        + "{ file = \"client.pem\" }"

    static let refusals: [Refusal] = [
        Refusal(
            certificate(.p256), "client_certificate: requires client_certificate_key, which is missing; write both"),
        Refusal(key(.p256), "client_certificate_key: requires client_certificate, which is missing; write both"),
        Refusal("token_endpoint_auth_method = \"tls_client_auth\"", missing),
        Refusal("token_endpoint_auth_method = \"self_signed_tls_client_auth\"", missing),
        Refusal(
            certificate(.p256) + key(.newerRSA),
            "client_certificate: does not match client_certificate_key; the client's own certificate must come first"),
        Refusal(
            "client_certificate = '''\([TestKey.rsa, .p256].map { $0.pem(.certificate).string }.joined())'''\n"
                + key(.p256),
            "client_certificate: does not match client_certificate_key; the client's own certificate must come first"),
        Refusal("client_certificate = 'client.pem'\n" + key(.p256), notCertificates),
        Refusal("client_certificate = ''\n" + key(.p256), notCertificates),
        Refusal("client_certificate = '''\(broken)'''\n" + key(.rsa), notCertificates),
        Refusal(
            "client_certificate = '''\(TestKey.p256.pem(.certificate).string)\(broken)'''\n" + key(.p256),
            notCertificates),
        Refusal(
            "client_certificate = '''\(TestKey.p256.pem(.publicKey).string)'''\n" + key(.p256), notCertificates),
        Refusal(
            certificate(.p256) + key(.p256, .encryptedPKCS8),
            "client_certificate_key: the private key is encrypted; write it without a passphrase: openssl pkey -in IN "
                + "-out OUT"),
        Refusal(
            certificate(.p256) + "client_certificate_key = 'key.pem'",
            "client_certificate_key: is not a private key in PEM; to name its file, write { file = \"key.pem\" }"),
        Refusal(
            certificate(.p256) + key(.p256, .publicKey),
            "client_certificate_key: the private key is not a PEM text of PKCS #8, PKCS #1 or SEC 1 "
                + "(-----BEGIN PRIVATE KEY-----)"),
        Refusal(
            certificate(.p256) + "client_certificate_key = { file = 'nowhere.pem' }",
            "client_certificate_key: cannot read nowhere.pem: no such file; create it, or fix the path (relative "
                + "paths start at the working directory)"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let problems = try problems(Self.document(refusal.document))
        #expect(problems.map { $0.components(separatedBy: "[auth.google] ").last } == refusal.lines)
        for line in problems { #expect(!line.contains("MIG") && !line.contains("MII")) }
    }

    /// With a key that is for something else, beside the certificate.
    @Test func otherKeysAreUnused() throws {
        let line = "token_endpoint_auth_method = \"tls_client_auth\"\n" + ClientAuthenticationTests.jwkLine
        let problems = try problems(Self.document(line + Self.certificate(.p256) + Self.key(.p256)))
        #expect(
            problems.map { $0.components(separatedBy: "[auth.google] ").last } == [
                "client_private_key: is for private_key_jwt; remove it, or set that as token_endpoint_auth_method"
            ])
    }
}
