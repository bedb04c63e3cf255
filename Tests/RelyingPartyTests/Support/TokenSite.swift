import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// A site that programs call with access tokens of google's.
struct TokenSite {
    static let jwt = """
        bearer_tokens = "jwt"
        bearer_audience = "https://app.example.com"

        """
    static let introspection = """
        bearer_tokens = "introspection"
        bearer_audience = "https://app.example.com"

        """

    let site: Site
    /// A program that keeps no cookies unless a test gives it some.
    let program: Browser

    init(
        _ lines: String = jwt, shared: String = "", store: FakeStore? = nil, beside other: TokenSite? = nil
    ) throws {
        site = try Site(shared, google: lines, store: store, beside: other?.site)
        site.google.metadata["introspection_endpoint"] = "https://google.example.com/introspect"
        program = Browser(site)
        try site.warmUp()
    }

    /// A JWT that is signed.
    func token(_ edit: (inout TestToken) -> Void = { _ in }) -> Text {
        site.google.accessToken(edit).signed(with: site.google.signingKey)
    }

    @discardableResult
    func get(_ token: Text, at target: String = "/", _ headers: [String: String] = [:]) throws -> Answer {
        try send("GET", target, token, headers)
    }

    /// `inPage`: what the host's page does. No answer has the token.
    @discardableResult
    func send(
        _ method: String, _ target: String, _ token: Text, scheme: String = "Bearer", _ headers: [String: String] = [:],
        inPage: (HostRequest) throws -> Void = { _ in }
    ) throws -> Answer {
        let all = ["Authorization": "\(scheme) \(token.string)"].merging(headers) { $1 }
        let answer = try program.send(method, target, all, inPage: inPage)
        let shown = answer.headers.map(\.value.string) + [answer.body, answer.userJSON] + site.log.lines
        // Shorter ones are made up, and parts of words.
        let isSecret = token.count > 12
        #expect(leaks(of: isSecret ? [token.string] : [], in: shown.joined(separator: "\n")).isEmpty)
        #expect(answer.setCookies.isEmpty, "a program keeps no cookies")
        return answer
    }

    func expectUser(_ answer: Answer, by scheme: String = "bearer", sub: String = "user-1") throws {
        #expect(!answer.isAnswered && answer.isLoggedIn)
        guard answer.isLoggedIn else { return }
        let user = try answer.user()
        #expect(user["authenticated_by"] == .string(Text(scheme)) && user["sub"] == .string(Text(sub)))
    }

    /// RFC 6750 3.
    func expectRefused(
        _ answer: Answer, _ code: String = "access_token_invalid", status: Int32 = 401, error: String = "invalid_token"
    ) {
        #expect(answer.isAnswered && answer.status == status && !answer.isLoggedIn)
        #expect(answer.body == #"{"error":"\#(error)","error_description":"\#(code)"}"#)
        #expect(answer.header("Content-Type") == "application/json" && answer.header("Cache-Control") == "no-store")
        #expect(answer.location == nil && answer.setCookies.isEmpty)
        #expect(answer.failure?.name.string == code)
        let challenge = answer.header("WWW-Authenticate")
        #expect(answer.header("Retry-After") == (status == 503 ? "5" : nil))
        let hasChallenge = status != 503 && error != "access_denied"
        #expect((challenge != nil) == hasChallenge)
        guard let challenge else { return }
        #expect(challenge.hasPrefix(#"Bearer realm="https://app.example.com""#))
        #expect(challenge.contains(#", error="\#(error)""#) && challenge.contains(#", DPoP algs=""#))
    }
}
