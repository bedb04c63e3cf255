import Basics
import RelyingParty
import TestSupport
import Testing

/// response_mode = "form_post": the provider's page makes the browser POST the response from another site.
@Suite struct FormPostTests {
    let site: Site
    let browser: Browser

    init() throws {
        site = try Site(google: "response_mode = \"form_post\"")
        browser = Browser(site)
    }

    /// 303, so that a reload of the page does not post again.
    @Test func login() throws {
        let location = try browser.startLogin(returnTo: "/report?id=7")
        #expect(site.google.requestedFields(location).values(of: "response_mode") == ["form_post"])
        let answer = try browser.postCallback(site.google.authorize(location))
        #expect(answer.status == 303)
        #expect(answer.location == "/report?id=7")
        #expect(answer.failure == nil && answer.isLoggedIn)
        #expect(try browser.get("/").isLoggedIn)
        #expect(browser.pendingLogins.isEmpty)
    }

    /// A new login replaces the session before, which the POST came without.
    @Test func loginOverASession() throws {
        try browser.postCallback(site.google.authorize(try browser.startLogin()))
        let session = browser.sessionCookie
        site.google.user["sub"] = "user-2"
        try browser.postCallback(site.google.authorize(try browser.startLogin()))
        #expect(browser.sessionCookie != session)
        #expect(try browser.get("/").userJSON.contains("user-2"))
    }

    /// The POST comes without the session; a refusal must not take that for none and touch it.
    @Test(arguments: [("access_denied", "authorization_refused"), ("login_required", "login_required")])
    func refusalLeavesTheSession(error: String, code: String) throws {
        try browser.postCallback(site.google.authorize(try browser.startLogin()))
        let session = try #require(browser.sessionCookie)
        let answer = try browser.postCallback(site.google.refuse(try browser.startLogin(), Text(error)))
        #expect(answer.code == code)
        #expect(answer.status == 403)
        #expect(browser.sessionCookie == session)
        #expect(browser.pendingLogins.isEmpty)
    }

    /// A provider that was asked for a POST does not answer in the address: it is somebody else, or a mix-up.
    @Test func responseInTheAddressIsRefused() throws {
        let fields = site.google.authorize(try browser.startLogin())
        let answer = try browser.get(Browser.callback(fields))
        #expect(answer.code == "response_mode_mismatch")
        #expect(answer.status == 400)
        #expect(site.google.count(.token) == 0)
        #expect(browser.pendingLogins.isEmpty)
    }

    /// The other provider of the same site was not asked for a POST.
    @Test func postForAnotherProviderIsRefused() throws {
        let fields = site.work.authorize(try browser.startLogin("work"))
        let answer = try browser.post("/oauth2callback", form: FormEncoding.encode(fields).string)
        #expect(answer.code == "response_mode_mismatch")
        #expect(site.work.count(.token) == 0)
    }

    /// Its cookie stays Lax, as `Browser.store` checks, and its logins go on as before.
    @Test func loginInTheAddressGoesOn() throws {
        #expect(try browser.login("work").hasLoggedIn)
    }

    @Test(arguments: ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
    func otherContentTypes(contentType: String) throws {
        let fields = site.google.authorize(try browser.startLogin())
        let answer = try browser.postCallback(fields, ["Content-Type": contentType])
        #expect(answer.code == "response_malformed")
        #expect(browser.pendingLogins.count == 1)
        #expect(try browser.postCallback(fields).location == "/")
    }

    /// What stands in the address beside a form is not the provider's.
    @Test func addressDoesNotCount() throws {
        let fields = site.google.authorize(try browser.startLogin())
        let answer = try browser.post("/oauth2callback?\(FormEncoding.encode(fields).string)")
        #expect(answer.code == "state_missing")
    }

    @Test(arguments: [
        ("code=c", "state_missing"), ("", "state_missing"), ("code=c&state=x", "state_mismatch"),
        ("code=%zz&state=x", "response_malformed"), ("code=c&state=x&state=y", "response_malformed"),
    ])
    func responseOfNoLogin(body: String, code: String) throws {
        try browser.startLogin()
        let answer = try browser.post("/oauth2callback", form: body)
        #expect(answer.code == code)
        #expect(answer.status == 400)
        #expect(browser.pendingLogins.count == 1)
        #expect(site.google.count(.token) == 0)
    }

    @Test func bodyIsAskedFor() throws {
        func wantsBody(_ site: Site, _ method: Text) throws -> Bool {
            try HostRequest(site.application, IncomingRequest(method: method, target: "/oauth2callback")).wantsBody
        }
        #expect(try wantsBody(site, "POST"))
        #expect(try !wantsBody(site, "GET"))
        #expect(try !wantsBody(Site(), "POST"))
    }

    /// RFC 9110 15.5.6.
    @Test func allowedMethods() throws {
        let answer = try browser.send("PUT", "/oauth2callback")
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "GET, POST")
    }

    @Test func replayIsRefused() throws {
        let fields = site.google.authorize(try browser.startLogin())
        let cookies = browser.cookies
        try browser.postCallback(fields)
        browser.cookies = cookies
        #expect(try browser.postCallback(fields).code == "login_replayed")
        #expect(site.google.count(.token) == 1)
    }

    /// An https page may have the code of form_post.jwt as well.
    @Test func signedForm() throws {
        let site = try Site(google: "response_mode = \"form_post.jwt\"")
        let browser = Browser(site)
        let fields = site.google.authorize(try browser.startLogin())
        #expect(fields.map(\.name) == ["response"])
        #expect(try browser.postCallback(fields).location == "/")
        #expect(try browser.get("/").isLoggedIn)
    }
}
