import Basics
import TestSupport
import Testing

/// How long metadata and keys are used.
@Suite struct DocumentLifetimeTests {
    /// From the header of the response to the next request for the document.
    @Test func lifetimeIsUsed() throws {
        let site = try Site()
        site.google.cacheControl = [.metadata: "max-age=600", .jwkSet: "max-age=7200"]
        let browser = Browser(site)
        try browser.logIn()
        site.clock.advance(599)
        try browser.logIn()
        #expect(site.google.count(.metadata) == 1 && site.google.count(.jwkSet) == 1)
        site.clock.advance(1)
        try browser.logIn()
        #expect(site.google.count(.metadata) == 2 && site.google.count(.jwkSet) == 1)
        site.clock.set(Site.start + 7200)
        try browser.logIn()
        #expect(site.google.count(.metadata) == 3 && site.google.count(.jwkSet) == 2)
    }
}
