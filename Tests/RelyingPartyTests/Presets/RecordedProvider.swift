import Basics
import Configuration
import Cryptography
import Environment
import Foundation
import JOSE
import JSON
import RelyingParty
import TestSupport
import Testing
import Transport

/// A provider that publishes the metadata that a real one does, and answers where that says. Recorded in Metadata, as of
/// November 2026, as far as this library reads it.
final class RecordedProvider: Transport, @unchecked Sendable {
    let metadataURL: String
    let metadata: JSONObject
    /// What its ID tokens name as their issuer.
    let issuer: Text
    var claims: JSONObject = [:]
    /// More members of the key that signs.
    var keyMembers: JSONObject = [:]
    /// Takes requests to anything else.
    var api: (HTTPRequest) -> HTTPResponse? = { _ in nil }
    private(set) var tokenRequests: [HTTPRequest] = []
    private(set) var strayRequests: [String] = []
    private var asked: [FormEncoding.Field] = []

    init(metadataURL: String, metadata: JSONObject, issuer: Text) {
        (self.metadataURL, self.metadata, self.issuer) = (metadataURL, metadata, issuer)
    }

    static func metadata(_ name: String) throws -> JSONObject {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Metadata/\(name).json"))
        return try #require(JSONObject(parsing: Array(data)))
    }

    func url(_ member: Text) -> Text { metadata[member]?.text ?? "" }

    /// The user says yes: what the browser comes back with.
    func authorize(_ location: Text) -> [FormEncoding.Field] {
        asked = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "") ?? []
        let sendsIssuer = metadata["authorization_response_iss_parameter_supported"] == .bool(true)
        return [.init("code", "code-1"), .init("state", asked.values(of: "state").first ?? "")]
            + (sendsIssuer ? [.init("iss", issuer)] : [])
    }

    /// Whether it was asked to answer with a form.
    var posts: Bool { asked.values(of: "response_mode") == ["form_post"] }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        if let response = api(request) { return response }
        switch request.url.text {
        case Text(metadataURL): return .json(metadata)
        case url("jwks_uri"):
            var key = TestKey.rsa.jwk
            for member in keyMembers.members { key[member.name] = member.value }
            return .json(["keys": [.object(key)]])
        case url("token_endpoint"): return try tokens(request)
        default:
            strayRequests.append(request.url.text.string)
            throw Failure(.providerUnreachable, "nobody is at this address")
        }
    }

    /// Whether the code and its verifier are those of the login (RFC 7636 4.6).
    func isRedeemable(_ request: HTTPRequest) throws(Failure) -> Bool {
        tokenRequests.append(request)
        let fields = FormEncoding.decode(request.body) ?? []
        let verifier = fields.values(of: "code_verifier").first ?? ""
        let challenge = Base64URL.encode(try Digest.sha256.hash(verifier.bytes))
        // LinkedIn knows no PKCE, and refuses a code_verifier.
        if issuer == "https://www.linkedin.com/oauth" {
            return fields.values(of: "code") == ["code-1"] && fields.values(of: "code_verifier").isEmpty
                && fields.values(of: "client_secret").count == 1
        }
        return fields.values(of: "code") == ["code-1"] && asked.values(of: "code_challenge") == [challenge]
            && asked.values(of: "redirect_uri") == fields.values(of: "redirect_uri")
    }

    private func tokens(_ request: HTTPRequest) throws(Failure) -> HTTPResponse {
        guard try isRedeemable(request) else { return .of(400, #"{"error":"invalid_grant"}"#) }
        var token = TestToken(claims: claims)
        token.change(claims: [
            "iss": .string(issuer), "aud": "client", "sub": claims["sub"] ?? "user-1",
            "nonce": issuer == "https://www.linkedin.com/oauth"
                ? .null : .string(asked.values(of: "nonce").first ?? ""), "iat": .integer(Site.start),
            "exp": .integer(Site.start + 300),
        ])
        return .json([
            "access_token": "access-token", "token_type": "Bearer", "id_token": .string(token.signed()),
        ])
    }
}

/// A site with one provider, and a browser before it.
final class PresetSite {
    let provider: RecordedProvider
    let application: Application
    private var cookies = ""

    /// `shared`: more lines for [auth].
    init(_ lines: String, _ provider: RecordedProvider, shared: String = "") throws {
        self.provider = provider
        let toml = """
            [auth]
            redirect_uri = "https://app.example.com/oauth2callback"
            cookie_secret = "\(Site.cookieSecret)"
            \(shared)
            [auth.x]
            client_id = "client"
            \(lines)
            """
        let configuration = Configuration()
        try configuration.load(toml: Array(toml.utf8))
        application = try Application(
            settings: configuration.settings(),
            environment: Environment(
                clock: FakeClock(Site.start), random: SequenceRandom(), log: nil, transport: provider))
    }

    /// Where a logout sends the browser.
    func logOut() throws -> String? {
        let request = try send("/auth/logout", form: "", from: "same-origin")
        return request.responseHeaders.first { $0.name == "Location" }?.value.string
    }

    private func send(_ target: String, form: Text? = nil, from site: String? = nil) throws -> HostRequest {
        let request = try HostRequest(
            application, IncomingRequest(method: form == nil ? "GET" : "POST", target: Text(target)))
        if let form {
            try request.addHeader("Content-Type", Array("application/x-www-form-urlencoded".utf8))
            try request.setBody(form)
        }
        if let site { try request.addHeader("Sec-Fetch-Site", Array(site.utf8)) }
        if !cookies.isEmpty { try request.addHeader("Cookie", Array(cookies.utf8)) }
        _ = try request.begin()
        let stored = request.responseHeaders.filter { $0.name == "Set-Cookie" }.map(\.value.string)
        let pairs = stored.compactMap { $0.split(separator: ";").first.map(String.init) }
        if !pairs.isEmpty { cookies = pairs.filter { !$0.hasSuffix("=") }.joined(separator: "; ") }
        return request
    }

    /// Where a login sends the browser.
    func startLogin() throws -> Text {
        let request = try send("/auth/login")
        return try #require(
            request.responseHeaders.first { $0.name == "Location" }?.value,
            "\(request.failure?.message.string ?? "no redirect")")
    }

    /// A whole login: who is signed in, or why nobody is.
    func login(_ change: ([FormEncoding.Field]) -> [FormEncoding.Field] = { $0 }) throws -> Result<JSONObject, Failure>
    {
        let fields = change(provider.authorize(try startLogin()))
        let answer = FormEncoding.encode(fields)
        let request =
            try provider.posts
            ? send("/oauth2callback", form: answer) : send("/oauth2callback?\(answer.string)")
        if let failure = request.failure { return .failure(failure) }
        let user = try #require(JSONObject(parsing: send("/").userJSON.bytes))
        #expect(provider.strayRequests.isEmpty)
        return .success(user)
    }
}
