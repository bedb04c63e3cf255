import RelyingParty
import TestSupport
import Testing

/// Sessions and logins that outlive the settings under which they began.
@Suite struct ChangedRequirementsTests {
    /// From one application to the next, whose settings of google have these lines more.
    @Test(
        arguments: [
            ("", "", true), ("", "required_acr_values = [\"mfa\"]", false),
            ("", "client_kwargs = { max_age = 60 }", false),
            ("", "client_kwargs = { claims = { id_token = { auth_time = { essential = true } } } }", false),
            ("", "id_token_signed_response_alg = \"ES256\"", false), ("", "trusted_audiences = [\"y\"]", false),
            ("trusted_audiences = [\"y\"]", "", false), ("", "response_mode = \"jwt\"", false),
            ("", "client_kwargs = { prompt = \"login\" }", true), ("", "display_name = \"X\"", true),
        ] as [(String, String, Bool)])
    func session(before: String, after: String, stands: Bool) throws {
        let browser = Browser(try Site(google: before))
        try browser.logIn()
        let later = try Site(google: after)
        let json = try later.application.userJSON(cookie: Array(browser.cookieHeader.utf8)).string
        #expect(json.hasPrefix(#"{"is_logged_in":true,"#) == stands)
    }

    /// A login that is under way ends with the settings that it began with.
    @Test func pendingLogin() throws {
        let browser = Browser(try Site())
        let location = try browser.startLogin()
        let later = Browser(try Site(google: "required_acr_values = [\"mfa\"]"))
        later.cookies = browser.cookies
        #expect(try later.get(browser.approve(location)).code == "state_mismatch")
    }
}
