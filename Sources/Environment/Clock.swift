package import Basics
import Platform

/// Tells the time.
package protocol Clock: AnyObject, Sendable {
    /// Seconds since 1970-01-01 UTC, as the source has it.
    func seconds() -> Int64
}

package final class SystemClock: Clock {
    package init() {}

    package func seconds() -> Int64 { platform_wall_clock() }
}

/// A time that can be added to and subtracted from without overflow.
package struct Now: Sendable {
    package let seconds: Int64

    /// From 1970 to the end of 9999.
    package static let possible: ClosedRange<Int64> = 0...253_402_300_799

    /// Fails for a clock outside the years 1970 to 9999: with it, nothing could be said about any expiry.
    package init(_ clock: borrowing any Clock) throws(Failure) {
        let seconds = clock.seconds()
        guard Self.possible.contains(seconds) else {
            throw Failure(.internalError, "the clock is not between the years 1970 and 9999")
        }
        self.seconds = seconds
    }
}
