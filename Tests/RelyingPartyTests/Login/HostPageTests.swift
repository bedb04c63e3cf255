import Basics
import RelyingParty
import TestSupport
import Testing

/// What the host's own pages can do: st_login(), st_logout(), st_user_json().
@Suite struct HostPageTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site()
        browser = Browser(site)
    }

    private func login(_ method: String = "GET", on page: String, to returnTo: Text?, referer: String? = nil) throws
        -> Answer
    {
        try browser.send(method, page, referer.map { ["Referer": $0] } ?? [:]) { request in
            try request.login(provider: "google", LoginOptions(returnTo: returnTo))
        }
    }

    /// Where the user ends up after a login that a page began.
    private func landing(_ answer: Answer) throws -> String? {
        try browser.get(browser.approve(Text(try #require(answer.location)))).location
    }

    /// Deep links: the page that needed a user is where the user comes back to.
    @Test(
        arguments: [
            (nil, "/report?id=7&x=%20y", "/report?id=7&x=%20y"), ("/other?a=b", "/report", "/other?a=b"),
            ("https://evil.example.com/", "/report", "/"), ("//evil.example.com", "/report", "/"), ("", "/report", "/"),
        ] as [(Text?, String, String)])
    func pageBeginsALogin(returnTo: Text?, page: String, landing expected: String) throws {
        let answer = try login(on: page, to: returnTo)
        #expect(!answer.isAnswered)
        #expect(answer.status == 302)
        #expect(try landing(answer) == expected)
    }

    /// After a form: the page that had the form, not the address that took it.
    @Test(
        arguments: [
            ("https://app.example.com/form?x=1", "/form?x=1"), ("https://evil.example.com/form", "/"), (nil, "/"),
        ] as [(String?, String)])
    func formBeginsALogin(referer: String?, expected: String) throws {
        let answer = try login("POST", on: "/submit", to: nil, referer: referer)
        #expect(answer.status == 303)
        #expect(try landing(answer) == expected)
    }

    /// A page that calls st_login() for everyone would send those who come back from a login to the next one, for ever.
    @Test(arguments: [(nil, "/"), ("/login?provider=google", "/login?provider=google")] as [(Text?, String)])
    func pageThatAlwaysBeginsALogin(returnTo: Text?, expected: String) throws {
        try browser.logIn()
        #expect(try landing(login(on: "/login?provider=google", to: returnTo)) == expected)
        #expect(try landing(login("POST", on: "/login", to: nil, referer: "https://app.example.com/form")) == "/form")
    }

    @Test func pageEndsTheSession() throws {
        try browser.logIn()
        let answer = try browser.send("POST", "/bye", ["Origin": "https://app.example.com"]) { try $0.logout() }
        #expect(answer.status == 303)
        #expect(answer.location == "/")
        #expect(answer.userJSON == #"{"is_logged_in":false}"#)
        #expect(browser.cookies.isEmpty)
    }

    @Test func anotherSiteCannotMakeThePageEndIt() throws {
        try browser.logIn()
        try browser.send("POST", "/bye", ["Sec-Fetch-Site": "cross-site"]) { (request) throws in
            #expect(try refusal { try request.logout() } == .crossSiteRequest)
            #expect(request.failure?.code == .crossSiteRequest)
            #expect(request.responseStatus == 0)
        }
        #expect(try browser.get("/").isLoggedIn)
    }

    @Test func failureIsTheHostsToShow() throws {
        let answer = try browser.send("GET", "/report") { (request) throws in
            #expect(try refusal { try request.login(provider: "nobody") } == .providerUnknown)
        }
        #expect(answer.status == 0)
        #expect(answer.headers.isEmpty)
        #expect(answer.failure?.code == .providerUnknown)
    }

    @Test func nothingComesBeforeBegin() throws {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        #expect(try refusal { try request.login(provider: "google") } == .outOfSequence)
        #expect(try refusal { try request.logout() } == .outOfSequence)
        #expect(try refusal { try request.requireBegun() } == .outOfSequence)
        #expect(request.userJSON == #"{"is_logged_in":false}"#)
        #expect(try request.begin() == .proceed)
        #expect(try refusal { try request.begin() } == .outOfSequence)
        #expect(try refusal { try request.addHeader("Cookie", []) } == .outOfSequence)
        #expect(try refusal { try request.setBody("x") } == .outOfSequence)
    }

    /// A host that cannot be held up asks first.
    @Test(.enabled(if: !Driver.isStepwise)) func whatMayBlock() throws {
        func mayBlock(_ method: Text, _ target: Text) throws -> Bool {
            try HostRequest(site.application, IncomingRequest(method: method, target: target)).mayBlock
        }
        #expect(try mayBlock("GET", "/auth/login?provider=google"))
        #expect(try mayBlock("GET", "/oauth2callback?code=1"))
        try site.warmUp()
        #expect(try !mayBlock("GET", "/auth/login?provider=google"))
        #expect(try !mayBlock("GET", "/auth/login?provider=nobody"))
        #expect(try !mayBlock("GET", "/"))
        #expect(try !mayBlock("POST", "/auth/logout"))
        #expect(try mayBlock("GET", "/oauth2callback?code=1"))
        site.clock.advance(3600)
        #expect(try mayBlock("GET", "/auth/login?provider=google"))
    }

    @Test(arguments: [
        ("GET", "/auth/login", false), ("POST", "/auth/login", true), ("POST", "/auth/logout", true),
        ("POST", "/oauth2callback", false), ("POST", "/page", false), ("PUT", "/auth/login", false),
    ])
    func whichBodiesAreWanted(method: String, path: String, isWanted: Bool) throws {
        let request = try HostRequest(site.application, IncomingRequest(method: Text(method), target: Text(path)))
        #expect(request.wantsBody == isWanted)
    }
}
