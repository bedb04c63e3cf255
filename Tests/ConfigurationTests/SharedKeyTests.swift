import Basics
import Configuration
import Settings
import Testing

/// The keys of [auth] that concern the application as a whole.
@Suite struct SharedKeyTests {
    static func with(_ redirectURI: String, _ more: String = "") -> String {
        "[auth]\nredirect_uri = \"\(redirectURI)\"\ncookie_secret = \"\(Sample.cookieSecret)\"\n\(more)\n"
            + Sample.provider
    }

    @Test(arguments: [
        ("https://app.example.com/oauth2callback", "/oauth2callback", ""),
        ("https://app.example.com/app/oauth2callback", "/app/oauth2callback", "/app"),
        ("https://app.example.com/a/b/c/cb/", "/a/b/c/cb/", "/a/b/c"),
        ("http://localhost:8501/cb", "/cb", ""), ("http://127.0.0.1/x/cb", "/x/cb", "/x"),
        ("http://[::1]:80/cb", "/cb", ""),
        ("http://app.localhost/cb", "/cb", ""),
    ])
    func pathsComeFromTheRedirectURI(uri: String, callback: String, base: String) throws {
        let settings = try settings(Self.with(uri))
        #expect(settings.providers.map { $0.client.redirectURI.text.string } == [uri])
        #expect(settings.callbackPaths.map(\.string) == [callback])
        #expect(settings.basePath.string == base)
        #expect(settings.loginPath.string == base + "/auth/login")
        #expect(settings.logoutPath.string == base + "/auth/logout")
    }

    @Test func pathsMayBeChosen() throws {
        let settings = try settings(
            Self.with("https://app.example.com/app/cb", "login_path = \"/in\"\nlogout_path = \"/my-app/out_1/\""))
        #expect(settings.loginPath == "/in")
        #expect(settings.logoutPath == "/my-app/out_1/")
    }

    static let redirectRefusals: [(String, String)] = [
        ("", "must be an absolute URL, such as \"https://app.example.com/oauth2callback\""),
        ("/oauth2callback", "must be an absolute URL, such as \"https://app.example.com/oauth2callback\""),
        ("ftp://app.example.com/cb", "must be an absolute URL, such as \"https://app.example.com/oauth2callback\""),
        (
            "https://u:p@app.example.com/cb",
            "must be an absolute URL, such as \"https://app.example.com/oauth2callback\""
        ),
        ("https://app.example.com/cb#x", "must be an absolute URL, such as \"https://app.example.com/oauth2callback\""),
        ("https://app.example.com/cb?", "must have no query; remove everything from \"?\" on"),
        ("https://app.example.com/cb?x=y", "must have no query; remove everything from \"?\" on"),
        (
            "http://app.example.com/cb",
            "must begin with https://; http:// is only for localhost, where nobody can listen in"
        ),
        (
            "http://localhost.example.com/cb",
            "must begin with https://; http:// is only for localhost, where nobody can listen in"
        ),
    ]

    @Test(arguments: redirectRefusals) func redirectURIIsRefused(uri: String, sentence: String) throws {
        let problems = try problems(Self.with(uri))
        #expect(problems == ["s.toml:2:1: [auth] redirect_uri: \(sentence)"])
    }

