import Basics
import Cookies
import Environment
import Session
import Settings
import TestSupport
import Testing

/// What the program says of a session's cookie: what is in it, and each reason for which it does not count.
@Suite struct SessionExplanationTests {
    private static let idle = "session_lifetime = \"1h\"\nidle_timeout = \"10m\""

    private func explain(_ header: String, at site: SessionSite) throws -> SessionExplanation? {
        let explanation = try site.reader.explain(CookieHeader(Array(header.utf8)[...]), Now(site.clock))
        // The explanation and the reader never disagree.
        let counts = try site.open(header) != nil
        #expect((explanation?.reasons.isEmpty ?? false) == counts)
        return explanation
    }

    private func reasons(_ header: String, at site: SessionSite) throws -> [String]? {
        try explain(header, at: site)?.reasons.map(\.string)
    }

    @Test func sessionThatCounts() throws {
        let site = try SessionSite(Self.idle)
        let explanation = try #require(try explain(site.header(site.session()), at: site))
        #expect(explanation.reasons.isEmpty)
        #expect(explanation.created == TestSite.start && explanation.lastSeen == TestSite.start)
        #expect(explanation.end == TestSite.start + 3600, "it ends then even if it is never idle")
        #expect(!explanation.isStored)
    }

    @Test(arguments: ["", "a=b", "__Host-stauth_session=AAAA", "__Host-stauth_session="])
    func nothingThatOpens(header: String) throws {
        #expect(try explain(header, at: SessionSite()) == nil)
    }

    @Test func otherSecret() throws {
        let other = try SessionSite(secrets: ["91c3e7a05b2d4f6889aa17c4d0e3b65f2a7c8d9e0f1b2c3d"])
        #expect(try explain(other.header(other.session()), at: SessionSite()) == nil)
    }

    @Test func idleForTooLong() throws {
        let site = try SessionSite(Self.idle)
        let header = try site.header(site.session())
        site.clock.advance(600)
        #expect(try reasons(header, at: site) == ["it was idle for longer than idle_timeout"])
    }

    /// Each reason is listed.
    @Test func overTime() throws {
        let site = try SessionSite(Self.idle)
        let header = try site.header(site.session())
        site.clock.advance(3600)
        #expect(
            try reasons(header, at: site) == ["its time is over", "it was idle for longer than idle_timeout"])
    }

    @Test func fromTheFuture() throws {
        let site = try SessionSite()
        let header = try site.header(site.session())
        site.clock.advance(-24 * 3600)
        #expect(try reasons(header, at: site) == ["it begins in the future: compare the clocks"])
    }

    @Test func changedRules() throws {
        let site = try SessionSite(), stricter = try SessionSite(google: "allowed_domains = [\"example.com\"]")
        let found = try reasons(site.header(site.session()), at: stricter)
        #expect(found == ["the provider's settings, or its rules on users, have changed since the login"])
    }

    @Test func ended() throws {
        let site = try SessionSite()
        let header = try site.header(site.session()), provider = try #require(site.settings.providers.first)
        let keys = try site.ended.keyHash.keys(
            for: .unnamedSessions(subject: "user-1", issuer: "https://google.example.com"), at: provider)
        _ = try site.ended.end(.keys(keys), of: provider.fingerprint(), Now(site.clock))
        #expect(try reasons(header, at: site) == ["it has ended before its time, by a logout or by end-sessions"])
    }

    @Test func withoutItsDevice() throws {
        let bound = try SessionSite("device_bound = \"required\""), site = try SessionSite()
        #expect(
            try reasons(site.header(site.session()), at: bound)
                == ["it began without device_bound, which is \"required\" now"])
    }
}
