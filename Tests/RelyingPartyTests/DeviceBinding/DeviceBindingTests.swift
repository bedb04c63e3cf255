import Basics
import JOSE
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Sessions that are bound to a key of the browser's device, as browsers and their users see them.
@Suite struct DeviceBindingTests {
    private static let ended = #""continue":false"#

    // MARK: - Registration

    @Test func offByDefault() throws {
        let browser = Browser(try Site())
        let answer = try browser.login()
        #expect(answer.hasLoggedIn && answer.header("Secure-Session-Registration") == nil)
        #expect(!browser.cookies.contains { $0.name.contains("proof") })
        #expect(try !browser.send("POST", DeviceBrowser.path).isAnswered)
    }

    @Test(arguments: [(.es256, false), (.rs256, false), (.es256, true)] as [(SigningAlgorithm, Bool)])
    func registration(algorithm: SigningAlgorithm, inPayload: Bool) throws {
        let device = DeviceBrowser(try Site(DeviceBrowser.on), algorithm)
        try device.logIn()
        let before = try #require(device.proof)
        #expect(device.browser.cookies.map(\.name) == ["__Host-stauth_session", before.name])
        let answer = try device.register { token in
            guard inPayload else { return }
            token.change(claims: ["key": .object(device.key.publicMembers)], header: ["jwk": .null])
        }
        #expect(answer.status == 200 && answer.header("Content-Type") == "application/json")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
        #expect(answer.header("Secure-Session-Challenge") == nil)
        #expect(answer.setCookies.count == 2 && answer.setCookies[0].contains("; Max-Age=2592000;"))
        #expect(answer.setCookies.last?.contains("; Max-Age=270;") == true && device.proof?.name == before.name)
        #expect(device.proof?.value != before.value)
        #expect(
            answer.body == """
                {"session_identifier":"\(device.name)","refresh_url":"/auth/device-bound",\
                "scope":{"include_site":false,"scope_specification":[]},\
                "credentials":[{"type":"cookie","name":"\(before.name)",\
                "attributes":"Path=/; HttpOnly; SameSite=Lax; Secure"}],"allowed_refresh_initiators":["*"]}
                """)
        #expect(JSONObject(parsing: Array(answer.body.utf8)) != nil)
        #expect(device.site.log.lines.count == 1)
        #expect(device.site.log.lines[0].hasPrefix("event=device_bound user="))
        #expect(try device.isLoggedIn)
    }

    static let page = ["Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"]

    /// At the end of a login that went through a page of the provider's, browsers send no cookies to register: the next pages
    /// offer it again.
    @Test func pagesOfferItAgain() throws {
        let device = try DeviceBrowser.signedIn()
        #expect(try DeviceBrowser.offer(in: device.browser.get("/", Self.page)) == nil)
        device.site.clock.advance(86_400)
        for headers in [
            [:], ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"],
            ["Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"], ["Sec-Fetch-Mode": "navigate"],
        ] as [[String: String]] {
            #expect(try DeviceBrowser.offer(in: device.browser.get("/", headers)) == nil)
        }
        #expect(try DeviceBrowser.offer(in: Browser(device.site).get("/", Self.page)) == nil)
        let offers = [
            try #require(try DeviceBrowser.offer(in: device.browser.get("/", Self.page))),
            try #require(
                try DeviceBrowser.offer(
                    in: device.browser.get("/", ["Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"]))),
        ]
        #expect(try device.register(offers[0]).status == 200)
        #expect(device.site.events == ["device_bound"])
        // Of two that a browser takes at once, the first counts; so nobody binds a session twice.
        #expect(try device.register(offers[1]).status == 400)
        #expect(device.site.events == ["device_bound"])
        #expect(try DeviceBrowser.offer(in: device.browser.get("/", Self.page)) == nil)
        #expect(try device.refresh().status == 200)
    }

    /// Another process, which does not know of the registration, sees it by the proof.
    @Test func boundSessionAtAnotherProcess() throws {
        let device = try DeviceBrowser.bound()
        device.site.clock.advance(100)
        let other = Browser(try Site(DeviceBrowser.on, beside: device.site))
        other.cookies = device.browser.cookies
        let page = try other.get("/", Self.page)
        #expect(try page.isLoggedIn && DeviceBrowser.offer(in: page) == nil)
    }

    /// Browsers without it notice nothing.
    @Test func browserThatNeverRegisters() throws {
        let device = try DeviceBrowser.signedIn()
        for _ in 0..<29 {
            device.site.clock.advance(86_400)
            #expect(try device.isLoggedIn)
        }
        #expect(device.site.log.lines.isEmpty)
    }

    /// Requests of the first page are on their way while the browser registers.
    @Test func requestsDuringTheRegistration() throws {
        let device = try DeviceBrowser.signedIn()
        let early = device.copy()
        device.site.clock.advance(100)
        try device.bind()
        device.site.clock.advance(59)
        #expect(try early.isLoggedIn)
        device.site.clock.advance(1)
        #expect(try !early.isLoggedIn)
        #expect(try device.isLoggedIn)
    }

    // MARK: - Refresh

    @Test func refresh() throws {
        let device = try DeviceBrowser.bound()
        let first = try #require(device.proof?.value)
        device.site.clock.advance(270)
        device.forgetProof()
        #expect(try !device.isLoggedIn)
        let answer = try device.refresh()
        #expect(answer.status == 200 && answer.body.isEmpty && answer.setCookies.count == 1)
        #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
        #expect(device.proof?.value != first)
        #expect(try device.isLoggedIn)
        #expect(device.site.log.lines.isEmpty)
        // For as long as the session lasts, and no longer.
        for _ in 0..<29 {
            device.site.clock.advance(86_400)
            device.forgetProof()
            #expect(try device.refresh().status == 200)
            #expect(try device.isLoggedIn)
        }
        device.site.clock.advance(86_400)
        #expect(try device.send(nil, session: device.name).body.contains(Self.ended))
    }

    /// A browser may ask before it has to, and a challenge answers only once.
    @Test func refreshAheadOfTime() throws {
        let device = try DeviceBrowser.bound()
        try device.ask()
        let challenge = device.challenge
        #expect(try device.answer().status == 200)
        try device.ask()
        #expect(device.challenge != challenge)
    }

    /// Another device has all cookies, but not the key.
    @Test func copiedCookies() throws {
        let device = try DeviceBrowser.bound()
        let thief = device.copy()
        let header = Array(thief.browser.cookieHeader.utf8)
        #expect(try thief.isLoggedIn)
        device.site.clock.advance(299)
        #expect(try thief.isLoggedIn)
        device.site.clock.advance(1)
        #expect(try !thief.isLoggedIn)
        #expect(try device.site.application.userJSON(cookie: header) == #"{"is_logged_in":false}"#)
        try thief.ask()
        #expect(try thief.answer().status == 400)
        #expect(try !thief.isLoggedIn)
        // The challenge is as good in its owner's hands, and the session lives.
        #expect(try device.refresh().status == 200)
        #expect(try device.isLoggedIn && !thief.isLoggedIn)
    }

    /// One from before the registration is worth no more.
    @Test func copyFromBeforeTheRegistration() throws {
        let device = try DeviceBrowser.signedIn()
        let thief = device.copy()
        try device.bind()
        device.site.clock.advance(60)
        #expect(try !thief.isLoggedIn)
        #expect(try thief.register(device.offered).status == 400)
        #expect(try device.isLoggedIn)
    }

    // MARK: - The end

    @Test func logout() throws {
        let device = try DeviceBrowser.bound()
        let name = device.name
        let thief = device.copy()
        #expect(try device.browser.post("/auth/logout").status == 303)
        #expect(device.browser.cookies.isEmpty)
        // The browser asks once more, and then never again.
        let answer = try device.send(nil, session: name)
        #expect(answer.status == 200 && answer.setCookies.isEmpty)
        #expect(answer.body == #"{"session_identifier":"\#(name)","continue":false}"#)
        #expect(try !thief.isLoggedIn)
        #expect(try thief.send(nil, session: name).body.contains(Self.ended))
        #expect(device.site.events == ["logout"])
    }

    @Test func providerEndsIt() throws {
        let device = try DeviceBrowser.bound { $0.google.user["sid"] = "s-1" }
        let backchannel = BackchannelSite(device.site)
        try backchannel.expectDone(backchannel.send(sid: "s-1"))
        #expect(try !device.isLoggedIn)
        #expect(try device.send(nil, session: device.name).body.contains(Self.ended))
    }

    /// A browser that has lost the key's cookie, or asks for a session before this one's.
    @Test func nothingToRefresh() throws {
        let device = try DeviceBrowser.bound()
        let key = device.browser.cookie(DeviceBrowser.keyName)
        device.browser.set(DeviceBrowser.keyName, nil)
        #expect(try device.send(nil, session: device.name).body.contains(Self.ended))
        device.browser.set(DeviceBrowser.keyName, key)
        for name in ["AAAAAAAA", "", "\\"] {
            #expect(try device.send(nil, session: name).body.contains(Self.ended))
        }
        #expect(try device.refresh().status == 200)
        #expect(try DeviceBrowser(device.site).send(nil, session: "AAAAAAAA").body.contains(Self.ended))
    }

    /// The next login has its own device, and leaves nothing of the one before.
    @Test func nextLogin() throws {
        let device = try DeviceBrowser.bound()
        let old = device.name
        try device.logIn()
        #expect(device.browser.cookies.filter { $0.name.contains("_proof-") }.count == 1)
        #expect(device.name != old)
        #expect(try device.send(nil, session: old).body.contains(Self.ended))
        try device.bind()
        #expect(try device.refresh().status == 200)
    }

    // MARK: - Skipped

    @Test(
        arguments: [
            ("unreachable;session_identifier=\"abc\"", "unreachable"), ("quota_exceeded, unreachable", "unreachable"),
            ("server_error", "server_error"), ("quota_exceeded", "quota_exceeded"), ("made_up", nil), ("", nil),
        ] as [(String, String?)])
    func skippedRefresh(header: String, reason: String?) throws {
        let device = try DeviceBrowser.bound()
        let headers = ["Secure-Session-Skipped": header]
        #expect(try device.browser.get("/", headers).isLoggedIn)
        #expect(try !Browser(device.site).get("/", headers).isLoggedIn)
        #expect(device.site.log.lines.isEmpty)
        device.site.clock.advance(300)
        device.forgetProof()
        #expect(try !device.browser.get("/", headers).isLoggedIn)
        #expect(device.site.log.lines == (reason.map { ["event=device_proof_skipped reason=\($0)"] } ?? []))
    }
}
