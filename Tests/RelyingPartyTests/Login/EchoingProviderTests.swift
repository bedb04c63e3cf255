import Basics
import Foundation
import JSON
import RelyingParty
import TestSupport
import Testing

/// A provider that repeats what it was sent. Nothing of that is shown: in no message, no code, no line of the log, no page.
@Suite struct EchoingProviderTests {
    /// The ways to write a text that a provider may have.
    enum Spelling: String, CaseIterable {
        case plain, afterWords, percentEncoded, base64, base64URL, cut

        func write(_ text: String) -> String {
            switch self {
            case .plain: text
            case .afterWords: "no such thing as \(text), sorry"
            case .percentEncoded: FormEncoding.encode(Text(text)).string
            case .base64: Data("say \(text).".utf8).base64EncodedString()
            case .base64URL: Base64URL.encode(Array(text.utf8)).string
            // Messages quote 200 bytes.
            case .cut: String(repeating: "x", count: 186) + text
            }
        }
    }

    private let site: Site
    private let browser: Browser

    init() throws {
        site = try Self.site()
        browser = Browser(site)
    }

    private static func site(_ lines: String = "", key: TestKey? = nil) throws -> Site {
        let keyLine = key.map { "client_private_key = \"\"\"\n\($0.pem(.pkcs8).string)\"\"\"\n" } ?? ""
        let site = try Site(google: keyLine + lines)
        site.google.clientKey = key
        return site
    }

    /// What a request says in confidence.
    private static func secrets(of request: HTTPRequest) -> [String] {
        let open = ["grant_type", "redirect_uri", "client_id", "client_assertion_type", "response_type", "scope"]
        let parameters = (FormEncoding.decode(request.body) ?? []).filter { field in
            !open.contains(field.name.string) && !field.name.hasPrefix("code_challenge")
        }
        let headers = request.headers.filter { $0.name == "Authorization" || $0.name == "DPoP" }.map { header in
            header.value.string.split(separator: " ").last.map(String.init) ?? ""
        }
        let passwords = headers.compactMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
        return parameters.map(\.value.string) + headers + passwords
    }

    /// No eight characters of a secret are in anything that is shown.
    private func expectNothingShown(of secrets: [String], _ answer: Answer, on site: Site? = nil) {
        let site = site ?? self.site
        #expect(answer.failure != nil)
        let failure = [
            answer.failure?.message.string ?? "", answer.failure?.providerCode?.string ?? "",
            answer.failure?.providerDescription?.string ?? "",
        ]
        let shown = ([answer.body] + failure + site.log.lines).joined(separator: "\n")
        for secret in secrets + [site.google.clientSecret] {
            let characters = Array(secret)
            guard characters.count >= 8 else { continue }
            for start in 0...(characters.count - 8) {
                let part = String(characters[start..<start + 8])
                #expect(!shown.contains(part), "\(part) in \(shown)")
            }
        }
    }

