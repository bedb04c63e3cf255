import Basics
import TestSupport
import Testing

@testable import Provider

/// RFC 9111 5.2.2, within bounds. Attack 47.
@Suite struct CacheLifetimeTests {
    @Test(
        arguments: [
            (nil, 3600), ("", 3600), ("public", 3600), ("private", 3600), ("s-maxage=60", 3600), ("x-max-age=60", 3600),
            ("max-age=3601", 3601), ("MAX-AGE=3601", 3601), ("public, max-age=7200, must-revalidate", 7200),
            ("max-age=7200,public", 7200), ("public,\tmax-age=7200 ", 7200), ("max-age= 7200", 7200),
            // Not below five minutes.
            ("max-age=300", 300), ("max-age=301", 301), ("max-age=299", 300), ("max-age=0", 300),
            ("max-age=00000", 300),
            ("no-store", 300), ("no-cache", 300), ("no-store, max-age=7200", 300), ("max-age=7200, no-cache", 300),
            ("No-Store", 300),
            // Not above a day.
            ("max-age=86400", 86_400), ("max-age=86401", 86_400), ("max-age=1000000000000", 86_400),
            ("max-age=9223372036854775808", 86_400), ("max-age=" + .init(repeating: "9", count: 5000), 86_400),
            // No number.
            ("max-age=", 300), ("max-age=-1", 300), ("max-age=+7200", 300), ("max-age=abc", 300),
            ("max-age=\"7200\"", 300),
            ("max-age=7200.5", 300), ("max-age=1e9", 300), ("max-age", 3600),
        ] as [(String?, Int64)])
    func cacheControl(value: String?, seconds: Int64) {
        #expect(CacheLifetime.seconds(for: value.map { Text($0) }) == seconds)
    }
}
