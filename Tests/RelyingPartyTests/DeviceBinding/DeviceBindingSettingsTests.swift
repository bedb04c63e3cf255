import Basics
import Environment
import Session
import TestSupport
import Testing

@testable import RelyingParty

/// What other settings and the clock do to sessions that are bound to a device.
@Suite struct DeviceBindingSettingsTests {
    @Test func required() throws {
        let lines = "device_bound = \"required\"\ndevice_bound_lifetime = \"1m\""
        let device = try DeviceBrowser.signedIn(lines)
        let without = try DeviceBrowser.signedIn(lines)
        #expect(try without.isLoggedIn)
        try device.bind()
        for site in [device.site, without.site] { site.clock.advance(599) }
        #expect(try without.isLoggedIn)
        #expect(try DeviceBrowser.offer(in: without.browser.get("/", DeviceBindingTests.page)) != nil)
        for site in [device.site, without.site] { site.clock.advance(1) }
        #expect(try !without.isLoggedIn)
        #expect(try device.refresh().status == 200)
        #expect(try device.isLoggedIn)
    }

    /// A session from before the setting is bound no more than a browser without it, and worth nothing once it is required.
    @Test func sessionFromBeforeTheSetting() throws {
        let browser = Browser(try Site())
        try browser.logIn()
        for (lines, isLoggedIn) in [(DeviceBrowser.on, true), ("device_bound = \"required\"", false)] {
            let later = Browser(try Site(lines, beside: browser.site))
            later.cookies = browser.cookies
            #expect(try later.get("/").isLoggedIn == isLoggedIn)
        }
    }

    /// Without the setting, bound sessions remain so, and end with their last proof.
    @Test func settingTakenBack() throws {
        let device = try DeviceBrowser.bound()
        let later = Browser(try Site(beside: device.site))
        later.cookies = device.browser.cookies
        #expect(try later.get("/").isLoggedIn)
        device.site.clock.advance(300)
        #expect(try !later.get("/").isLoggedIn)
    }

    /// New settings in the same process: what it knows of devices stays known.
    @Test func newSettings() throws {
        let device = try DeviceBrowser.signedIn()
        let early = device.browser.cookies
        try device.bind()
        try device.ask()
        let proof = "\"\(device.proof(of: device.challenge, introducing: false))\""
        #expect(try device.send(proof, session: device.name).status == 200)
        let later = try Site(DeviceBrowser.on + "idle_timeout = \"1d\"", beside: device.site, succeeds: true)
        let again = DeviceBrowser(later)
        again.browser.cookies = device.browser.cookies
        #expect(try again.send(proof, session: device.name).status == 403)
        device.site.clock.advance(60)
        let thief = Browser(later)
        thief.cookies = early
        #expect(try again.isLoggedIn && !thief.get("/").isLoggedIn)
    }

    /// The cookie is a reference then. All processes end it.
    @Test func sessionInAStore() throws {
        let store = FakeStore()
        let device = DeviceBrowser(try Site(DeviceBrowser.on, store: store))
        try device.logIn()
        try device.bind()
        let thief = device.copy()
        device.site.clock.advance(300)
        device.forgetProof()
        #expect(try !device.isLoggedIn && !thief.isLoggedIn)
        try thief.ask()
        #expect(try thief.answer().status == 400)
        #expect(try device.refresh().status == 200)
        #expect(try device.isLoggedIn && !thief.isLoggedIn)
        let other = DeviceBrowser(try Site(DeviceBrowser.on, store: store, beside: device.site))
        (other.browser.cookies, thief.browser.cookies) = (device.browser.cookies, device.browser.cookies)
        #expect(try other.isLoggedIn && thief.isLoggedIn)
        try other.browser.post("/auth/logout")
        #expect(try !device.isLoggedIn && !thief.isLoggedIn && store.sessionKeys.isEmpty)
        #expect(try device.send(nil, session: device.name).body.contains(#""continue":false"#))
    }

    /// Whoever makes a device sign all day ends nobody's session.
    @Test func manyAnswers() throws {
        let device = try DeviceBrowser.signedIn()
        let binding = try #require(device.site.application.deviceBinding)
        let now = try Now(device.site.clock)
        for key in 1...600_000 as ClosedRange<UInt64> {
            _ = binding.answerOnce(key, issuedAt: now.seconds, now)
        }
        #expect(try device.isLoggedIn)
        // Challenges of that second count as answered, later ones do not.
        device.site.clock.advance(5)
        let page = try device.browser.get("/", DeviceBindingTests.page)
        let offer = try #require(try DeviceBrowser.offer(in: page))
        #expect(try device.register(offer).status == 200)
        #expect(try device.refresh().status == 200)
    }

    /// What a browser renews has to expire there, even if it forgets the session when it closes.
    @Test func sessionForABrowser() throws {
        let device = DeviceBrowser(try Site(DeviceBrowser.on + "browser_session = true"))
        device.browser.forgetsSessions = true
        try device.logIn()
        #expect(try device.register().setCookies.contains { $0.contains("; Max-Age=270;") })
    }

    /// A proof made when the clock was wrong does not outlast those made since.
    @Test func clockThatWasAhead() throws {
        let device = try DeviceBrowser.bound()
        device.site.clock.advance(86_400)
        #expect(try device.refresh().status == 200)
        device.site.clock.advance(-86_000)
        #expect(try !device.isLoggedIn)
    }

    /// The idle time counts as before: a device that asks is not its user.
    @Test func idleSession() throws {
        let device = try DeviceBrowser.bound(DeviceBrowser.on + "idle_timeout = \"10m\"")
        device.site.clock.advance(299)
        #expect(try device.refresh().status == 200)
        device.site.clock.advance(301)
        #expect(try device.send(nil, session: device.name).body.contains(#""continue":false"#))
    }
}
