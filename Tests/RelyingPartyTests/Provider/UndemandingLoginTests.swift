import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins ask a provider for no more than they need.
@Suite struct UndemandingLoginTests {
    private func site(withoutAccessToken google: String = "", shared: String = "") throws -> Site {
        let site = try Site(shared, google: google)
        site.google.editTokenResponse = { $0["access_token"] = nil }
        return site
    }

    @Test func noAccessToken() throws {
        #expect(try Browser(site(withoutAccessToken: "")).login().hasLoggedIn)
        let exposing = try site(withoutAccessToken: "", shared: "expose_tokens = [\"id\"]")
        let browser = Browser(exposing)
        browser.mayShowTokens = true
        #expect(try browser.login().hasLoggedIn)
    }

    @Test func missingAccessTokenIsNeeded() throws {
        let asking = try site(withoutAccessToken: "userinfo = true")
        #expect(try Browser(asking).login().code == "token_response_invalid")
        #expect(asking.google.count(.userInfo) == 0)
        let exposing = try site(withoutAccessToken: "", shared: "expose_tokens = [\"access\"]")
        #expect(try Browser(exposing).login().code == "token_response_invalid")
        let hashed = try site(withoutAccessToken: "")
        hashed.google.editToken = { $0.claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ" }
        #expect(try Browser(hashed).login().code == "token_response_invalid")
    }

    private static let macs = "id_token_signed_response_alg = \"HS256\""

    /// The MAC is made with the client secret.
    private func macSite(_ google: String = macs) throws -> Site {
        let site = try Site(google: google, googleClientID: "google-client")
        site.google.signsWithSecret = true
        return site
    }

    @Test(arguments: [.json([:]), .of(404), .of(200, "<html>")] as [HTTPResponse])
    func secretNeedsNoKeys(keys: HTTPResponse) throws {
        let site = try macSite()
        site.google.answer(.jwkSet) { _ in keys }
        try site.preload()
        #expect(try Browser(site).login().hasLoggedIn)
        #expect(site.google.count(.jwkSet) == 0)
    }

    @Test(arguments: [nil, "", "http://google.example.com/jwks"] as [JSON?])
    func secretNeedsNoAddressOfKeys(address: JSON?) throws {
        let site = try macSite()
        site.google.metadata["jwks_uri"] = address
        #expect(try Browser(site).login().hasLoggedIn)
    }

    @Test(arguments: ["", "response_mode = \"jwt\"", "userinfo = true\nuserinfo_signed_response_alg = \"RS256\""])
    func whatKeysAreNeededFor(lines: String) throws {
        let site = try Site(google: lines.isEmpty ? "" : Self.macs + "\n" + lines)
        site.google.metadata["jwks_uri"] = nil
        #expect(try Browser(site).get("/auth/login?provider=google").code == "metadata_invalid")
    }

    @Test func wrongSecret() throws {
        let site = try macSite()
        site.google.editToken = { $0.claims["sub"] = "user-1" }
        site.google.macSecret = "another-secret-0123456789-abcdef"
        #expect(try Browser(site).login().code == "id_token_signature_invalid")
        #expect(site.google.count(.jwkSet) == 0)
    }

    // MARK: - PKCE and nonce

    private static let weak = "insecure_omit_pkce = true\ninsecure_allow_missing_nonce = true"

    /// As LinkedIn is: it refuses a code_verifier, and its ID tokens have no nonce.
    @Test func neitherPKCENorNonce() throws {
        let site = try Site(google: Self.weak)
        site.google.checksPKCE = false
        site.google.metadata["code_challenge_methods_supported"] = []
        site.google.editToken = { $0.claims["nonce"] = nil }
        let browser = Browser(site)
        let location = try browser.startLogin()
        let fields = try #require(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? ""))
        #expect(fields.values(of: "code_challenge").isEmpty && fields.values(of: "code_challenge_method").isEmpty)
        #expect(fields.values(of: "state").count == 1 && fields.values(of: "nonce").count == 1)
        #expect(try browser.get(browser.approve(location)).hasLoggedIn)
        #expect(site.google.lastRequest(.token)?.body.string.contains("code_verifier") == false)
    }

    /// The state still binds the answer to the browser.
    @Test func stateRemains() throws {
        let site = try Site(google: Self.weak)
        site.google.checksPKCE = false
        let target = try Browser(site).approve(Browser(site).startLogin())
        #expect(try Browser(site).get(target).code == "state_mismatch")
    }

    /// One that is there must be right; without the key, it must be there.
    @Test func nonce() throws {
        let site = try Site(google: "insecure_allow_missing_nonce = true")
        for wrong in ["", "another", 1] as [JSON] {
            site.google.editToken = { $0.claims["nonce"] = wrong }
            #expect(try Browser(site).login().code == "id_token_nonce_mismatch")
        }
        let usual = try Site(google: "insecure_omit_pkce = true")
        usual.google.checksPKCE = false
        usual.google.editToken = { $0.claims["nonce"] = nil }
        #expect(try Browser(usual).login().code == "id_token_nonce_mismatch")
    }
}
