import Basics
import JOSE
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Proofs of a device that are not, or not for this session, or not now.
@Suite struct DeviceProofTests {
    typealias Edit = @Sendable (inout TestToken) -> Void

    /// Nothing has changed but the log.
    private func expectRefusal(_ answer: Answer, _ device: DeviceBrowser) {
        let code = "device_proof_invalid"
        #expect(answer.status == 400 && answer.setCookies.isEmpty)
        #expect(answer.body.isEmpty)
        #expect(answer.failure?.name.string == code)
        #expect(device.site.events == ["device_proof_refused"])
        #expect(device.site.log.lines.allSatisfy { $0.contains(" code=\(code) ") })
        device.site.log.clear()
    }

    private static let edits: [(String, Edit)] = [
        ("another type", { $0.header["typ"] = "JWT" }), ("DPoP", { $0.header["typ"] = "dpop+jwt" }),
        ("another case", { $0.header["typ"] = "DBSC+JWT" }), ("no type", { $0.header["typ"] = nil }),
        ("another algorithm", { $0.header["alg"] = "ES384" }), ("RSA", { $0.header["alg"] = "RS256" }),
        ("none", { $0.header["alg"] = "none" }), ("MAC", { $0.header["alg"] = "HS256" }),
        ("no algorithm", { $0.header["alg"] = nil }), ("critical", { $0.header["crit"] = ["exp"] }),
        ("no challenge", { $0.claims["jti"] = nil }), ("challenge that is a number", { $0.claims["jti"] = 5 }),
        ("made-up challenge", { $0.claims["jti"] = "AAAA" }), ("another session", { $0.claims["sub"] = "AAAAAAAA" }),
        ("session that is a number", { $0.claims["sub"] = 5 }),
    ]

    @Test(arguments: edits.indices) func proofThatIsNone(index: Int) throws {
        let device = try DeviceBrowser.signedIn()
        let edit = Self.edits[index].1
        try expectRefusal(device.register(nil, by: nil, edit), device)
        try device.bind()
        try device.ask()
        try expectRefusal(device.answer(nil, by: nil, edit), device)
        #expect(try device.isLoggedIn)
        #expect(try device.answer().status == 200)
    }

    @Test(
        arguments: [
            nil, "", "\"\"", "x", "\"x\"", "\"a.b.c\"", "\"a.b.c", "a.b.c", "\"..\"", "\u{7F}", "?1", "(\"a\")",
            "\"\(String(repeating: "A", count: 60_000))\"",
        ] as [String?])
    func headerThatIsNone(header: String?) throws {
        let device = try DeviceBrowser.signedIn()
        try expectRefusal(device.send(header), device)
        try device.bind()
        // Without the header, a refresh gets its challenge.
        guard let header else { return }
        try expectRefusal(device.send(header, session: device.name), device)
    }

