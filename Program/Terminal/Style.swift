import Glibc

/// How text looks in a terminal that can show it. Elsewhere, and with NO_COLOR in the environment, nothing is added.
package enum Style: String {
    case bold = "1"
    case good = "32"
    case warning = "33"
    case bad = "31"
    case faint = "2"

    /// Whether what goes to this descriptor may have colours: only on a terminal.
    package static func isUsable(on descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1 else { return false }
        return !isSet("NO_COLOR") && value("TERM") != "dumb"
    }

    /// The text, styled if `descriptor` shows styles.
    package func applied(to text: String, on descriptor: Int32 = STDOUT_FILENO) -> String {
        Style.isUsable(on: descriptor) ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    private static func isSet(_ name: String) -> Bool { !(value(name) ?? "").isEmpty }

    private static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
