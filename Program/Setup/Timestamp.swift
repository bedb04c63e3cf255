import Terminal

/// Times for people.
enum Timestamp {
    /// In UTC, as RFC 3339 writes it.
    static func text(_ seconds: Int64) -> String {
        let (days, rest) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        guard seconds >= 0, days < 3_000_000 else { return "\(seconds)" }
        let date = CivilDate(daysSince1970: days)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
        return "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))T\(clock)Z"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
