import Basics
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