    private static func error(_ text: String, status: Int32 = 400) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "application/json", body: (["error": .string(Text(text))] as JSONObject).bytes)
    }

    private static func token(header: JSONObject, claims: JSONObject) -> Text {
        [Base64URL.encode(header.bytes), Base64URL.encode(claims.bytes), "c2ln"].joined(with: ".")
    }

    // MARK: - Errors

    @Test(arguments: Spelling.allCases)
    func errorOfTheTokenEndpoint(spelling: Spelling) throws {
        for index in 0..<4 {
            site.google.answer(.token) { request in
                Self.error(spelling.write(Self.secrets(of: request)[index]))
            }
            let answer = try browser.login()
            let request = try #require(site.google.lastRequest(.token))
            #expect(Self.secrets(of: request).count == 4, "code, verifier, password, and that in base64")
            expectNothingShown(of: Self.secrets(of: request), answer)
        }
    }

    /// The provider's own code is what programs see, and stands on the page.
    @Test func codeOfAnErrorIsNoSecret() throws {
        site.google.answer(.token) { request in Self.error(Self.secrets(of: request)[0]) }
        let answer = try browser.login()
        #expect(answer.code == "token_request_refused")
        site.google.answer(.token) { _ in Self.error("invalid_grant") }
        #expect(try browser.login().code == "token_request_refused")
    }

    @Test(arguments: Spelling.allCases)
    func errorAboutAPushedRequest(spelling: Spelling) throws {
        let site = try Self.site("require_pushed_authorization_requests = true", key: .p256)
        site.google.metadata["pushed_authorization_request_endpoint"] = "https://google.example.com/par"
        for name in ["state", "nonce", "client_assertion"] {
            site.google.answer(.pushedRequest) { request in
                let value = (FormEncoding.decode(request.body) ?? []).values(of: Text(name)).first ?? ""
                return Self.error(spelling.write(value.string))
            }
            let answer = try Browser(site).get("/auth/login?provider=google")
            let request = try #require(site.google.lastRequest(.pushedRequest))
            expectNothingShown(of: Self.secrets(of: request), answer, on: site)
        }
    }

    /// With a JWT that the client authenticates itself with, and a proof.
    @Test(arguments: Spelling.allCases)
    func errorWithAssertionOrProof(spelling: Spelling) throws {
        let site = try Self.site("dpop_bound_access_tokens = true", key: .p256)
        site.google.proofCheck = ProofCheck()
        for index in 0..<4 {
            site.google.answer(.token) { request in Self.error(spelling.write(Self.secrets(of: request)[index])) }
            let answer = try Browser(site).login()
            let request = try #require(site.google.lastRequest(.token))
            #expect(Self.secrets(of: request).count == 4, "code, verifier, assertion, proof")
            expectNothingShown(of: Self.secrets(of: request), answer, on: site)
        }
    }

    /// The browser brings it, with the state that it was given.
    @Test(arguments: Spelling.allCases)
    func errorInTheCallback(spelling: Spelling) throws {
        for secret in [nil, site.google.clientSecret] {
            let location = try browser.startLogin()
            let state = try #require(site.google.requestedFields(location).values(of: "state").first)
            let fields = site.google.refuse(location, Text(spelling.write(secret ?? state.string)))
            expectNothingShown(of: [state.string], try browser.get(Browser.callback(fields)))
        }
    }

    @Test(arguments: Spelling.allCases)
    func issuerInTheCallback(spelling: Spelling) throws {
        let location = try browser.startLogin()
        let fields = site.google.authorize(location)
        let issuer = Text(spelling.write(fields.values(of: "state")[0].string))
        let answer = try browser.get(Browser.callback(fields + [.init("iss", issuer)]))
        #expect(answer.code == "response_issuer_mismatch")
        expectNothingShown(of: fields.map(\.value.string), answer)
    }

    // MARK: - Tokens

    @Test(arguments: ["alg", "typ"], Spelling.allCases)
    func headerOfTheIDToken(name: String, spelling: Spelling) throws {
        site.google.editToken = { [google = site.google] token in
            let code = google.lastRequest(.token).map { Self.secrets(of: $0)[0] } ?? ""
            token.change(header: [Text(name): .string(Text(spelling.write(code)))])
        }
        let answer = try browser.login()
        expectNothingShown(of: Self.secrets(of: try #require(site.google.lastRequest(.token))), answer)
    }

    @Test(arguments: ["iss", "aud"], Spelling.allCases)
    func claimOfTheIDToken(name: String, spelling: Spelling) throws {
        site.google.editToken = { [google = site.google] token in
            let verifier = google.lastRequest(.token).map { Self.secrets(of: $0)[1] } ?? ""
            let text: JSON = .string(Text(spelling.write(verifier)))
            token.change(claims: [Text(name): name == "aud" ? ["google-client", text] : text])
        }
        let answer = try browser.login()
        expectNothingShown(of: Self.secrets(of: try #require(site.google.lastRequest(.token))), answer)
    }

    @Test(arguments: Spelling.allCases)
    func headerOfUserInfo(spelling: Spelling) throws {
        let site = try Self.site("userinfo = true\nuserinfo_signed_response_alg = \"RS256\"")
        site.google.answer(.userInfo) { request in
            let algorithm = spelling.write(Self.secrets(of: request)[0])
            let token = Self.token(header: ["alg": .string(Text(algorithm))], claims: ["sub": "user-1"])
            return HTTPResponse(status: 200, contentType: "application/jwt", body: token.bytes)
        }
        let answer = try Browser(site).login()
        let request = try #require(site.google.lastRequest(.userInfo))
        #expect(Self.secrets(of: request).first?.hasPrefix("access-token-") == true)
        expectNothingShown(of: Self.secrets(of: request), answer, on: site)
    }

    // MARK: - Documents, and what the network says

    @Test(arguments: Spelling.allCases)
    func issuerOfTheMetadata(spelling: Spelling) throws {
        site.google.metadata["issuer"] = .string(Text(spelling.write(site.google.clientSecret)))
        expectNothingShown(of: [], try browser.get("/auth/login?provider=google"))
        let failure = try #require(try failure { try site.preload() })
        #expect(failure.code == .metadataIssuerMismatch)
        #expect(!failure.message.string.contains(site.google.clientSecret.prefix(8)))
    }

    @Test(arguments: Spelling.allCases)
    func nameOfAKeyInTheLog(spelling: Spelling) throws {
        site.google.answer(.jwkSet) { [google = site.google] _ in
            let code = google.lastRequest(.token).map { Self.secrets(of: $0)[0] } ?? ""
            let entries: [JSON] = [google.clientSecret, code].map { secret in
                ["kty": "RSA", "kid": .string(Text(spelling.write(secret))), "n": "AQAB", "e": "AQAB"]
            }
            return .json(["keys": .array(entries)])
        }
        let answer = try browser.login()
        #expect(site.events.contains("jwk_set_keys_not_used"))
        expectNothingShown(of: Self.secrets(of: try #require(site.google.lastRequest(.token))), answer)
    }

    @Test(arguments: Spelling.allCases)
    func issuerOfAClaimSource(spelling: Spelling) throws {
        let site = try Self.site("userinfo = true\nclaims_providers = [\"https://records.example.com\"]")
        let accessToken = "access-token-of-the-source"
        site.google.userInfo["_claim_names"] = ["score": "src1"]
        site.google.userInfo["_claim_sources"] = [
            "src1": ["endpoint": "https://records.example.com/claims", "access_token": "\(accessToken)"]
        ]
        site.records.answer(.claims) { _ in
            let claims: JSONObject = ["iss": .string(Text(spelling.write(accessToken)))]
            let token = Self.token(header: ["alg": "RS256"], claims: claims)
            return HTTPResponse(status: 200, contentType: "application/jwt", body: token.bytes)
        }
        #expect(try Browser(site).login().hasLoggedIn)
        #expect(site.events.contains("claim_source_ignored"))
        #expect(!site.log.lines.joined().contains(accessToken.prefix(12)))
    }

    /// libcurl's words about a failure may hold some of the server's.
    @Test(arguments: Spelling.allCases)
    func failureOfTheNetwork(spelling: Spelling) throws {
        site.google.answer(.token) { (request) throws(Failure) in
            throw Failure(
                .providerTLSFailed, "the certificate is for '\(spelling.write(Self.secrets(of: request)[0]))'")
        }
        let answer = try browser.login()
        #expect(answer.code == "provider_tls_failed")
        expectNothingShown(of: Self.secrets(of: try #require(site.google.lastRequest(.token))), answer)
    }
}
