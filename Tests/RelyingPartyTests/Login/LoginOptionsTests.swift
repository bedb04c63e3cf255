import Basics
import Cryptography
import Environment
import TestSupport
import Testing

@testable import RelyingParty

/// What page code asks of one login, and what comes of it at the callback.
@Suite struct LoginOptionsTests {
    private func options(_ values: (Text, Text)...) throws -> RequestOptions {
        var options = RequestOptions()
        for (key, value) in values { try options.set(key, to: value) }
        return options
    }

    private func startLogin(_ browser: Browser, _ options: RequestOptions) throws -> [FormEncoding.Field] {
        let answer = try browser.send("GET", "/") { try $0.login(provider: "google", options.login) }
        let location = Text(try #require(answer.location))
        return try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? ""))
    }

    @Test func everyOptionIsSentInPlaceOfTheConfigured() throws {
        let browser = Browser(
            try Site(google: "client_kwargs = { prompt = \"consent\", acr_values = \"low\", display = \"page\" }"))
        let fields = try startLogin(
            browser,
            try options(("prompt", "login"), ("acr_values", "high"), ("login_hint", "ada"), ("ui_locales", "de")))
        for (name, value) in [("prompt", "login"), ("acr_values", "high"), ("login_hint", "ada"), ("ui_locales", "de")]
        {
            #expect(fields.values(of: Text(name)) == [Text(value)], "\(name)")
        }
        #expect(fields.values(of: "display") == ["page"])
    }

    @Test("A provider without ID tokens cannot prove when the user signed in")
    func maxAgeNeedsAnIDToken() throws {
        let site = try Site(
            """
            [auth.github]
            provider = "github"
            client_id = "c"
            client_secret = "s"
            """)
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        _ = try request.begin()
        let options = try options(("max_age", "60"))
        #expect(try refusal { try request.login(provider: "github", options.login) } == .optionInvalid)
        #expect(request.responseStatus == 0)
    }

    @Test("A login's max_age is in its transaction", arguments: [nil, 0, 60, 315_360_000] as [Int64?])
    func transactionKeepsMaxAge(maxAge: Int64?) throws {
        let site = try Site()
        let provider = try site.application.providers.named("google")
        for target: Text in ["/", "/1/2?3", "/report?id=3"] {
            let transaction = try LoginTransaction(
                for: provider, returnTarget: target, maxAge: maxAge, now: Now(site.clock), random: SystemRandomSource())
            let read = try #require(LoginTransaction(transaction.encoded()))
            #expect(read.maxAge == maxAge && read.returnTarget == target && read.provider == "google")
            #expect(!read.isRepeated)
            let repeated = try LoginTransaction(
                for: provider, returnTarget: target, maxAge: maxAge, isRepeated: true, now: Now(site.clock),
                random: SystemRandomSource())
            let again = try #require(LoginTransaction(repeated.returning(to: "/other").encoded()))
            #expect(again.isRepeated && again.maxAge == maxAge && again.returnTarget == "/other")
            #expect(read.returning(to: "/other").maxAge == maxAge)
        }
    }

    @Test(
        "A max_age that no login of ours wrote is refused",
        arguments: ["-1/", "x/", "6 0/", "99999999999999999999/", "+1/"])
    func transactionWithAnotherMaxAge(end: String) throws {
        let site = try Site()
        let provider = try site.application.providers.named("google")
        let good = try LoginTransaction(
            for: provider, returnTarget: "", now: Now(site.clock), random: SystemRandomSource()
        ).encoded()
        #expect(LoginTransaction(good + Array("60/".utf8))?.maxAge == 60)
        #expect(LoginTransaction(good + Array(end.utf8)) == nil)
    }

    @Test("The session at the provider stays") func localLogout() throws {
        let site = try Site()
        site.google.metadata["end_session_endpoint"] = "https://google.example.com/end_session"
        let there = "https://google.example.com/end_session"
        for (reach, target) in [(LogoutReach.local, "/"), (.provider, there), (.everywhere, there)] {
            let browser = Browser(site)
            try browser.logIn()
            let answer = try browser.send("POST", "/sign-out", ["Sec-Fetch-Site": "same-origin"]) { request in
                try request.logout(reach)
            }
            #expect(answer.location?.split(separator: "?").first.map(String.init) == target)
            #expect(try !browser.get("/").isLoggedIn)
        }
    }
}
