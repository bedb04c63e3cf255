import Basics
import Environment
import JSON
import Session
import Settings
import TestSupport
import Testing

/// What has ended stays so when other settings take the place of those under which it did (st_app_shared).
@Suite struct SucceedingSettingsTests {
    /// Its name comes first, so that the provider below it moves.
    private static let another = """
        [auth.another]
        client_id = "another-client"
        client_secret = "another-secret-0123456789-abcdef"
        server_metadata_url = "https://another.example.com/.well-known/openid-configuration"
        """

    private let former: SessionSite
    private let site: SessionSite

    init() throws {
        former = try SessionSite(google: "frontchannel_logout = true")
        site = try SessionSite(
            "login_path = \"/new\"", google: "frontchannel_logout = true\n" + Self.another, succeeding: former)
    }

    private func google(of site: SessionSite) throws -> ProviderSettings {
        try #require(site.settings.providers.first { $0.name == "google" })
    }

    private func session(_ subject: Text, _ id: Text) throws -> Session {
        let provider = try google(of: former)
        let claims: JSONObject = ["iss": "https://google.example.com", "sub": .string(subject), "sid": .string(id)]
        return try former.writer.session(
            of: claims, at: provider, fingerprint: provider.fingerprint(), Now(former.clock))
    }

    private func end(_ selection: EndedSessions.Selection, on site: SessionSite) throws {
        let fingerprint = try google(of: site).fingerprint()
        #expect(try site.ended.end(selection, of: fingerprint, Now(site.clock)) == .remembered)
    }

    @Test func sessions() throws {
        let (ada, bob) = (try session("ada", "s1"), try session("bob", "s2"))
        let (copy, other) = (try former.header(ada), try former.header(bob))
        try end(.session(ada), on: former)
        #expect(try site.open(copy) == nil && site.open(other) != nil)
        try end(.session(bob), on: site)
        #expect(try former.open(other) == nil, "a request that began before still has the former settings")
    }

    @Test func sessionsThatABrowserReported() throws {
        let header = try former.header(session("ada", "s1"))
        let keys = try former.ended.keyHash.keys(for: .providerSession("s1"), at: google(of: former))
        try end(.unverified(keys), on: former)
        #expect(try site.open(header) == nil)
    }

    @Test func usedTokens() throws {
        let (fingerprint, now) = (try google(of: former).fingerprint(), try Now(former.clock))
        let (issued, expiry) = (now.seconds, now.seconds + 600)
        _ = former.ended.use(token: 7, issuedAt: issued, expiry: expiry, of: fingerprint, now)
        #expect(site.ended.hasUsed(token: 7, issuedAt: issued, of: fingerprint))
        #expect(!site.ended.hasUsed(token: 8, issuedAt: issued, of: fingerprint))
    }

    /// It may have been another site's before; what ended there is not known of it.
    @Test func aProviderThatIsNew() throws {
        let another = try #require(site.settings.providers.first { $0.name == "another" })
        let claims: JSONObject = ["iss": "https://another.example.com", "sub": "ada"]
        let session = try site.writer.session(
            of: claims, at: another, fingerprint: another.fingerprint(), Now(site.clock))
        let header = try site.header(session)
        try end(.all, on: former)
        #expect(try site.open(header) != nil)
        #expect(try site.open(former.header(self.session("ada", "s1"))) == nil)
    }
}
