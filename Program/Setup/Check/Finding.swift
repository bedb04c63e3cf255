import Basics
import Terminal

/// One result of a check.
struct Finding {
    enum Level: String, Comparable {
        case ok, note, warning
        /// A login cannot work.
        case problem

        static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .note: 1
            case .warning: 2
            case .problem: 3
            }
        }
    }

    let level: Level
    /// A FindingCode, or the code of a failure of the library's.
    let code: String
    /// What it is about: the settings, redirect_uri, a provider's name …
    let subject: String
    let message: String
    /// What to do.
    let advice: String?
}

/// What a check has found so far.
final class Findings {
    private(set) var all: [Finding] = []

    var worst: Finding.Level { all.map(\.level).max() ?? .ok }

    func add(
        _ level: Finding.Level, _ code: FindingCode, about subject: String, _ message: String, do advice: String? = nil
    ) {
        add(level, named: code.rawValue, about: subject, message, do: advice)
    }

    private func add(
        _ level: Finding.Level, named code: String, about subject: String, _ message: String, do advice: String?
    ) {
        // Parts of it come from outside, and must not control the terminal.
        all.append(
            Finding(
                level: level, code: code, subject: Self.visible(subject), message: Self.visible(message),
                advice: advice.map(Self.visible)))
    }

    /// A failure of the library's.
    func add(
        _ level: Finding.Level, _ failure: Failure, about subject: String, code: FindingCode? = nil,
        do advice: String? = nil
    ) {
        let said = failure.providerDescription.map { " (\(String($0)))" } ?? ""
        // No advice is taken from the message: words of the provider's may be in it.
        add(
            level, named: code?.rawValue ?? String(failure.name), about: subject, String(failure.message) + said,
            do: advice ?? "Look up \(String(failure.name)) in docs/errors.md")
    }

    /// The parts of "what is wrong; what to do", as the library says it of the operator's own file.
    static func split(_ sentence: String) -> (message: String, advice: String?) {
        guard let place = sentence.firstRange(of: "; ") else { return (sentence, nil) }
        return (String(sentence[..<place.lowerBound]), String(sentence[place.upperBound...]))
    }

    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isInvisible($0) ? "?" : $0 }))
    }

    /// Controls, and what breaks or turns lines.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
