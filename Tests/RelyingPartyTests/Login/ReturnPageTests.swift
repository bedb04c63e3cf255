import Basics
import RelyingParty
import TestSupport
import Testing

/// Return pages that lead to the library's own paths, read by whoever is on the way: a login there would begin again and
/// again, or a logout would greet the user.
@Suite struct ReturnPageTests {
    /// Where a login with this return_to ends.
    private func landing(_ returnTo: String, _ site: Site, base: String = "", callback: String) throws -> String? {
        let browser = Browser(site)
        let query = FormEncoding.encode([.init("provider", "google"), .init("return_to", Text(returnTo))]).string
        let location = Text(try #require(try browser.get("\(base)/auth/login?\(query)").location))
        return try browser.get(Browser.callback(site.google.authorize(location), at: callback)).location
    }

    @Test(arguments: [
        "/auth/login", "/auth/logout", "/oauth2callback", "/auth/login?x=1", "/auth/logout?return_to=/x",
        // Dot segments.
        "/x/../auth/login", "/./auth/logout", "/auth/./login", "/auth/x/../login", "/../auth/login",
        "/../../oauth2callback", "/a/b/../../auth/login", "/auth/login/.", "/auth/login/x/..", "/auth/../auth/logout",
        "/a/../b/../oauth2callback", "/x//../auth/login", "/x/..//auth/login",
        // Slashes.
        "/auth//login", "/auth///logout", "/auth/login/", "/auth/login//", "/oauth2callback/",
        // Percent-encodings, once and more often.
        "/auth/%6cogin", "/auth/%6Cogin", "/%61uth/login", "/auth/%6c%6f%67%69%6e", "/auth%2flogin", "/auth%2Flogin",
        "/auth/%256cogin", "/auth/%25256cogin", "/auth%252flogin", "/x/%2e%2e/auth/login", "/x/%2E%2e/auth/login",
        "/x/.%2e/auth/login", "/x/%252e%252e/auth/login", "/x%2f..%2fauth/login", "/x%2f%2e%2e%2fauth%2flogin",
        "/auth/a%252fb/../%252e%252e/auth/login", "/auth/b%2fc/../login", "/auth/%2e/login", "/auth/login%2f",
        "/%6fauth2callback", "/auth/login%3fx=1", "/auth/login%253fx",
        // Parameters.
        "/auth/login;x", "/auth/login;x=1", "/auth;x/login", "/;x/auth/login", "/x/..;/auth/login", "/auth/login%3bx",
        "/x/..;y=1/auth/logout", "/auth/login;x/..;/login", "/auth/login;?x",
        // Case.
        "/AUTH/LOGIN", "/Auth/Logout", "/OAuth2Callback", "/auth/%4cOGIN",
    ])
    func pathOfTheLibrary(returnTo: String) throws {
        #expect(try landing(returnTo, Site(), callback: "/oauth2callback") == "/")
    }

    @Test(arguments: [
        "/", "/auth", "/auth/", "/auth/loginx", "/auth/login/help", "/login", "/auth/x/login", "/x/auth/login",
        "/a/../b", "/auth/../x", "/x?next=/auth/login", "/x?a=/../auth/login", "/auth/%6cogins", "/a;b/auth",
        "/auth.login",
        "/auth/login.html", "/auth%2flog", "/AUTH", "/oauth2callback2", "/a/%2e%2e/login", "/auth-login", "/authlogin",
    ])
    func pageOfTheSite(returnTo: String) throws {
        #expect(try landing(returnTo, Site(), callback: "/oauth2callback") == returnTo)
    }

    @Test(arguments: [
        "/app/auth/login", "/app/x/../auth/login", "/app/%63b/google", "/APP//cb/./work", "/app/cb/work;x",
    ])
    func pathOfALibraryInAFolder(returnTo: String) throws {
        let site = try Site(redirectURI: "https://app.example.com/app/cb/{provider}")
        #expect(try landing(returnTo, site, base: "/app", callback: "/app/cb/google") == "/app/")
    }

    /// The same for what the page's own code asks for, for a Referer, and for the page itself.
    @Test func otherWaysToAskForIt() throws {
        let site = try Site()
        let browser = Browser(site)
        func landing(_ answer: Answer) throws -> String? {
            let location = Text(try #require(answer.location))
            return try browser.get(Browser.callback(site.google.authorize(location))).location
        }
        #expect(
            try landing(
                browser.send("GET", "/x") { try $0.login(provider: "google", LoginOptions(returnTo: "/auth/%6cogin")) })
                == "/")
        #expect(
            try landing(
                browser.send("GET", "/auth//login?x") { try $0.login(provider: "google") }) == "/")
        let referer = ["Referer": "https://app.example.com/x/../auth/logout"]
        #expect(try landing(browser.get("/auth/login?provider=google", referer)) == "/")
        let link = "target_link_uri=https://app.example.com/auth/login%253b"
        #expect(try landing(browser.get("/auth/login?provider=google&\(link)")) == "/")
    }
}
