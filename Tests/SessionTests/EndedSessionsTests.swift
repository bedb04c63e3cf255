import Basics
import Cookies
import Environment
import JSON
import Session
import Settings
import TestSupport
import Testing

/// What the memory of ended sessions ends, and what it leaves alone.
@Suite struct EndedSessionsTests {
    private static let issuer: Text = "https://google.example.com"
    private static let other = """
        [auth.work]
        client_id = "work-client"
        client_secret = "work-secret-0123456789-abcdef"
        server_metadata_url = "https://work.example.com/.well-known/openid-configuration"
        """

    private let site: SessionSite

    init() throws {
        site = try SessionSite(google: Self.other)
    }

    private func claims(_ subject: Text, _ session: Text? = nil, issuer: Text = Self.issuer) -> JSONObject {
        var claims: JSONObject = ["iss": .string(issuer), "sub": .string(subject)]
        claims["sid"] = session.map { .string($0) }
        return claims
    }

    /// The cookies of a session with these claims.
    private func cookies(_ claims: JSONObject, at index: Int = 0) throws -> String {
        let provider = site.settings.providers[index]
        return try site.header(
            site.writer.session(of: claims, at: provider, fingerprint: provider.fingerprint(), Now(site.clock)))
    }

    private func isLoggedIn(_ cookies: String) throws -> Bool { try site.open(cookies) != nil }

    /// Ends what has this name at the provider, as of now.
    @discardableResult
    private func end(
        _ name: SessionKeyHash.Name, at index: Int = 0, on site: SessionSite? = nil
    ) throws -> EndingMemory.Outcome {
        let site = site ?? self.site
        let provider = site.settings.providers[index]
        let keys = try site.ended.keyHash.keys(for: name, at: provider)
        return try site.ended.end(.keys(keys), of: provider.fingerprint(), Now(site.clock))
    }

    @Test func sessionOfTheProviderEnds() throws {
        let (first, second) = (try cookies(claims("ada", "s1")), try cookies(claims("ada", "s2")))
        let unnamed = try cookies(claims("ada"))
        try end(.providerSession("s1"))
        #expect(try !isLoggedIn(first))
        #expect(try isLoggedIn(second) && isLoggedIn(unnamed), "a logout that ends too much")
    }

    /// Its sessions here are known by the subject alone.
    @Test func sessionsWithoutAName() throws {
        let (named, unnamed) = (try cookies(claims("ada", "s1")), try cookies(claims("ada")))
        let bob = try cookies(claims("bob"))
        try end(.unnamedSessions(subject: "ada", issuer: Self.issuer))
        #expect(try !isLoggedIn(unnamed))
        #expect(try isLoggedIn(named) && isLoggedIn(bob))
    }

