/// A day of the Gregorian calendar, from 1970 on. Arithmetic, since C's functions depend on the environment's time zone.
package struct CivilDate {
    package let year: Int
    package let month: Int
    package let day: Int

    package init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    package init(daysSince1970 days: Int) {
        var (year, rest) = (1970, days)
        while rest >= Self.days(inYear: year) {
            rest -= Self.days(inYear: year)
            year += 1
        }
        var month = 1
        while rest >= Self.days(inMonth: month, of: year) {
            rest -= Self.days(inMonth: month, of: year)
            month += 1
        }
        self.init(year: year, month: month, day: rest + 1)
    }

    package var daysSince1970: Int {
        let years = (1970..<max(1970, year)).reduce(0) { $0 + Self.days(inYear: $1) }
        return years + (1..<max(1, month)).reduce(0) { $0 + Self.days(inMonth: $1, of: year) } + day - 1
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    private static func days(inYear year: Int) -> Int { isLeap(year) ? 366 : 365 }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
