import Basics
import Testing

@testable import Configuration

@Suite struct TimeSpanTests {
    static let spans: [(ConfigurationValue, Int64?)] = [
        (.integer(0), 0), (.integer(90), 90_000), (.integer(-1), nil), (.integer(.max), nil), (.integer(.min), nil),
        (.integer(86_400_000_000), 86_400_000_000_000), (.integer(86_400_000_001), nil),
        (.number(0.25), 250), (.number(-0.5), nil), (.number(.infinity), nil), (.number(.nan), nil),
        (.number(1e300), nil),
        (.text("500ms"), 500), (.text("45s"), 45_000), (.text("15m"), 900_000), (.text("12h"), 43_200_000),
        (.text("30d"), 2_592_000_000), (.text("30 d"), 2_592_000_000),
        (.text("1000001d"), nil), (.text("999999999999999999d"), nil), (.text("9999999999999999999s"), nil),
        (.text(""), nil), (.text("s"), nil), (.text("30"), nil), (.text("-1s"), nil), (.text("1.5h"), nil),
        (.text("1h30m"), nil), (.text("1y"), nil), (.text("1D"), nil),
        (.untyped("30"), 30_000), (.untyped("30d"), 2_592_000_000), (.untyped("0x10"), nil),
        (.boolean(true), nil), (.time, nil), (.list([]), nil), (.table([]), nil),
    ]

    @Test(arguments: spans.indices) func isRead(index: Int) {
        let (value, milliseconds) = Self.spans[index]
        #expect(TimeSpan.milliseconds(value) == milliseconds)
    }

    @Test(arguments: [
        ("60", 60), ("1", 1), ("\"45s\"", 45), ("\"1m\"", 60), ("\"400d\"", 34_560_000), ("\"12h\"", 43_200),
        ("3600.5", 3600),
    ])
    func sessionLifetimeIsTaken(value: String, seconds: Int64) throws {
        #expect(try settings(Sample.complete + "session_lifetime = \(value)").sessionLifetime == seconds)
        #expect(
            try settings(Sample.complete + "session_lifetime = 34560000\nidle_timeout = \(value)").idleTimeout
                == seconds)
    }

    @Test(arguments: [
        "0", "0.9", "-60", "\"999ms\"", "\"401d\"", "34560001", "\"1y\"", "nan", "inf", "true", "[60]", "{}",
    ])
    func sessionLifetimeIsRefused(value: String) throws {
        let sentence =
            "must be from 1 second to 400 days: seconds, or text such as \"30d\", \"12h\", \"15m\", \"45s\", \"500ms\""
        #expect(
            try problems(Sample.complete + "session_lifetime = \(value)")
                == ["s.toml:7:1: [auth] session_lifetime: \(sentence)"])
        #expect(
            try problems(Sample.complete + "idle_timeout = \(value)") == [
                "s.toml:7:1: [auth] idle_timeout: \(sentence)"
            ])
    }
}