    /// All that began before; no later one, and none of somebody else's.
    @Test func subjectEnds() throws {
        let before = [try cookies(claims("ada", "s1")), try cookies(claims("ada"))]
        let bob = try cookies(claims("bob", "s3"))
        try end(.subject("ada", issuer: Self.issuer))
        site.clock.advance(1)
        let after = try cookies(claims("ada", "s4"))
        for cookies in before { #expect(try !isLoggedIn(cookies)) }
        #expect(try isLoggedIn(bob))
        #expect(try isLoggedIn(after))
        // A login revives nothing, and neither does a later logout.
        try end(.providerSession("s4"))
        for cookies in before + [after] { #expect(try !isLoggedIn(cookies)) }
    }

    /// Whoever has the same name elsewhere, or a name that contains this one.
    @Test func namesOfOthers() throws {
        let ada = try cookies(claims("ada", "s1"))
        try end(.subject("ada", issuer: "https://google.example.com.evil.example"))
        for name in ["s1", "ad", "ada "] as [Text] { try end(.subject(name, issuer: Self.issuer)) }
        for name in ["ada", "s", "s11", "S1"] as [Text] { try end(.providerSession(name)) }
        for name in ["ada", "s1"] as [Text] {
            try end(.tokenID(name))
            try end(.unnamedSessions(subject: name, issuer: Self.issuer))
        }
        try end(.subject("ada", issuer: Self.issuer), at: 1)
        try end(.providerSession("s1"), at: 1)
        #expect(try isLoggedIn(ada))
    }

    /// A revocation does not wear off while a session lives that it concerns.
    @Test func entriesLiveAsLongAsTheirSessions() throws {
        let cookies = try cookies(claims("ada", "s1"))
        try end(.subject("ada", issuer: Self.issuer))
        site.clock.advance(site.settings.sessionLifetime - 1)
        // Entries of others make it look for room.
        for number in 0..<400 { try end(.subject("user-\(number)" as Text, issuer: Self.issuer)) }
        #expect(try !isLoggedIn(cookies))
    }

    /// Whoever signed in under the secret before, and whose claims alone say who it is: a version of the library without
    /// keys wrote the cookie.
    @Test(arguments: [false, true]) func olderSessions(isOfOlderVersion: Bool) throws {
        let older = try SessionSite(secrets: [TestSite.olderCookieSecret])
        let newer = try SessionSite(secrets: [TestSite.cookieSecret, TestSite.olderCookieSecret])
        let header: String
        if isOfOlderVersion {
            let keys = try KeyRing(secrets: older.settings.cookieSecrets, purpose: .session)
            let name: Text = "__Host-stauth_session"
            let sealed = try keys.seal(
                try olderFormat(older), for: keys.binding(cookie: name), random: SequenceRandom())
            header = "\(name.string)=\(sealed.string)"
        } else {
            header = try older.header(older.session(claims("ada", "s1")))
        }
        #expect(try newer.open(header) != nil)
        try end(.subject("bob", issuer: Self.issuer), on: newer)
        #expect(try newer.open(header) != nil)
        try end(.providerSession("s1"), on: newer)
        #expect(try newer.open(header) == nil)
    }

    private func olderFormat(_ site: SessionSite) throws -> [UInt8] {
        let user = #"{"is_logged_in":true,"provider":"google","sub":"ada","sid":"s1","#
        let claims = #"\#(user)"iss":"\#(Self.issuer.string)"}"#
        var bytes = Array(claims.utf8) + [UInt8](repeating: 7, count: 16)
        let numbers = [
            UInt64(site.clock.seconds()), UInt64(site.clock.seconds() + 1000),
            try site.settings.providers[0].fingerprint(),
        ]
        for number in numbers { bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
        return bytes
    }

    /// Streamlit's cookie has no id, but a user.
    @Test func streamlitsCookie() throws {
        let site = try SessionSite.streamlit()
        let session = try site.header(
            site.session(["iss": .string(Self.issuer), "sub": "ada", "aud": "google-client"]))
        #expect(try site.open(session) != nil)
        try end(.subject("ada", issuer: Self.issuer), on: site)
        #expect(try site.open(session) == nil)
    }

    @Test func everybodyAtOneProvider() throws {
        let (ada, bob) = (try cookies(claims("ada", "s1")), try cookies(claims("bob")))
        let elsewhere = try cookies(claims("ada", issuer: "https://work.example.com"), at: 1)
        _ = try site.ended.end(.all, of: site.settings.providers[0].fingerprint(), Now(site.clock))
        #expect(try !isLoggedIn(ada) && !isLoggedIn(bob))
        #expect(try isLoggedIn(elsewhere))
        site.clock.advance(1)
        #expect(try isLoggedIn(cookies(claims("ada"))))
    }

    /// What one provider sends fills its own part of the memory: then its oldest sessions end, and nobody else's.
    @Test func floodFromOneProvider() throws {
        let elsewhere = try cookies(claims("ada", issuer: "https://work.example.com"), at: 1)
        let oldest = try cookies(claims("ada"))
        var outcomes: [EndingMemory.Outcome] = []
        for number in 0..<501 {
            site.clock.advance(1)
            outcomes.append(try end(.providerSession("unknown-\(number)" as Text)))
        }
        #expect(outcomes.dropLast().allSatisfy { $0 == .remembered } && outcomes.last == .oldestEnded)
        #expect(try !isLoggedIn(oldest))
        #expect(try isLoggedIn(elsewhere))
        site.clock.advance(1)
        #expect(try isLoggedIn(cookies(claims("ada"))))
    }
}
