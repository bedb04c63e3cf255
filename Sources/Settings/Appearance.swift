package import Basics

/// How the library's own pages look.
package struct Appearance: Equatable, Sendable {
    /// What users call the site; nil to name it nowhere.
    package var siteName: Text?
    /// A path of the site, or a data URI of an image.
    package var logo: Text?
    package var accent: AccentColor?
    /// Nil for the language that each browser asks for.
    package var language: PageLanguage?

    package init() {}

    package var isLogoEmbedded: Bool { logo?.hasPrefix("data:") == true }
}

/// The color of buttons: red, green and blue from 0 to 255.
package struct AccentColor: Equatable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    /// Reads "#1d4ed8".
    package init?(_ text: Text) {
        let digits = text.bytes.dropFirst().compactMap(Self.hexValue)
        guard text.hasPrefix("#"), text.count == 7, digits.count == 6 else { return nil }
        (red, green, blue) = (digits[0] << 4 | digits[1], digits[2] << 4 | digits[3], digits[4] << 4 | digits[5])
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// Whether black text contrasts with it more than white text (WCAG 2.2, 1.4.3). Its formula for relative luminance, with
    /// squares for powers of 2.4; at the boundary, both colors have a ratio above 4.5.
    package var wantsBlackText: Bool {
        let square = { (channel: UInt8) in Int(channel) * Int(channel) }
        return 2126 * square(red) + 7152 * square(green) + 722 * square(blue) > 2105 * 255 * 255
    }
}

/// The languages of the library's own pages.
package enum PageLanguage: CaseIterable, Sendable {
    case english, arabic, chinese, dutch, french, german, italian, japanese, polish, portuguese, spanish

    /// The primary subtag of its language tag (RFC 5646).
    package var tag: StaticString {
        switch self {
        case .english: "en"
        case .arabic: "ar"
        case .chinese: "zh"
        case .dutch: "nl"
        case .french: "fr"
        case .german: "de"
        case .italian: "it"
        case .japanese: "ja"
        case .polish: "pl"
        case .portuguese: "pt"
        case .spanish: "es"
        }
    }

    package var isRightToLeft: Bool { self == .arabic }

    package init?(tag: Text) {
        guard let language = Self.allCases.first(where: { tag == $0.tag }) else { return nil }
        self = language
    }
}
