import Glibc
import OpenIDConnect
import Terminal

/// This machine's clock beside a provider's.
struct ClockCheck {
    private static let suspicious = 10

    let subject: String
    let findings: Findings

    /// `date`: the provider's Date header.
    func run(_ date: String?) {
        guard let date, let theirs = Self.seconds(date) else { return }
        let difference = time(nil) - theirs
        let (size, direction) = (abs(difference), difference > 0 ? "ahead of" : "behind")
        guard size > Self.suspicious else {
            return findings.add(.ok, .clock, about: subject, "this machine's clock agrees with the provider's")
        }
        findings.add(
            size > Int(ClaimsValidation.leeway) ? .problem : .warning, .clockWrong, about: subject,
            "this machine's clock is \(size) s \(direction) the provider's; \(ClaimsValidation.leeway) s are tolerated",
            do: "Set the clock by NTP, for example: timedatectl set-ntp true")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// IMF-fixdate (RFC 9110 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT", in seconds since 1970.
    static func seconds(_ date: String) -> Int? {
        let words = date.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3])
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(clock[0]),
            (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
        return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    }
}
