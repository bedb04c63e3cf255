import Basics
import Configuration
import JOSE
import OpenIDConnect
import Settings
import Testing
import Transport

/// The keys of a provider.
@Suite struct ProviderTests {
    static func google(_ more: String, without missing: String = "none of them") -> String {
        let lines = Sample.provider.split(separator: "\n").filter { !$0.hasPrefix(missing + " ") }
        return Sample.shared + "[auth.google]\n" + (lines + [Substring(more)]).joined(separator: "\n")
    }

    /// What is added to a complete section stands in line 8.
    static let refusals: [Refusal] = [
        Refusal("issuer = \"accounts.google.com\"", "issuer: must be an absolute URL that begins with https://"),
        Refusal(
            "issuer = \"http://id.example.com\"",
            "issuer: must begin with https://; http:// is only for a provider on this machine"),
        Refusal(
            "issuer = \"https://[fd00:ec2::254]\"",
            "issuer: is an address that no provider can have: link-local, multicast, or a cloud's metadata service"),
        Refusal("issuer = \"https://[0:0:]\"", "issuer: must be an absolute URL that begins with https://"),
        Refusal(
            "issuer = \"https://id.example.com?x\"",
            "issuer: must be the provider's issuer identifier, such as \"https://accounts.google.com\", without \"?\" or "
                + "/.well-known/openid-configuration"),
        Refusal(
            "token_endpoint_auth_method = \"tls_client\"",
            "token_endpoint_auth_method: must be client_secret_basic, client_secret_post, client_secret_jwt, "
                + "private_key_jwt, tls_client_auth, self_signed_tls_client_auth or none; no other is supported"),
        Refusal(
            "token_endpoint_auth_method = \"none\"",
            "token_endpoint_auth_method: is none, which is for clients without a secret; remove it, or client_secret"),
        Refusal(
            "id_token_signed_response_alg = \"none\"",
            "id_token_signed_response_alg: names an unknown algorithm; choose among RS256, RS384, RS512, PS256, PS384, PS512, "
                + "ES256, ES384, ES512, ES256K, EdDSA, Ed25519, Ed448, \(mlDSA)HS256, HS384, HS512"),
        Refusal(
            "id_token_signed_response_alg = [\"RS256\", \"SH256\"]",
            "id_token_signed_response_alg: names an unknown algorithm; is HS256 meant?"),
        Refusal(
            "id_token_signed_response_alg = \"HS512\"",
            "id_token_signed_response_alg: HS512 requires a client_secret of at least 64 bytes; choose another, such as RS256"
        ),
        Refusal(
            "id_token_signed_response_alg = []",
            "id_token_signed_response_alg: is empty; name at least one, or remove the key"),
        Refusal("userinfo = \"true\"", "userinfo: must be true or false, without quotes; it is text"),
        Refusal("userinfo = 1", "userinfo: must be true or false, without quotes; it is an integer"),
        Refusal("trusted_audiences = [\"a\", \"\"]", "trusted_audiences: contains an empty value; remove it"),
        Refusal("cookie_secret = \"x\"", "cookie_secret: applies to all providers; write it in [auth]"),
        Refusal("port = 8501", "port: applies to all providers; write it in [auth]"),
        Refusal("client_kwarg = {}", "client_kwarg: is not a known key; is client_kwargs meant?"),
        Refusal(
            "authorize_url = \"https://x\"",
            "authorize_url: is for a provider without OpenID Connect; the metadata at server_metadata_url has it, remove it"
        ),
        Refusal("api_base_url = \"https://x\"", "api_base_url: is not a key of this library; remove it"),
        Refusal("whatever = 1", "whatever: is not a known key; docs/configuration.md lists them"),
        Refusal("client_kwargs = \"x\"", "client_kwargs: must be a table, such as { prompt = \"login\" }; it is text"),
        Refusal("http_proxy = \"proxy:3128\"", proxy), Refusal("http_proxy = \"http://u:p@proxy:3128\"", proxy),
        Refusal("http_proxy = \"http://proxy:3128/path\"", proxy),
        Refusal("http_proxy = \"socks5://proxy:1080\"", proxy),
        Refusal("timeout = 0", "timeout: " + span), Refusal("connect_timeout = \"3m\"", "connect_timeout: " + span),
        Refusal(
            "ca_file = \"/nowhere/ca.pem\"",
            "ca_file: cannot read /nowhere/ca.pem: no such file; create it, or fix the path (relative paths start "
                + "at the working directory)"),
        Refusal("ca_file = \"/dev/null\"", "ca_file: cannot read /dev/null: is not a regular file"),
        Refusal(
            "ca_file = \"/proc/self/status\"",
            "ca_file: contains no certificate (-----BEGIN CERTIFICATE-----)"),
        Refusal(
            "userinfo_bearer_method = \"query\"", "userinfo_bearer_method: must be header or body",
            "userinfo_bearer_method: is for UserInfo, which is not enabled; set userinfo = true, or remove the key"),
        Refusal(
            "userinfo_bearer_method = \"body\"",
            "userinfo_bearer_method: is for UserInfo, which is not enabled; set userinfo = true, or remove the key"),
    ]
    /// Only where OpenSSL has them.
    static let mlDSA = SigningAlgorithm.mlDSA44.isAvailable ? "ML-DSA-44, ML-DSA-65, ML-DSA-87, " : ""
    static let proxy =
        "http_proxy: must be the proxy's URL without user name or password, such as \"http://proxy.example.com:3128\""
    static let span =
        "must be from 100 milliseconds to 2 minutes: seconds, or text such as \"30d\", \"12h\", \"15m\", \"45s\", \"500ms\""

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let problems = try problems(Self.google(refusal.document))
        #expect(problems == refusal.lines.map { "s.toml:8:1: [auth.google] \($0)" })
    }

    /// What stands in place of the section's own line.
    static let replacements: [(String, String, String)] = [
        ("client_id", "", "4:7: [auth.google] client_id: is missing; the provider issues it when you register the app"),
        (
            "client_id", "client_id = \"\"",
            "7:1: [auth.google] client_id: is empty; the provider issues it when you register the app"
        ),
        (
            "client_id", "client_id = \"ü\"",
            "7:1: [auth.google] client_id: contains characters that are not plain ASCII; copy it again from the provider"
        ),
        (
            "client_id", "client_id = \"a\\tb\"",
            "7:1: [auth.google] client_id: contains control characters, such as a line break or a tab"
        ),
        ("client_id", "client_id = \" a\"", "7:1: [auth.google] client_id: begins or ends with a space; remove it"),
        (
            "client_secret", "client_secret = \"a \"",
            "7:1: [auth.google] client_secret: begins or ends with a space; remove it"
        ),
        (
            "client_secret", "token_endpoint_auth_method = \"client_secret_post\"",
            "7:1: [auth.google] token_endpoint_auth_method: requires client_secret, which is missing, empty or invalid"
        ),
        (
            "client_secret", "id_token_signed_response_alg = \"HS256\"",
            "7:1: [auth.google] id_token_signed_response_alg: HS256 requires a client_secret of at least 32 bytes; "
                + "choose another, such as RS256"
        ),
        (
            "server_metadata_url", "",
            "4:7: [auth.google] server_metadata_url: is missing; find it in the provider's documentation, such as "
                + "\"https://accounts.google.com/.well-known/openid-configuration\""
        ),
        (
            "server_metadata_url", "server_metadata_url = \"id.example.com\"",
            "7:1: [auth.google] server_metadata_url: must be an absolute URL that begins with https://"
        ),
        (
            "server_metadata_url",
            "server_metadata_url = \"https://login.example.com/{tenant}/.well-known/openid-configuration\"",
            "7:1: [auth.google] server_metadata_url: still has a placeholder in { }; put your own value there"
        ),
        (
            "server_metadata_url", "server_metadata_url = \"http://id.example.com/.well-known/openid-configuration\"",
            "7:1: [auth.google] server_metadata_url: must begin with https://; http:// is only for a provider on this machine"
        ),
        (
            "server_metadata_url", "server_metadata_url = \"https://id.example.com\"",
            "7:1: [auth.google] server_metadata_url: must end in /.well-known/openid-configuration; "
                + "if the provider's does not, write its issuer as well"
        ),
        (
            "server_metadata_url",
            "server_metadata_url = \"https://id.example.com/?/.well-known/openid-configuration\"",
            "7:1: [auth.google] server_metadata_url: must end in /.well-known/openid-configuration; "
                + "if the provider's does not, write its issuer as well"
        ),
    ]

    @Test(arguments: replacements) func isRefused(key: String, line: String, problem: String) throws {
        #expect(try problems(Self.google(line, without: key)) == ["s.toml:" + problem])
    }

    @Test func issuerIsDerivedOrWritten() throws {
        #expect(try provider(Self.google("")).issuer == "https://id.example.com")
        let written = try provider(Self.google("issuer = \"https://id.example.com/\""))
        #expect(written.issuer == "https://id.example.com/")
        #expect(written.metadataURL?.text.string == Sample.metadataURL)
    }

    @Test func metadataAnywhereWithAnIssuer() throws {
        let provider = try provider(
            Self.google(
                "server_metadata_url = \"https://id.example.com/meta?p=1\"\nissuer = \"https://id.example.com/i\"",
                without: "server_metadata_url"))
        #expect(provider.metadataURL?.text == "https://id.example.com/meta?p=1")
        #expect(provider.issuer == "https://id.example.com/i")
    }

    @Test(arguments: ["https://id.example.com/realms/a", "https://id.example.com/realms/a/"])
    func issuerAloneTellsWhereMetadataIs(issuer: String) throws {
        let provider = try provider(Self.google("issuer = \"\(issuer)\"", without: "server_metadata_url"))
        #expect(provider.issuer.string == issuer)
        #expect(provider.metadataURL?.text == "https://id.example.com/realms/a/.well-known/openid-configuration")
    }

    @Test func optionsAreTaken() throws {
        let provider = try provider(
            Self.google(
                """
                token_endpoint_auth_method = "client_secret_basic"
                id_token_signed_response_alg = ["ES256", "EdDSA", "HS256"]
                userinfo = true
                trusted_audiences = ["one", "two"]
                """))
        #expect(provider.client.authenticationMethod == .clientSecretBasic)
        #expect(provider.client.allowedAlgorithms == [.es256, .edDSA, .hs256])
        #expect(provider.fetchesUserInfo)
        #expect(provider.client.trustedAudiences == ["one", "two"])
    }

    @Test func publicClient() throws {
        let provider = try provider(Self.google("token_endpoint_auth_method = \"none\"", without: "client_secret"))
        #expect(provider.client.authenticationMethod == .publicClient)
        #expect(provider.client.secret == nil)
    }

    @Test func loopbackProvider() throws {
        let url = "http://127.0.0.1:9000/.well-known/openid-configuration"
        let provider = try provider(Self.google("server_metadata_url = \"\(url)\"", without: "server_metadata_url"))
        #expect(provider.issuer == "http://127.0.0.1:9000")
        #expect(provider.connection.allowsLoopback)
    }

    @Test func sectionOverridesSharedConnection() throws {
        let settings = try settings(
            Sample.shared
                + """
                connect_timeout = 2
                timeout = "8s"
                http_proxy = "http://proxy.example.com:3128"
                [auth.a]
                \(Sample.provider)
                [auth.b]
                \(Sample.provider)
                timeout = "1500ms"
                http_proxy = ""
                """)
        let shared = try #require(settings.provider(named: "a")?.connection)
        #expect(
            shared
                == ConnectionSettings(
                    proxy: AbsoluteURL("http://proxy.example.com:3128"), connectTimeout: 2000, timeout: 8000))
        // A connection that may take longer than the whole exchange is no limit.
        #expect(settings.provider(named: "b")?.connection == ConnectionSettings(connectTimeout: 1500, timeout: 1500))
    }
}
