import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// A site whose providers report logouts themselves.
struct BackchannelSite {
    static let path = "/auth/backchannel-logout"

    let site: Site

    init(_ site: Site) { self.site = site }

    /// A browser whose user signs in at a provider, which calls the session there `sid`.
    func signedIn(_ sub: Text = "user-1", sid: JSON = .null, at provider: String = "google") throws -> Browser {
        let fake = provider == "google" ? site.google : site.work
        fake.user["sub"] = .string(sub)
        fake.user["sid"] = sid == .null ? nil : sid
        let browser = Browser(site)
        try #require(try browser.login(provider).hasLoggedIn)
        site.log.clear()
        return browser
    }

    @discardableResult
    func send(_ token: Text) throws -> Answer {
        let fields = FormEncoding.encode([.init("logout_token", token)])
        return try Browser(site).post(Self.path, form: fields.string, from: nil)
    }

    @discardableResult
    func send(
        sid: Text? = nil, sub: Text? = nil, _ edit: (inout TestToken) -> Void = { _ in }
    ) throws -> Answer {
        try send(site.google.logoutToken(sid: sid, sub: sub, edit).signed(with: site.google.signingKey))
    }

    func expectDone(_ answer: Answer) {
        #expect(answer.status == 200 && answer.body.isEmpty && answer.setCookies.isEmpty)
        #expect(answer.header("Cache-Control") == "no-store")
    }

    func expectRefused(_ answer: Answer, _ code: String = "logout_token_invalid", status: Int32 = 400) {
        let error = status == 400 ? "invalid_request" : "temporarily_unavailable"
        #expect(answer.status == status)
        #expect(answer.body == #"{"error":"\#(error)","error_description":"\#(code)"}"#)
        #expect(answer.header("Content-Type") == "application/json")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect((answer.header("Retry-After") != nil) == (status == 503))
        #expect(answer.failure?.name.string == code)
    }
}
