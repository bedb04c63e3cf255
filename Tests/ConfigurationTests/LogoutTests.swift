import Basics
import Configuration
import OpenIDConnect
import Settings
import Testing

/// logout, post_logout_redirect_uri and display_name.
@Suite struct LogoutTests {
    private static let second = """
        [auth.work]
        client_id = "work"
        issuer = "https://work.example.com"

        """

    @Test func atTheProviderUnlessSaidOtherwise() throws {
        let logout = try provider(Sample.complete).logout
        #expect(logout.isAtProvider)
        #expect(logout.postLogoutRedirectURI == nil)
        #expect(try !provider(Sample.complete + "logout = \"local\"").logout.isAtProvider)
        #expect(try provider(Sample.complete + "logout = \"provider\"").logout.isAtProvider)
    }

    @Test(arguments: [
        "https://app.example.com/goodbye", "https://www.example.org/?left=1", "http://localhost:8501/",
    ])
    func address(text: String) throws {
        let logout = try provider(Sample.complete + "post_logout_redirect_uri = \"\(text)\"").logout
        #expect(logout.postLogoutRedirectURI?.text.string == text)
    }

    /// A provider's own section overrides [auth], key by key.
    @Test func perProvider() throws {
        let shared = "logout = \"local\"\n"
        let own = "logout = \"provider\"\npost_logout_redirect_uri = \"https://app.example.com/bye\"\n"
        let logouts = try settings(Sample.complete + shared + Self.second + own).providers.map { $0.logout }
        #expect(logouts.map { $0.isAtProvider } == [false, true])
        #expect(logouts[1].postLogoutRedirectURI?.path == "/bye")

        let address = "post_logout_redirect_uri = \"https://app.example.com/bye\"\n"
        let others = try settings(Sample.complete + address + Self.second + "logout = \"local\"").providers.map {
            $0.logout
        }
        #expect(others.map { $0.isAtProvider } == [true, false])
        #expect(others[0].postLogoutRedirectURI?.path == "/bye")
    }

    @Test(arguments: [
        ("logout = \"global\"", "logout: must be \"provider\" or \"local\""),
        ("logout = true", "logout: must be text in double quotes"),
        ("post_logout_redirect_uri = \"/goodbye\"", "post_logout_redirect_uri: must be an absolute URL"),
        ("post_logout_redirect_uri = \"http://app.example.com/\"", "post_logout_redirect_uri: must be an absolute URL"),
        (
            "post_logout_redirect_uri = \"https://app.example.com/#x\"",
            "post_logout_redirect_uri: must be an absolute URL"
        ),
        ("post_logout_redirect_uri = \"\"", "post_logout_redirect_uri: must be an absolute URL"),
        ("display_name = \"\"", "display_name: must have 1 to 64 bytes"),
        ("display_name = \"\(String(repeating: "x", count: 65))\"", "display_name: must have 1 to 64 bytes"),
        ("display_name = \"a\\nb\"", "display_name: contains control characters"),
    ])
    func wrongValues(line: String, problem: String) throws {
        let lines = try problems(Sample.complete + line)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("s.toml:7:1: [auth] \(problem)") == true)
    }

    /// An address that nobody is ever sent to.
    @Test func contradiction() throws {
        let both = "logout = \"local\"\npost_logout_redirect_uri = \"https://app.example.com/bye\""
        #expect(
            try problems(Sample.complete + both) == [
                "s.toml:8:1: [auth] post_logout_redirect_uri: is only for logouts at the provider; "
                    + "remove it, or logout = \"local\""
            ])
    }

    @Test(arguments: [
        ("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12", LogoutStyle.cognito),
        ("https://acme.okta.com", .okta), ("https://acme.okta.com/oauth2/default", .okta),
        ("https://acme.okta.com.example.com", .openIDConnect), ("https://okta.com", .openIDConnect),
        ("https://cognito-idp.eu-central-1.amazonaws.com.evil.example/x", .openIDConnect),
        ("https://accounts.google.com", .openIDConnect),
    ])
    func style(issuer: String, style: LogoutStyle) throws {
        let document = Sample.shared + "client_id = \"c\"\nissuer = \"\(issuer)\""
        #expect(try provider(document).logout.style == style)
    }

    @Test func names() throws {
        let named = try settings(Sample.shared + Self.second + "display_name = \"Müller & Söhne\"")
        #expect(named.providers[0].displayName == "Müller & Söhne")
        #expect(try settings(Sample.shared + Self.second).providers[0].displayName == "Work")
    }
}
