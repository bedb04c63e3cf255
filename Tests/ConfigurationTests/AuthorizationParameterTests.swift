import Basics
import Configuration
import Settings
import Testing

/// What client_kwargs adds to the authorization request.
@Suite struct AuthorizationParameterTests {
    static func with(_ table: String) -> String {
        Sample.complete + "client_kwargs = { \(table) }\n"
    }

    @Test func parametersKeepTheirOrder() throws {
        let provider = try provider(
            Self.with(
                "ui_locales = \"de fr\", max_age = 0, acr_values = 'a', \"x-y.z\" = true, prompt = 'login', scope = 'openid'"
            ))
        #expect(
            provider.authorizationParameters == [
                .init("scope", "openid"), .init("prompt", "login"), .init("ui_locales", "de fr"), .init("max_age", "0"),
                .init("acr_values", "a"), .init("x-y.z", "true"),
            ])
        #expect(provider.maxAge == 0)
    }

    /// For a provider that refuses prompt=select_account.
    @Test func emptyTextLeavesAParameterOut() throws {
        let provider = try provider(Self.with("prompt = \"\", login_hint = \"\""))
        #expect(provider.authorizationParameters == [.init("scope", "openid profile email")])
    }

    @Test func tableMayHaveItsOwnHeader() throws {
        let provider = try provider(Sample.complete + "[auth.client_kwargs]\nhd = \"example.com\"\n")
        #expect(provider.authorizationParameters.last == .init("hd", "example.com"))
    }

    static let own = [
        "state", "nonce", "redirect_uri", "response_type", "client_id", "code_challenge",
        "code_challenge_method", "code_verifier", "request", "request_uri",
    ]
    static let hidden = [
        "client_secret", "client_assertion", "grant_type", "code", "access_token", "refresh_token", "password",
    ]
    static let httpClient = [
        ("verify", "for a private certificate authority, write ca_file next to client_kwargs"),
        ("cert", "client certificates are not supported, remove it"),
        ("proxy", "write http_proxy next to client_kwargs"),
        ("timeout", "write timeout next to client_kwargs"),
        ("headers", "custom headers are not supported, remove it"),
        ("trust_env", "proxies are not read from the environment; write http_proxy next to client_kwargs"),
        ("follow_redirects", "redirects of the provider are never followed, remove it"),
        ("http2", "the HTTP version is chosen automatically, remove it"),
    ]
    static let misplaced = [
        "userinfo", "ca_file", "http_proxy", "issuer", "server_metadata_url", "trusted_audiences", "cookie_secret",
        "session_lifetime", "id_token_signed_response_alg", "connect_timeout", "response_mode",
    ]

    static let refusals: [(String, String)] =
        own.map { ($0, "is set by this library for every login; remove it") }
        + hidden.map { ($0, "must not be sent with the authorization request, which the browser sees; remove it") }
        + httpClient.map { ($0, "is not a parameter; " + $1) }
        + misplaced.map { ($0, "belongs in the section itself, next to client_kwargs") }

    @Test(arguments: refusals) func keyIsRefused(key: String, sentence: String) throws {
        let problems = try problems(Self.with("\(key) = \"\(Sample.clientSecret)\""))
        #expect(problems == ["s.toml:7:19: [auth.client_kwargs] \(key): \(sentence)"])
    }

    static let wrongValues: [(String, String)] = [
        ("scope = \"profile\"", "scope: must contain openid, as in \"openid profile email\""),
        ("scope = \"openidx\"", "scope: must contain openid, as in \"openid profile email\""),
        ("scope = \"\"", "scope: must contain openid, as in \"openid profile email\""),
        ("scope = \"OpenID\"", "scope: must contain openid, as in \"openid profile email\""),
        ("scope = 'openid \"x\"'", "scope: contains characters that a scope cannot have"),
        ("scope = [\"openid\"]", "scope: must be one text with space-separated values, not a list"),
        ("prompt = \"none login\"", "prompt: none cannot be combined with other values"),
        ("max_age = -1", "max_age: must be an integer from 0 to 315360000, without quotes"),
        ("max_age = 315360001", "max_age: must be an integer from 0 to 315360000, without quotes"),
        ("max_age = \"60\"", "max_age: must be an integer from 0 to 315360000, without quotes"),
        ("max_age = 1.5", "max_age: must be an integer from 0 to 315360000, without quotes"),
        ("ui_locales = [\"de\"]", "ui_locales: must be one text with space-separated values, not a list"),
        ("x = 1.5", "x: must be text, an integer, true or false; put it in double quotes"),
        ("x = 2026-11-23", "x: must be text, an integer, true or false; put it in double quotes"),
        ("x = { y = 1 }", "x: must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; it is a table"),
        ("x = \"a\\nb\"", "x: contains control characters, such as a line break or a tab"),
        (
            "\"a b\" = \"x\"",
            "\"a b\": is not a parameter name: use 1 to 64 letters, digits, \"-\", \".\" and \"_\""
        ),
        ("\"\" = \"x\"", "\"\": is not a parameter name: use 1 to 64 letters, digits, \"-\", \".\" and \"_\""),
        ("x = \"\(String(repeating: "a", count: 2049))\"", "x: is longer than 2 KiB, too long for a URL"),
        ("x = \"\(String(repeating: "a", count: 8193))\"", "x: is longer than 8 KiB"),
    ]

    @Test(arguments: wrongValues) func valueIsRefused(table: String, problem: String) throws {
        #expect(try problems(Self.with(table)) == ["s.toml:7:19: [auth.client_kwargs] \(problem)"])
    }

    @Test func methodIsTakenAsTheSectionsKey() throws {
        let provider = try provider(Self.with("token_endpoint_auth_method = \"client_secret_post\""))
        #expect(provider.client.authenticationMethod == .clientSecretPost)
        #expect(provider.authorizationParameters.values(of: "token_endpoint_auth_method") == [])
    }

    @Test func twoMethodsAreRefused() throws {
        let problems = try problems(
            Self.with("token_endpoint_auth_method = \"client_secret_post\"")
                + "token_endpoint_auth_method = \"client_secret_basic\"\n")
        #expect(
            problems == [
                "s.toml:8:1: [auth] token_endpoint_auth_method: differs from the one in client_kwargs; keep one of the two"
            ])
    }
}
