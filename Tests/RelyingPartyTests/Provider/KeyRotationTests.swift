import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Keys that change. Attacks 44 and 45; oidcc-client-test-signing-key-rotation and -just-before-signing.
@Suite struct KeyRotationTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
        try browser.logIn()
        site.log.clear()
    }

    private func rotate() {
        site.google.keys = [.newerRSA]
        site.google.signingKey = .newerRSA
    }

    @Test func newKeyIsFetched() throws {
        rotate()
        try browser.logIn()
        #expect(site.google.count(.jwkSet) == 2)
        // From then on it is known.
        try browser.logIn()
        #expect(site.google.count(.jwkSet) == 2)
    }

    @Test func rotationJustBeforeSigning() throws {
        let location = try browser.startLogin()
        rotate()
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
    }

    /// A withdrawn key is good until the set is fetched again, at the latest when it is no longer fresh.
    @Test func withdrawnKey() throws {
        site.google.keys = [.newerRSA]
        site.clock.advance(3599)
        try browser.logIn()
        site.clock.advance(1)
        #expect(try browser.login().code == "id_token_key_unknown")
    }

    /// A flood of tokens with keys that do not exist: one request a minute, and good logins go on.
    @Test func unknownKeys() throws {
        for index in 0..<20 {
            site.google.editToken = { $0.header["kid"] = "unknown-\(index)" }
            #expect(try browser.login().code == "id_token_key_unknown")
        }
        #expect(site.google.count(.jwkSet) == 2)
        site.google.editToken = { _ in }
        #expect(try browser.login().hasLoggedIn)
        site.google.editToken = { $0.header["kid"] = "unknown" }
        site.clock.advance(59)
        _ = try browser.login()
        #expect(site.google.count(.jwkSet) == 2)
        site.clock.advance(1)
        _ = try browser.login()
        #expect(site.google.count(.jwkSet) == 3)
    }

    /// A rotation during the cool-down: refused, until the minute is over.
    @Test func rotationAfterAFlood() throws {
        site.google.editToken = { $0.header["kid"] = "unknown" }
        _ = try browser.login()
        site.google.editToken = { _ in }
        rotate()
        #expect(try browser.login().code == "id_token_key_unknown")
        site.clock.advance(60)
        #expect(try browser.login().hasLoggedIn)
    }

    @Test func newKeysCannotBeHad() throws {
        rotate()
        site.google.fail(.jwkSet, .providerTimeout)
        #expect(try browser.login().code == "provider_timeout")
        #expect(site.events == ["login_started", "provider_fetch_failed", "login_refused"])
    }

    /// The set that is cached has a key of this name, and the signature is not of it.
    @Test(arguments: ["rsa-1", nil])
    func newKeyUnderTheSameName(keyID: String?) throws {
        var jwk = TestKey.newerRSA.jwk
        jwk["kid"] = keyID.map { "\($0)" }
        let keys = jwk
        site.google.answer(.jwkSet) { _ in .json(["keys": [.object(keys)]]) }
        site.google.signingKey = .newerRSA
        site.google.editToken = { $0.header["kid"] = keyID.map { "\($0)" } }
        #expect(try browser.login().hasLoggedIn)
        #expect(site.google.count(.jwkSet) == 2)
    }

    /// Wrong signatures cause no more requests than unknown keys do.
    @Test func wrongSignatures() throws {
        site.google.editToken = { $0.header["kid"] = .string(TestKey.rsa.keyID) }
        site.google.signingKey = .newerRSA
        for _ in 0..<20 { #expect(try browser.login().code == "id_token_signature_invalid") }
        #expect(site.google.count(.jwkSet) == 2)
        site.google.editToken = { $0.header["kid"] = "unknown" }
        #expect(try browser.login().code == "id_token_key_unknown")
        #expect(site.google.count(.jwkSet) == 2)
    }

    /// One provider's cool-down is not another's.
    @Test func providersAreApart() throws {
        try browser.login("work")
        site.google.editToken = { $0.header["kid"] = "unknown" }
        _ = try browser.login()
        site.work.keys = [.newerRSA]
        site.work.signingKey = .newerRSA
        #expect(try browser.login("work").hasLoggedIn)
        #expect(try browser.get("/").user()["provider"] == "work")
    }
}
