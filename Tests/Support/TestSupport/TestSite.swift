/// The site that tests of several modules are about.
package enum TestSite {
    /// 2026-11-18.
    package static let start: Int64 = 1_795_000_000
    package static let cookieSecret = "5f2d9c81b04e7a36d8c1f0927be45a6318c7d2e09fab4b6d"
    package static let olderCookieSecret = "e81f0c3a5d7b29460f9e8d7c6b5a493827160f5e4d3c2b1a"
}
