import Basics
import Settings
import Testing

/// `site_name`, `logo`, `accent_color` and `language`.
@Suite struct AppearanceTests {
    private func appearance(_ lines: String) throws -> Appearance {
        try settings(Sample.complete + "\n" + lines).appearance
    }

    @Test func nothingByDefault() throws {
        #expect(try appearance("") == Appearance())
    }

    @Test func everything() throws {
        let appearance = try appearance(
            """
            site_name = "Zoë's café"
            logo = "/static/logo.svg"
            accent_color = "#1D4ed8"
            language = "ar"
            """)
        #expect(appearance.siteName == "Zoë's café")
        #expect(appearance.logo == "/static/logo.svg" && !appearance.isLogoEmbedded)
        #expect(appearance.accent == AccentColor("#1d4ed8") && appearance.accent?.red == 0x1D)
        #expect(appearance.language == .arabic)
    }

    /// An image has more bytes than other texts may have.
    @Test func embeddedLogo() throws {
        let logo = "data:image/png;base64," + String(repeating: "A", count: 20_000)
        #expect(try appearance("logo = \"\(logo)\"").isLogoEmbedded)
    }

    @Test(arguments: PageLanguage.allCases) func languages(language: PageLanguage) throws {
        #expect(try appearance("language = \"\(Text(language.tag).string)\"").language == language)
    }

    static let logoRule =
        "must be a path of this site, as in \"/static/logo.svg\", or a data URI, as in \"data:image/png;base64,…\": the "
        + "pages load nothing from other sites"

    static let refusals: [Refusal] = [
        Refusal("site_name = \"\"", "s.toml:8:1: [auth] site_name: must have 1 to 100 bytes"),
        Refusal(
            "site_name = \"a\\nb\"",
            "s.toml:8:1: [auth] site_name: contains control characters, such as a line break or a tab"),
        Refusal(
            "accent_color = \"red\"",
            "s.toml:8:1: [auth] accent_color: must be a color as in \"#1d4ed8\": \"#\" and six hexadecimal digits"),
        Refusal(
            "language = \"en-GB\"",
            "s.toml:8:1: [auth] language: must be one of en, ar, zh, nl, fr, de, it, ja, pl, pt, es; remove the key for the "
                + "language of each browser"),
        Refusal("logo = \"\"", "s.toml:8:1: [auth] logo: \(logoRule)"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(Sample.complete + "\n" + refusal.document) == refusal.lines)
    }

    /// What would load from elsewhere, run, or leave its attribute.
    @Test(arguments: [
        "https://evil.example/logo.png", "//evil.example/logo.png", "/\\\\evil.example/logo.png", "logo.png",
        "data:text/html,x", "javascript:alert(1)", "/a b", "/ä", "/a\\tb",
    ])
    func logoIsRefused(logo: String) throws {
        #expect(try problems(Sample.complete + "\nlogo = \"\(logo)\"").first?.contains(Self.logoRule) == true)
    }

    @Test(arguments: ["", "#", "1d4ed8", "#1d4ed", "#1d4ed80", "#1d4edg", "#1d4e;8", "##d4ed8", "#12345é"])
    func colorIsRefused(text: String) {
        #expect(AccentColor(Text(text)) == nil)
    }

    @Test(arguments: [
        ("#ffffff", true), ("#ffff00", true), ("#ff0000", true), ("#767676", true), ("#000000", false),
        ("#0000ff", false), ("#1d4ed8", false), ("#747474", false),
    ])
    func textContrastsWithTheColor(color: String, isBlack: Bool) throws {
        #expect(try #require(AccentColor(Text(color))).wantsBlackText == isBlack)
    }
}