    /// A path that a browser or a proxy would change, or that is the host's own start page.
    @Test(arguments: ["", "/", "//", "//cb", "/a//cb", "/./cb", "/../cb", "/a/..", "/%2e%2e/cb", "/a;b", "/a%2Fb"])
    func redirectPathIsRefused(path: String) throws {
        let problems = try problems(Self.with("https://app.example.com" + path))
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("s.toml:2:1: [auth] redirect_uri: must have a path") == true)
    }

    static let refusals: [Refusal] = [
        Refusal(
            "login_path = \"/a?b\"",
            "s.toml:8:1: [auth] login_path: must be a path such as /auth/login, of letters, digits, \"-\", \".\", \"_\", \"~\", "
                + "without empty, \".\" or \"..\" segments"),
        Refusal(
            "logout_path = \"/oauth2callback\"",
            "s.toml:8:1: [auth] logout_path: the login path, the logout path and the path of redirect_uri must differ"),
        Refusal(
            "session_path = \"/auth/logout\"",
            "s.toml:8:1: [auth] session_path: is the path of a login, of the logout or of redirect_uri; choose another"),
        Refusal(
            "login_path = \"/auth/logout\"",
            "s.toml:8:1: [auth] login_path: the login path, the logout path and the path of redirect_uri must differ"),
        Refusal(
            "login_path = \"/auth/backchannel-logout\"",
            "s.toml:8:1: [auth] login_path: must not be /auth/backchannel-logout, which the library answers itself; choose "
                + "another path"),
        Refusal(
            "logout_path = \"/auth/frontchannel-logout\"",
            "s.toml:8:1: [auth] logout_path: must not be /auth/frontchannel-logout, which the library answers itself; choose "
                + "another path"),
        Refusal(
            "session_path = \"/auth/frontchannel-logout\"",
            "s.toml:8:1: [auth] session_path: must not be /auth/frontchannel-logout, which the library answers itself; choose "
                + "another path"),
        Refusal("port = 0", "s.toml:8:1: [auth] port: must be an integer from 1 to 65535, without quotes"),
        Refusal("port = 65536", "s.toml:8:1: [auth] port: must be an integer from 1 to 65535, without quotes"),
        Refusal("port = \"8501\"", "s.toml:8:1: [auth] port: must be an integer from 1 to 65535, without quotes"),
        Refusal(
            "session_claims = []", "s.toml:8:1: [auth] session_claims: is empty; name at least one, or remove the key"),
        Refusal(
            "session_claims = [1]",
            "s.toml:8:1: [auth] session_claims: must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; "
                + "it is an integer"),
        Refusal(
            "expose_tokens = \"refresh_token\"",
            "s.toml:8:1: [auth] expose_tokens: must be \"id\", \"access\", \"refresh\" or a list of them"),
        Refusal(
            "expose_tokens = \"access\"\ndpop_bound_access_tokens = true",
            "s.toml:8:1: [auth] expose_tokens: access tokens are useless to the app with dpop_bound_access_tokens: "
                + "their key stays in the library"),
        Refusal(
            "refresh_claims = 0",
            "s.toml:8:1: [auth] refresh_claims: must be from 1 second to 400 days: seconds, or text such as \"30d\", "
                + "\"12h\", \"15m\", \"45s\", \"500ms\""),
        Refusal(
            "session_lifetime = \"2h\"\nidle_timeout = \"3h\"",
            "s.toml:9:1: [auth] idle_timeout: is longer than session_lifetime; shorten it, or remove it"),
        Refusal(
            "client_idx = 1",
            "s.toml:8:1: [auth] client_idx: is not a known key; is client_id meant?"),
        Refusal("Redirect_URI = 1", "s.toml:8:1: [auth] Redirect_URI: is not a known key; is redirect_uri meant?"),
        Refusal(
            "server_metdata_url = 1",
            "s.toml:8:1: [auth] server_metdata_url: is not a known key; is server_metadata_url meant?"),
        Refusal(
            "\"odd key\\n\" = 1",
            "s.toml:8:1: [auth] \"odd key?\": is not a known key; docs/configuration.md lists them"),
        Refusal(
            "authorize_params = { hd = \"x\" }",
            "s.toml:8:1: [auth.authorize_params]: is not a key of this library; write its parameters in client_kwargs"),
        Refusal(
            "hd = \"x\"",
            "s.toml:8:1: [auth] hd: belongs in client_kwargs, like everything sent with the authorization request"
        ),
        Refusal(
            "foo = { env = \"X\" }", "s.toml:8:1: [auth] foo: is not a known key; docs/configuration.md lists them"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let problems = try problems(Sample.complete + "\n" + refusal.document)
        #expect(problems == refusal.lines)
    }

    @Test func cookiePrefixIsTaken() throws {
        #expect(try settings(Sample.complete + "cookie_prefix = \"my-App_2\"").cookiePrefix == "my-App_2")
    }

    @Test(arguments: ["", "a b", "a.b", "a=b", "__Host-a", "ü", String(repeating: "a", count: 33)])
    func cookiePrefixIsRefused(prefix: String) throws {
        let problems = try problems(Sample.complete + "cookie_prefix = \"\(prefix)\"")
        #expect(
            problems == [
                "s.toml:7:1: [auth] cookie_prefix: must be 1 to 32 letters, digits, \"_\" or \"-\", and not begin with \"__\", "
                    + "as in \"stauth\""
            ])
    }

    @Test func claimsAreTaken() throws {
        #expect(
            try settings(Sample.complete + "session_claims = [\"sub\", \"email\"]").sessionClaims == ["sub", "email"])
    }

    @Test func portIsFilledInEverywhere() throws {
        let uri = try settings(Self.with("http://a{port}.localhost:{port}/cb{port}", "port = 7")).site.text
        #expect(uri == "http://a7.localhost:7/cb7")
    }

    @Test func missingPortIsTold() throws {
        let problems = try problems(Self.with("http://localhost:{port}/cb"))
        #expect(
            problems == [
                "s.toml:1:2: [auth] port: is missing, but redirect_uri contains {port}; write the app's port, such as port = 8501"
            ])
    }
}
