package import Basics
import Platform

/// Tells the time.
package protocol Clock: AnyObject, Sendable {
    /// Seconds since 1970-01-01 UTC, as reported by the source.
    func seconds() -> Int64
}

package final class SystemClock: Clock {
    package init() {}

    package func seconds() -> Int64 { platform_wall_clock() }
}

/// A time that supports addition and subtraction without overflow.
package struct Now: Sendable {
    package let seconds: Int64

    /// From 1970 to the end of 9999.
    package static let possible: ClosedRange<Int64> = 0...253_402_300_799

    /// Fails for a clock outside the years 1970 to 9999: no expiry could be judged with it.
    package init(_ clock: borrowing any Clock) throws(Failure) {
        let seconds = clock.seconds()
        guard Self.possible.contains(seconds) else {
            throw Failure(.internalError, "the clock is outside the years 1970 to 9999")
        }
        self.seconds = seconds
    }
}
