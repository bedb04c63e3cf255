import Basics
import Configuration
import Settings
import Testing

/// cookie_format, and the keys that depend on it.
@Suite struct CookieFormatTests {
    private static let streamlit = Sample.complete + "cookie_format = \"streamlit\"\n"

    @Test func ownFormat() throws {
        #expect(try settings(Sample.complete).streamlitCookie == nil)
        #expect(try settings(Sample.complete + "cookie_format = \"sealed\"").streamlitCookie == nil)
        let settings = try settings(Sample.complete + "expose_tokens = \"id\"")
        #expect(settings.streamlitCookie == nil)
        #expect(settings.exposedTokens == [.id])
    }

    @Test func streamlitsFormat() throws {
        let settings = try settings(Self.streamlit)
        #expect(settings.streamlitCookie?.origin == "https://app.example.com")
        #expect(settings.streamlitCookie?.exposedTokens == [])
        #expect(settings.sessionLifetime == 2_592_000)
    }

    @Test(arguments: [
        (#""id""#, ["id"]), (#""access""#, ["access"]), (#"["id", "access"]"#, ["id", "access"]), ("[]", []),
    ])
    func exposedTokens(value: String, tokens: [String]) throws {
        let settings = try settings(Self.streamlit + "expose_tokens = \(value)")
        #expect(settings.streamlitCookie?.exposedTokens.map { $0.name.string } == tokens)
    }

    @Test(arguments: [
        ("http://localhost:5000/cb", "http://localhost:8501", "http://localhost:8501"),
        ("http://localhost:5000/cb", "http://LOCALHOST", "http://localhost"),
        ("http://localhost:5000/cb", "http://localhost:80", "http://localhost"),
        ("https://App.example.com/cb", "https://app.example.com:8443", "https://app.example.com:8443"),
    ])
    func origin(redirectURI: String, written: String, read: String) throws {
        let settings = try settings(
            SharedKeyTests.with(redirectURI, "cookie_format = \"streamlit\"\ncookie_origin = \"\(written)\""))
        #expect(settings.streamlitCookie?.origin.string == read)
    }

    @Test func lifetimeUpToStreamlits() throws {
        #expect(try settings(Self.streamlit + "session_lifetime = \"31d\"").sessionLifetime == 2_678_400)
    }

    private static let notAnOrigin =
        "s.toml:9:1: [auth] cookie_origin: must be a scheme, a host and optionally a port, such as "
        + "\"http://localhost:8501\""
    private static let otherHost =
        "s.toml:9:1: [auth] cookie_origin: must have the scheme and host of redirect_uri; only the port may "
        + "differ: browsers keep cookies per host"

    static let refusals: [Refusal] = [
        Refusal(
            "idle_timeout = \"1h\"",
            "s.toml:9:1: [auth] idle_timeout: is not supported with Streamlit's cookie; remove it, or cookie_format"),
        Refusal(
            "refresh_claims = \"5m\"",
            "s.toml:9:1: [auth] refresh_claims: is not supported with Streamlit's cookie; remove it, or cookie_format"),
        Refusal(
            "session_ends_with_id_token = true",
            "s.toml:9:1: [auth] session_ends_with_id_token: is not supported with Streamlit's cookie; remove it, or "
                + "cookie_format"),
        Refusal(
            "device_bound = true",
            "s.toml:9:1: [auth] device_bound: is not supported with Streamlit's cookie; remove it, or cookie_format"),
        Refusal(
            "browser_session = true",
            "s.toml:9:1: [auth] browser_session: is not supported with Streamlit's cookie; remove it, or cookie_format"),
        Refusal(
            "session_lifetime = 2678401",
            "s.toml:9:1: [auth] session_lifetime: is longer than 31 days, the oldest cookie that Streamlit "
                + "accepts; shorten it"),
        Refusal(
            "expose_tokens = \"refresh_token\"",
            "s.toml:9:1: [auth] expose_tokens: must be \"id\", \"access\", \"refresh\" or a list of them"),
        Refusal("cookie_origin = \"\"", notAnOrigin),
        Refusal("cookie_origin = \"app.example.com\"", notAnOrigin),
        Refusal("cookie_origin = \"https://app.example.com/\"", notAnOrigin),
        Refusal("cookie_origin = \"https://app.example.com?\"", notAnOrigin),
        Refusal("cookie_origin = \"http://app.example.com\"", otherHost),
        Refusal("cookie_origin = \"https://www.example.com\"", otherHost),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(Self.streamlit + "\n" + refusal.document) == refusal.lines)
    }

    static let otherRefusals: [Refusal] = [
        Refusal(
            "cookie_format = \"Streamlit\"", "s.toml:8:1: [auth] cookie_format: must be \"sealed\" or \"streamlit\""),
        Refusal(
            "cookie_origin = \"https://app.example.com\"",
            "s.toml:8:1: [auth] cookie_origin: is only for cookie_format = \"streamlit\"; set that too, or remove it"
        ),
    ]

    @Test(arguments: otherRefusals) func isRefusedWithoutIt(_ refusal: Refusal) throws {
        #expect(try problems(Sample.complete + "\n" + refusal.document) == refusal.lines)
    }
}
