import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Sessions that the host ends, and "sign out everywhere".
@Suite struct EndSessionsTests {
    let backchannel: BackchannelSite
    var site: Site { backchannel.site }

    init() throws {
        backchannel = BackchannelSite(try Site("logout_everywhere = true"))
    }

    private func areSignedIn(_ browsers: [Browser]) throws -> [Bool] {
        try browsers.map { try $0.get("/").isLoggedIn }
    }

    // MARK: - Selectors

    /// Two sessions of one user, one of another, and one at another provider.
    private func signIn() throws -> [Browser] {
        [
            try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"),
            try backchannel.signedIn("user-2", sid: "s3"), try backchannel.signedIn(sid: "s1", at: "work"),
        ]
    }

    @Test(arguments: [
        (#"{"provider":"google","sub":"user-1"}"#, [false, false, true, true], "google"),
        (#"{"iss":"https://google.example.com","sub":"user-1"}"#, [false, false, true, true], "google"),
        (
            #"{"provider":"google","iss":"https://google.example.com","sub":"user-1"}"#, [false, false, true, true],
            "google"
        ),
        (#"{"sid":"s1","provider":"google"}"#, [false, true, true, true], "google"),
        (#"{"sid":"s1","iss":"https://work.example.com/realms/a"}"#, [true, true, true, false], "work"),
        (#"{"all":true,"provider":"google"}"#, [false, false, false, true], "google"),
        (#"{"all":true}"#, [false, false, false, false], "google, work"),
        (#"{"provider":"google","sub":"user-9"}"#, [true, true, true, true], "google"),
    ])
    func selector(_ selector: String, expected: [Bool], providers: String) throws {
        let browsers = try signIn()
        let copies = browsers.map { browser in
            let copy = Browser(site)
            copy.cookies = browser.cookies
            return copy
        }
        try site.application.endSessions(Text(selector))
        let value = providers.contains(" ") ? "\"\(providers)\"" : providers
        #expect(site.log.lines == ["event=sessions_ended providers=\(value)"])
        #expect(try areSignedIn(browsers) == expected)
        #expect(try areSignedIn(copies) == expected, "a copied cookie")
        // A login afterwards counts, and revives nothing.
        site.clock.advance(1)
        let later = try backchannel.signedIn(sid: "s4")
        #expect(try later.get("/").isLoggedIn)
        #expect(try areSignedIn(copies) == expected, "revived by a login")
    }

    /// Whoever makes a mistake ends nobody's session, and hears of it.
    @Test(arguments: [
        "", "{", "[]", "{}", #""user-1""#, #"{"provider":"google"}"#, #"{"sub":"user-1"}"#, #"{"sid":"s1"}"#,
        #"{"provider":"google","sub":"user-1","sid":"s1"}"#, #"{"provider":"google","sub":""}"#,
        #"{"provider":"google","sub":1}"#, #"{"provider":"google","sub":null}"#, #"{"all":false}"#, #"{"all":"true"}"#,
        #"{"all":true,"sub":"user-1","provider":"google"}"#, #"{"provider":"google","sub":"user-1","user":"x"}"#,
        #"{"provider":"google","sub":"user-1","sub":"user-2"}"#, #"{"provider":["google"],"sub":"user-1"}"#,
    ])
    func badSelector(_ selector: String) throws {
        let browsers = try signIn()
        #expect(failure(selector) == .optionInvalid)
        #expect(site.log.lines.isEmpty)
        #expect(try areSignedIn(browsers) == [true, true, true, true])
    }

    @Test(arguments: [
        #"{"provider":"github","sub":"user-1"}"#, #"{"iss":"https://google.example.com.evil.example","sub":"user-1"}"#,
        #"{"provider":"work","iss":"https://google.example.com","sub":"user-1"}"#, #"{"all":true,"provider":"x"}"#,
    ])
    func unknownProvider(_ selector: String) throws {
        let browsers = try signIn()
        #expect(failure(selector) == .providerUnknown)
        #expect(try areSignedIn(browsers) == [true, true, true, true])
    }

    private func failure(_ selector: String) -> ErrorCode? {
        do throws(Failure) {
            try site.application.endSessions(Text(selector))
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: - Everywhere

    /// The page asks, and its button ends all of the user's sessions here, and nobody else's.
    @Test func buttonOfThePage() throws {
        let (browser, device) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        let (other, elsewhere) = (try backchannel.signedIn("user-2"), try backchannel.signedIn(at: "work"))
        let page = try browser.get("/auth/logout")
        #expect(page.body.contains(#"<button class="quiet" type="submit" name="everywhere" value="1">"#))
        site.log.clear()
        #expect(try browser.post("/auth/logout", form: "everywhere=1").status == 303)
        #expect(site.events == ["logout", "sessions_ended"])
        #expect(try areSignedIn([browser, device, other, elsewhere]) == [false, false, true, true])
    }

    /// The other button ends one.
    @Test func otherButton() throws {
        let (browser, device) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        try browser.post("/auth/logout")
        #expect(try areSignedIn([browser, device]) == [false, true])
    }

    @Test func withoutTheKey() throws {
        let backchannel = BackchannelSite(try Site())
        let (browser, device) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        #expect(try !browser.get("/auth/logout").body.contains("everywhere"))
        try browser.post("/auth/logout", form: "everywhere=1")
        #expect(try areSignedIn([browser, device]) == [false, true])
    }

    @Test func otherSite() throws {
        let (browser, device) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        #expect(try browser.post("/auth/logout", form: "everywhere=1", from: "cross-site").status == 403)
        #expect(try areSignedIn([browser, device]) == [true, true])
    }

    @Test(arguments: ["local", "everywhere", nil] as [Text?]) func byTheApplication(_ option: Text?) throws {
        let (browser, device) = (try backchannel.signedIn(sid: "s1"), try backchannel.signedIn(sid: "s2"))
        var options = RequestOptions()
        try options.set("logout", to: option)
        try browser.send("POST", "/bye", ["Sec-Fetch-Site": "same-origin"]) { try $0.logout(options.logoutReach) }
        #expect(try areSignedIn([browser, device]) == [false, option != "everywhere"])
    }

    @Test func optionOfAnotherKind() {
        var options = RequestOptions()
        #expect(throws: Failure.self) { try options.set("logout", to: "somewhere") }
    }
}
