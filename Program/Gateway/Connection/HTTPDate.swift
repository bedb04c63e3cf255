import Glibc
import Terminal

/// The time as the header Date has it (RFC 9110 5.6.7), written anew each second. Belongs to one event loop.
struct HTTPDate {
    private var second: Int?
    private var written: String?

    /// Nil if the clock is far from our time.
    mutating func now() -> String? {
        let now = time(nil)
        if now != second { (second, written) = (now, Self.text(now)) }
        return written
    }

    static func text(_ seconds: Int) -> String? {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        guard seconds >= 0, days < 2_900_000 else { return nil }
        let date = CivilDate(daysSince1970: days)
        // The first day was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][date.month - 1]
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(date.day)) \(month) \(date.year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