    /// A structured string may have parameters, and white space around it. Chromium sends no quotes.
    @Test(arguments: [(" \"", "\" ;x=\"y\""), ("", ""), (" ", " ;x=y ")]) func formsOfHeaders(
        before: String, after: String
    ) throws {
        let device = try DeviceBrowser.signedIn()
        #expect(
            try device.send(before + device.proof(of: device.offered, introducing: true) + after).status == 200)
        try device.ask()
        let headers = [
            "Secure-Session-Response": before + device.proof(of: device.challenge, introducing: false) + after,
            "Sec-Secure-Session-Id": before + device.name + after,
        ]
        #expect(try device.browser.send("POST", DeviceBrowser.path, headers).status == 200)
    }

    // MARK: - Keys

    @Test func keys() throws {
        let device = try DeviceBrowser.signedIn()
        let own = device.key.publicMembers
        var secret = own
        secret["d"] = "AAAA"
        var offCurve = own
        offCurve["y"] = own["x"]
        for key in [
            .null, .string("key"), .object([:]), .object(secret), .object(offCurve), ["kty": "oct", "k": "AAAA"],
            .object(TestKey.rsa.publicMembers), .object(TestKey.p384.publicMembers), .array([.object(own)]),
        ] as [JSON] {
            try expectRefusal(device.register { $0.change(header: ["jwk": key]) }, device)
        }
        // Whose signature it is.
        try expectRefusal(device.register(by: TestKey.unusual("P-256")), device)
        #expect(try device.register().status == 200)
    }

    /// The key that a refresh introduces verifies nothing.
    @Test func anotherKey() throws {
        let device = try DeviceBrowser.bound()
        let other = TestKey.unusual("P-256")
        try device.ask()
        try expectRefusal(device.answer(by: other), device)
        try expectRefusal(device.answer(by: other) { $0.header["jwk"] = .object(other.publicMembers) }, device)
        #expect(try device.answer().status == 200)
    }

    // MARK: - Challenges

    @Test func challengeThatIsTooOld() throws {
        let device = try DeviceBrowser.signedIn()
        device.site.clock.advance(120)
        try expectRefusal(device.register(), device)
        let bound = try DeviceBrowser.bound()
        try bound.ask()
        let old = bound.challenge
        bound.site.clock.advance(120)
        // Browsers answer the last one that they know: another follows, without a word in the log.
        let answer = try bound.answer()
        #expect(answer.status == 403 && answer.setCookies.isEmpty && bound.site.log.lines.isEmpty)
        let next = try DeviceBrowser.challenge(in: answer, for: bound.name)
        #expect(next != old)
        #expect(try bound.answer(next).status == 200)
    }

    @Test func challengeOfAnotherKind() throws {
        let device = try DeviceBrowser.bound()
        try device.ask()
        try expectRefusal(device.answer(device.offered), device)
        try expectRefusal(device.register(device.challenge), device)
    }

    /// Of this user's other browser, at the same site.
    @Test func challengeOfAnotherSession() throws {
        let device = try DeviceBrowser.signedIn()
        let other = DeviceBrowser(device.site)
        try other.logIn()
        try expectRefusal(device.register(other.offered), device)
        try device.bind()
        try other.bind()
        try other.ask()
        try expectRefusal(device.answer(other.challenge), device)
        #expect(try other.answer().status == 200)
    }

    @Test func replay() throws {
        let device = try DeviceBrowser.signedIn()
        let registration = "\"\(device.proof(of: device.offered, introducing: true))\""
        #expect(try device.send(registration).status == 200)
        device.site.log.clear()
        try expectRefusal(device.send(registration), device)
        try device.ask()
        let proof = "\"\(device.proof(of: device.challenge, introducing: false))\""
        #expect(try device.send(proof, session: device.name).status == 200)
        try expectChallenge(device.copy().send(proof, session: device.name), device)
        // Nor is another proof of the same challenge worth anything.
        try expectChallenge(device.answer { $0.claims["iat"] = 5 }, device)
    }

    /// Browsers begin a refresh with the last challenge that they know, so this is no event.
    private func expectChallenge(_ answer: Answer, _ device: DeviceBrowser) throws {
        #expect(answer.status == 403 && answer.setCookies.isEmpty && device.site.log.lines.isEmpty)
        #expect(try DeviceBrowser.challenge(in: answer, for: device.name) != device.challenge)
    }

    /// With a store, a replay is one in any process.
    @Test func replayAtAnotherProcess() throws {
        let store = FakeStore()
        let site = try Site(DeviceBrowser.on, store: store)
        let device = DeviceBrowser(site)
        try device.logIn()
        try device.bind()
        try device.ask()
        let proof = "\"\(device.proof(of: device.challenge, introducing: false))\""
        let other = DeviceBrowser(try Site(DeviceBrowser.on, store: store, beside: site))
        other.browser.cookies = device.browser.cookies
        #expect(try device.send(proof, session: device.name).status == 200)
        try expectChallenge(other.send(proof, session: device.name), other)
        #expect(try other.refresh().status == 200)
        #expect(try device.isLoggedIn && other.isLoggedIn)
    }

    // MARK: - Sessions

    @Test func nobodyIsSignedIn() throws {
        let device = DeviceBrowser(try Site(DeviceBrowser.on))
        let answer = try device.register("AAAA")
        #expect(answer.status == 400 && answer.failure?.name == "not_signed_in" && answer.setCookies.isEmpty)
        #expect(device.site.log.lines.isEmpty)
    }

    /// The key of one session, its proof or its name in another.
    @Test func partsOfTwoSessions() throws {
        let device = try DeviceBrowser.bound()
        let other = DeviceBrowser(device.site, .rs256)
        try other.logIn()
        try other.bind()
        let key = try #require(device.browser.cookie(DeviceBrowser.keyName))
        device.browser.set(DeviceBrowser.keyName, other.browser.cookie(DeviceBrowser.keyName))
        #expect(try device.send(nil, session: device.name).body.contains("\"continue\":false"))
        device.browser.set(DeviceBrowser.keyName, key)
        let (name, value) = (try #require(device.proof?.name), try #require(other.proof?.value))
        device.browser.set(name, value)
        #expect(try !device.isLoggedIn)
        #expect(try device.refresh().status == 200)
        #expect(try device.isLoggedIn)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "OPTIONS"]) func otherMethods(method: String) throws {
        let device = try DeviceBrowser.bound()
        let answer = try device.browser.send(method, DeviceBrowser.path)
        #expect(answer.status == 405 && answer.header("Allow") == "POST")
        #expect(device.site.events == ["device_proof_refused"])
    }
}
