import Basics
import Configuration
import Settings
import Testing

/// redirect_uri for each provider.
@Suite struct RedirectURITests {
    private static func with(_ redirectURI: String, _ sections: String) -> String {
        "[auth]\nredirect_uri = \"\(redirectURI)\"\ncookie_secret = \"\(Sample.cookieSecret)\"\nport = 8501\n"
            + sections
    }

    private static func section(_ name: String, _ more: String = "") -> String {
        "[auth.\(name)]\n\(Sample.provider)\(more)\n"
    }

    @Test(arguments: [
        ("https://app.example.com/oauth2callback/{provider}", "/oauth2callback/google", ""),
        ("https://app.example.com/app/oauth2callback/{provider}/", "/app/oauth2callback/google/", "/app"),
        ("https://app.example.com/auth/{provider}/callback", "/auth/google/callback", "/auth"),
        ("https://app.example.com/app/cb-{provider}", "/app/cb-google", "/app"),
        ("https://app.example.com/{provider}", "/google", ""),
        ("http://localhost:{port}/{provider}/{provider}.{port}", "/google/google.8501", ""),
    ])
    func providersNameIsFilledIn(template: String, path: String, base: String) throws {
        let settings = try settings(Self.with(template, Self.section("google") + Self.section("work")))
        #expect(settings.providers.first?.client.redirectURI.path.string == path)
        #expect(settings.callbackPaths.count == 2)
        #expect(settings.callbackPaths.first?.string == path)
        #expect(settings.basePath.string == base)
        #expect(settings.loginPath.string == base + "/auth/login")
    }

    @Test func defaultProvider() throws {
        let toml = Self.with("https://app.example.com/cb/{provider}", Sample.provider + Self.section("work"))
        #expect(try settings(toml).callbackPaths == ["/cb/default", "/cb/work"])
    }

    /// A provider's own address, beside the one that the others share.
    @Test func ownAddress() throws {
        let settings = try settings(
            Self.with(
                "https://app.example.com/app/cb",
                Self.section("a") + Self.section("b", "redirect_uri = \"https://APP.example.com:443/{provider}/x\"")
                    + Self.section("c")))
        #expect(
            settings.providers.map { $0.client.redirectURI.text } == [
                "https://app.example.com/app/cb", "https://APP.example.com:443/b/x", "https://app.example.com/app/cb",
            ])
        #expect(settings.callbackPaths == ["/app/cb", "/b/x"])
        #expect(settings.basePath == "/app")
    }

    static let elsewhere =
        "redirect_uri: must have the scheme, host and port of redirect_uri in [auth], https://app.example.com: "
        + "cookies are kept for one site"

    @Test(arguments: [
        ("https://app.example.org/cb", elsewhere), ("https://app.example.com:444/cb", elsewhere),
        ("http://localhost/cb", elsewhere), ("https://{provider}.example.com/cb", elsewhere),
        ("http://app.example.com/cb", "redirect_uri: must begin with https://"),
        ("/cb", "redirect_uri: must be an absolute URL"),
        ("https://app.example.com/cb?x", "redirect_uri: must have no query; remove everything from \"?\" on"),
        ("https://app.example.com/", "redirect_uri: must have a path"),
    ])
    func ownAddressIsRefused(uri: String, sentence: String) throws {
        let toml = Self.with("https://app.example.com/cb", Self.section("a", "redirect_uri = \"\(uri)\""))
        let problems = try problems(toml)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("s.toml:9:1: [auth.a] \(sentence)") == true)
    }

    @Test func siteThatTheNameChanges() throws {
        let toml = Self.with("https://{provider}.example.com/cb", Self.section("a"))
        #expect(try problems(toml).map { $0.contains("must have the scheme, host and port") } == [true])
    }

    /// A name that is no part of a path, as written or to a browser.
    @Test(arguments: ["\"My Company\"", "\"a/b\"", "\"..\"", "\"a%2fb\"", "\"é\"", "\"a?b\"", "\"{port}\""])
    func nameIsNoPath(name: String) throws {
        let found = try problems(Self.with("https://app.example.com/cb/{provider}", Self.section(name)))
        #expect(found.count == 1)
        #expect(found.first?.contains("redirect_uri: {provider} cannot be this section's name") == true)
        #expect(try problems(Self.with("https://app.example.com/cb", Self.section(name))) == [])
    }

    /// Without {provider} and the last part, the base is /, and so the login path is /auth/login.
    @Test(arguments: [
        ("login", "", "1:2: [auth] login_path"), ("x", "logout_path = \"/auth/x\"\n", "5:1: [auth] logout_path"),
    ])
    func callbackIsAnotherPath(name: String, line: String, place: String) throws {
        let problems = try problems(Self.with("https://app.example.com/auth/{provider}", line + Self.section(name)))
        #expect(
            problems == [
                "s.toml:\(place): the login path, the logout path and the path of redirect_uri must differ"
            ])
    }

    /// A callback that nobody would reach, because the library answers something else there.
    @Test(arguments: ["backchannel-logout", "frontchannel-logout", "device-bound"])
    func callbackAtAPathOfTheLibrary(name: String) throws {
        let found = try problems(Self.with("https://app.example.com/auth/{provider}", Self.section(name)))
        #expect(found.map { $0.contains("redirect_uri: must not be /auth/\(name), which the library") } == [true])
    }

    @Test func portIsMissing() throws {
        let toml =
            "[auth]\nredirect_uri = \"http://localhost/cb\"\ncookie_secret = \"\(Sample.cookieSecret)\"\n"
            + Self.section("a", "redirect_uri = \"http://localhost:{port}/cb\"")
        #expect(try problems(toml).map { $0.hasPrefix("s.toml:1:2: [auth] port: is missing") } == [true])
    }
}
