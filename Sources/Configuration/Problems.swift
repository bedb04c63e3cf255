import Basics

/// Collects problems, to report them all at once.
final class Problems {
    private var lines: [Text] = []
    private var uncounted = 0

    private static let mostLines = 50

    var isEmpty: Bool { lines.isEmpty }

    /// A problem that was already reported for the same key is not reported again.
    func add(_ line: Text) {
        guard !lines.contains(line) else { return }
        if lines.count < Self.mostLines {
            lines.append(line)
        } else {
            uncounted += 1
        }
    }

    var failure: Failure {
        let rest: [Text] = uncounted == 0 ? [] : ["and \(uncounted) more"]
        return Failure(.configurationInvalid, (lines + rest).joined(with: "\n"))
    }
}

extension Text {
    /// A key or a section's name for a message: in quotes if TOML requires them, short, without control characters.
    var asKey: Text {
        let shown = Text(wellFormed: prefix(atMost: 64).bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 })
        let isBare = !isEmpty && shown.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x2E && $0 != 0x7E }
        return isBare ? shown : "\"\(shown)\""
    }
}
