import Basics
import Settings

/// Reads how the library's own pages look.
struct AppearanceReader {
    private static let longestName = 100

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    func read() -> Appearance {
        var appearance = Appearance()
        appearance.siteName = siteName()
        appearance.logo = logo()
        appearance.accent = accent()
        appearance.language = language()
        return appearance
    }

    private func siteName() -> Text? {
        guard let name = section.text("site_name") else { return nil }
        guard (1...Self.longestName).contains(name.count) else {
            section.report("site_name", "must have 1 to \(Self.longestName) bytes")
            return nil
        }
        return name
    }

    private func logo() -> Text? {
        guard let logo = section.document("logo") else { return nil }
        let isPath = logo.hasPrefix("/") && !logo.hasPrefix("//") && !logo.contains("\\")
        guard isPath || logo.hasPrefix("data:image/"), logo.isVisibleASCII else {
            section.report(
                "logo",
                "must be a path of this site, as in \"/static/logo.svg\", or a data URI, as in \"data:image/png;base64,…\": "
                    + "the pages load nothing from other sites")
            return nil
        }
        return logo
    }

    private func accent() -> AccentColor? {
        guard let text = section.text("accent_color") else { return nil }
        guard let accent = AccentColor(text) else {
            section.report("accent_color", "must be a color as in \"#1d4ed8\": \"#\" and six hexadecimal digits")
            return nil
        }
        return accent
    }

    private func language() -> PageLanguage? {
        guard let tag = section.text("language") else { return nil }
        guard let language = PageLanguage(tag: tag) else {
            let known = PageLanguage.allCases.map { Text($0.tag) }.joined(with: ", ")
            section.report("language", "must be one of \(known); remove the key for the language of each browser")
            return nil
        }
        return language
    }
}
