public import Stauth

/// For the tests of a program: signs users in without a provider.
///
/// ```swift
/// let auth = try TestApp()
/// let site = mySite(auth.app)  // your program, with this App
/// let cookie = try await auth.signIn(#"{"email": "ada@example.org"}"#)  // the Cookie header of the test's requests
/// ```
///
/// Each has its own new secret, and a provider inside of the process: no other application accepts its cookies. The login
/// is still complete, with every check.
public struct TestApp: Sendable {
    /// Where the invented provider sends users back to.
    public static let redirectURI = "http://localhost:8501/oauth2callback"

    /// The application, for the program under test.
    public let app: App
    private let provider: Provider

    /// Settings are more keys: `["auth.session_lifetime": "1h"]`.
    public init(settings: [String: String] = [:], log: Configuration.Log? = nil) throws {
        let provider = Provider()
        let usual = [
            "auth.redirect_uri": Self.redirectURI, "auth.cookie_secret": random(),
            "auth.client_id": Provider.clientID, "auth.client_secret": provider.secret,
            "auth.server_metadata_url": Provider.issuer + Provider.metadataPath,
            "auth.id_token_signed_response_alg": "HS256",
        ]
        let all = usual.merging(settings) { _, new in new }
        app = try App(Configuration(settings: all, client: { try provider.answer($0) }, log: log))
        self.provider = provider
    }

    /// Signs a user in with these claims, an object of JSON, and gives the value of the Cookie header. "sub" is "user"
    /// unless they say otherwise.
    public func signIn(_ claims: String = "{}") async throws -> String {
        let start = try await open(app.loginPath, cookie: nil)
        let location = start.headers.first { $0.name.lowercased() == "location" }?.value ?? ""
        let query = location.split(separator: "?").last.map(String.init) ?? ""
        guard let nonce = parameter("nonce", of: query), let state = parameter("state", of: query) else {
            throw TestAppError(description: "the login did not start")
        }
        let code = try provider.authorize(nonce: nonce, claims: claims)
        let target = "/oauth2callback?code=\(code)&state=\(state)&iss=https%3A%2F%2Fprovider.test"
        return cookies(of: try await open(target, cookie: cookies(of: start)))
    }

    private func open(_ target: String, cookie: String?) async throws -> Answer {
        var headers = [(name: "Host", value: "localhost:8501"), (name: "Accept", value: "text/html")]
        if let cookie {
            headers.append((name: "Cookie", value: cookie))
        }
        let visit = try Visit(app, method: "GET", target: target, headers: headers)
        _ = try await visit.begin()
        if let error = visit.error { throw error }
        return try visit.finish()
    }
}

/// Why a test's user could not be signed in.
public struct TestAppError: Error, Sendable, CustomStringConvertible {
    /// For whoever reads the test's output.
    public let description: String
}

/// Those that the response sets, as a Cookie header.
private func cookies(of answer: Answer) -> String {
    let lines = answer.headers.filter { $0.name.lowercased() == "set-cookie" && !$0.value.contains("Max-Age=0") }
    return lines.compactMap { $0.value.split(separator: ";").first.map(String.init) }.joined(separator: "; ")
}

/// A parameter of a query without percent-encoding, as those of the library's own making are.
func parameter(_ name: String, of query: String) -> String? {
    let pair = query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
    return pair.map { String($0.dropFirst(name.count + 1)) }
}

/// 64 unpredictable digits.
func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef")
    return String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
}
