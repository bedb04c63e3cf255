import Basics
import Configuration
import Settings
import Testing

/// Which tables of [auth] describe providers.
@Suite struct ProviderListTests {
    @Test func anyNameMayBeChosen() throws {
        let settings = try settings(
            Sample.shared
                + ["with_underscore", "UPPER", "\"my provider\"", "\"ü.é\""].map { "[auth.\($0)]\n" + Sample.provider }
                .joined())
        #expect(settings.providers.map { $0.name.string } == ["with_underscore", "UPPER", "my provider", "ü.é"])
    }

    @Test func namesAreCompared() throws {
        let settings = try settings(Sample.shared + "[auth.Google]\n" + Sample.provider)
        #expect(settings.provider(named: "google") == nil)
    }

    static let refusals: [Refusal] = [
        Refusal(
            Sample.complete + "[auth.default]\n" + Sample.provider,
            "s.toml:4:1: [auth] client_id: configures the default provider, and so does [auth.default]; keep one of the two"
        ),
        Refusal(
            Sample.shared,
            "s.toml:1:2: [auth]: no provider is configured; write its client_id, client_secret and server_metadata_url in "
                + "[auth], or in a section of its own, such as [auth.google]"),
        Refusal(
            Sample.shared + "client_kwargs = { prompt = \"login\" }\nuserinfo = true\n[auth.a]\n" + Sample.provider,
            "s.toml:4:1: [auth] client_kwargs: belongs to a provider, but [auth] configures none; "
                + "write it in a section such as [auth.google]",
            "s.toml:5:1: [auth] userinfo: belongs to a provider, but [auth] configures none; "
                + "write it in a section such as [auth.google]"),
        Refusal(
            Sample.complete + "[auth.client_kwarg]\nprompt = \"login\"\n",
            "s.toml:7:7: [auth.client_kwarg]: has none of a provider's keys; is [auth.client_kwargs] meant?"),
        Refusal(
            Sample.shared + "[auth.\"\"]\n" + Sample.provider,
            "s.toml:4:7: [auth.\"\"]: a provider's name must have 1 to 128 characters and no control characters"),
        Refusal(
            Sample.shared + "[auth.\"a\\nb\"]\n" + Sample.provider,
            "s.toml:4:7: [auth.\"a?b\"]: a provider's name must have 1 to 128 characters and no control characters"),
        Refusal(
            Sample.complete + "[auth.timeout]\n" + Sample.provider,
            "s.toml:7:7: [auth] timeout: must be from 100 milliseconds to 2 minutes: seconds, or text such as "
                + "\"30d\", \"12h\", \"15m\", \"45s\", \"500ms\""),
        Refusal(
            Sample.complete + "google = \"x\"\n",
            "s.toml:7:1: [auth] google: is not a known key; docs/configuration.md lists them"),
        Refusal("auth = \"x\"", "s.toml:1:1: auth: must be a table; begin it with a line [auth]"),
        Refusal("[[auth]]\nclient_id = \"x\"", "s.toml:1:3: auth: must be a table; begin it with a line [auth]"),
        Refusal(
            "[aut]\nclient_id = \"x\"",
            "s.toml: there is no [auth] table; write one with redirect_uri, cookie_secret and a provider's client_id, "
                + "client_secret and server_metadata_url"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(refusal.document) == refusal.lines)
    }

    /// One look at the message is enough to mend the file.
    @Test func allProblemsAreToldAtOnce() throws {
        let document = """
            [auth]
            redirect_uri = "app.example.com"
            sesion_lifetime = 5
            [auth.google]
            client_secret = "\(Sample.clientSecret)"
            client_kwargs = { state = "x", scope = "email" }
            [auth.other]
            client_id = 5
            issuer = "https://id.example.com"
            """
        #expect(
            try problems(document) == [
                "s.toml:3:1: [auth] sesion_lifetime: is not a known key; is session_lifetime meant?",
                "s.toml:2:1: [auth] redirect_uri: must be an absolute URL, such as \"https://app.example.com/oauth2callback\"",
                "s.toml:1:2: [auth] cookie_secret: is missing; make one with: openssl rand -hex 32",
                "s.toml:4:7: [auth.google] client_id: is missing; the provider issues it when you register the app",
                "s.toml:4:7: [auth.google] server_metadata_url: is missing; find it in the provider's documentation, such as "
                    + "\"https://accounts.google.com/.well-known/openid-configuration\"",
                "s.toml:6:32: [auth.google.client_kwargs] scope: must contain openid, as in "
                    + "\"openid profile email\"",
                "s.toml:6:19: [auth.google.client_kwargs] state: is set by this library for every login; remove it",
                "s.toml:8:1: [auth.other] client_id: must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; "
                    + "it is an integer",
            ])
    }

    @Test func problemsAreCounted() throws {
        let document = Sample.complete + (0..<90).map { "unknown_\($0) = 1\n" }.joined()
        let problems = try problems(document)
        #expect(problems.count == 51)
        #expect(problems.last == "and 40 more")
    }

    @Test(arguments: ["", "[auth.google]\n", "[auth.google.client_kwargs]\n"])
    func manyKeysAreRefused(table: String) throws {
        let document = Sample.complete + table + (0..<20_000).map { "k\($0)=1\n" }.joined()
        #expect(try problems(document) == ["[auth]: the table, or one inside it, has more than 1000 keys"])
    }
}
