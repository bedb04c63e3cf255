package import Basics

/// An e-mail address in the one form that rules compare: plain ASCII, in lower case.
///
/// Stricter than RFC 5322 3.4.1: one "@", no quotes, comments, blanks or address literals, and no byte outside ASCII. A
/// look-alike of an allowed address is therefore not an address at all.
package struct EmailAddress: Equatable, Sendable {
    package let text: Text
    package let domain: Text

    /// RFC 5321 4.5.3.1: a path of 256 bytes with its two brackets, and the local part of it.
    private static let longest = 254
    private static let longestLocalPart = 64
    /// RFC 5322 3.2.3: the characters of atext other than letters and digits, and ".".
    private static var marks: Text { "!#$%&'*+-/=?^_`{|}~." }

    package init?(_ address: Text) {
        guard address.count <= Self.longest, let (local, domain) = address.splitOnce(at: "@"),
            (1...Self.longestLocalPart).contains(local.count), local.bytes.allSatisfy(Self.isInLocalPart),
            let domain = Self.domain(domain)
        else { return nil }
        text = "\(local.lowercasedASCII())@\(domain)"
        self.domain = domain
    }

    /// The domain in lower case, if it is one (RFC 1123 2.1): at least two labels of letters, digits and "-". It therefore
    /// contains no second "@" and does not end in ".".
    package static func domain(_ text: Text) -> Text? {
        let labels = text.split(at: ".")
        guard text.count <= 253, labels.count >= 2, labels.allSatisfy(isLabel) else { return nil }
        return text.lowercasedASCII()
    }

    private static func isLabel(_ label: Text) -> Bool {
        (1...63).contains(label.count) && label.bytes.first != 0x2D && label.bytes.last != 0x2D
            && label.bytes.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
    }

    private static func isInLocalPart(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || marks.bytes.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
