package import Basics

/// A span of time in settings: seconds as a number, or text such as "30d", "12h", "15m", "45s", "500ms".
enum TimeSpan {
    /// In milliseconds. Nil for anything else; spans of 0 to a million days are exact, longer ones are not needed.
    static func milliseconds(_ value: ConfigurationValue) -> Int64? {
        switch value {
        case .integer(let seconds): product(seconds, 1000)
        case .number(let seconds): milliseconds(seconds)
        case .text(let text): milliseconds(text)
        case .untyped(let text): text.asDecimal().map { product($0, 1000) } ?? milliseconds(text)
        default: nil
        }
    }

    private static let longest: Int64 = 1_000_000 * 86_400_000

    private static func milliseconds(_ seconds: Double) -> Int64? {
        // Also refuses NaN, which compares as false.
        guard seconds >= 0, seconds <= 86_400_000 else { return nil }
        return Int64(seconds * 1000)
    }

    private static func milliseconds(_ text: Text) -> Int64? {
        let units: [(Text, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        for (unit, size) in units {
            if let number = text.dropping(suffix: unit)?.trimmed().asDecimal() { return product(number, size) }
        }
        return nil
    }

    private static func product(_ number: Int64, _ size: Int64) -> Int64? {
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: size)
        return isTooLarge || !(0...longest).contains(product) ? nil : product
    }
}

extension Section {
    /// A span within `range`, all in milliseconds; `rangeText` describes the range.
    package func duration(_ key: Text, in range: ClosedRange<Int64>, _ rangeText: Text) -> Int64? {
        guard let value = entries[key]?.value else { return nil }
        guard let milliseconds = TimeSpan.milliseconds(value), range.contains(milliseconds) else {
            report(
                key,
                "must be from \(rangeText): seconds, or text such as \"30d\", \"12h\", \"15m\", \"45s\", \"500ms\"")
            return nil
        }
        return milliseconds
    }
}
