import Basics
import RelyingParty
import TestSupport
import Testing

/// A browser: keeps cookies, sends requests, follows redirects. Everything that it gets is checked for secrets and for
/// well-formed cookies.
final class Browser {
    let site: Site
    /// In the order of their making, as browsers send them.
    var cookies: [(name: String, value: String)] = []
    /// Whether the user's JSON has tokens by intent.
    var mayShowTokens = false
    /// Whether the site has the sessions forgotten when the browser closes.
    var forgetsSessions = false
    /// What the host says of each request, for the log.
    var requestID: String?
    var address: String?
    private var values: Set<String> = []
    private var linesChecked = 0
    private var lastProvider = ""

    init(_ site: Site) { self.site = site }

    /// As pages get it.
    var cookieHeader: String { cookieHeader(for: "/") }

    /// The key of a device has a path of its own.
    func cookieHeader(for target: String) -> String {
        cookies.filter { $0.name != DeviceBrowser.keyName || target.hasPrefix(DeviceBrowser.path) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    func cookie(_ name: String) -> String? { cookies.first { $0.name == name }?.value }

    var sessionCookie: String? { cookie("__Host-stauth_session") }
    /// The name of the cookie of tokens, each session's own; that of the second part ends with "-2".
    var tokensName: String { cookies.map(\.name).first { $0.hasPrefix("__Host-stauth_tokens-") } ?? "" }
    var tokensCookie: String? { cookie(tokensName) }
    var pendingLogins: [String] { cookies.map(\.name).filter { $0.hasPrefix("__Host-stauth_login-") } }

    func set(_ name: String, _ value: String?) {
        if let index = cookies.firstIndex(where: { $0.name == name }) { cookies.remove(at: index) }
        if let value { cookies.append((name, value)) }
    }

    // MARK: - Requests

    @discardableResult
    func get(_ target: String, _ headers: [String: String] = [:]) throws -> Answer {
        try send("GET", target, headers)
    }

    /// `from`: what Sec-Fetch-Site says; nil for no such header.
    @discardableResult
    func post(
        _ target: String, form: String = "", _ headers: [String: String] = [:], from: String? = "same-origin"
    ) throws -> Answer {
        var usual = ["Content-Type": "application/x-www-form-urlencoded"]
        usual["Sec-Fetch-Site"] = from
        return try send("POST", target, usual.merging(headers) { $1 }, body: form)
    }

    /// `inPage`: what the host's page does, if the library does not answer.
    @discardableResult
    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], body: String = "",
        inPage: (HostRequest) throws -> Void = { _ in }
    ) throws -> Answer {
        let request = try HostRequest(site.application, IncomingRequest(method: Text(method), target: Text(target)))
        let cookieHeader = cookieHeader(for: target)
        if !cookieHeader.isEmpty { try request.addHeader("Cookie", Array(cookieHeader.utf8)) }
        for (name, value) in headers { try request.addHeader(Text(name), Array(value.utf8)) }
        if let requestID { try request.addHeader("X-Request-Id", Array(requestID.utf8)) }
        if let address { try request.setClientAddress(Text(address)) }
        if !body.isEmpty { try request.setBody(Text(body)) }
        let isAnswered = try site.begin(request) == .respond
        if !isAnswered {
            try inPage(request)
            try site.finish(request)
        }
        let answer = Answer(
            isAnswered: isAnswered, status: request.responseStatus, headers: request.responseHeaders,
            body: request.responseBody.string, userJSON: request.userJSON.string, failure: request.failure)
        for line in answer.setCookies { store(line) }
        checkForLeaks(answer)
        return answer
    }

    /// The rules of RFC 6265bis 4.1 and 5.7 that a browser enforces, and those that this library promises.
    private func store(_ line: String) {
        let parts = line.split(separator: ";").map { $0.drop { $0 == " " } }
        let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let attributes = parts.dropFirst().filter { !$0.hasPrefix("Max-Age=") }
        // Streamlit has chosen name and path of the cookies that are shared with it.
        let isShared = pair[0].hasPrefix("_streamlit_user")
        // Only the login of a provider that answers with a POST from its own site goes along with that.
        let isForPost = site.answersByPost && lastProvider == "google" && pair[0].hasPrefix("__Host-stauth_login-")
        #expect(attributes.dropFirst() == ["HttpOnly", isForPost ? "SameSite=None" : "SameSite=Lax", "Secure"])
        let isDeviceKey = pair[0] == DeviceBrowser.keyName
        #expect(isShared || attributes.first == (isDeviceKey ? "Path=\(DeviceBrowser.path)" : "Path=/"))
        let isRemoval = parts.contains("Max-Age=0")
        let isOfSession = ["session", "tokens", "seen", "changes"].contains { pair[0].hasPrefix("__Host-stauth_\($0)") }
        let hasAge = isRemoval || !(isOfSession && forgetsSessions)
        #expect(parts.count == attributes.count + (hasAge ? 2 : 1))
        #expect(line.utf8.count <= 4096)
        #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(isShared || isDeviceKey || pair[0].hasPrefix("__Host-"))
        #expect(isRemoval == pair[1].isEmpty)
        set(pair[0], isRemoval ? nil : pair[1])
        if !isRemoval { values.insert(pair[1]) }
    }

    /// No secret in a log line, on a page, or in a header other than those that are there to carry one.
    private func checkForLeaks(_ answer: Answer) {
        let secrets = site.secrets + values.filter { $0.count > 16 }
        let providers = [site.google.issuer, site.work.issuer]
        let shown = answer.headers.filter { header in
            header.name != "Set-Cookie"
                && !providers.contains { issuer in
                    header.value.hasPrefix(Text(issuer + "/authorize")) || header.value.hasPrefix(Text(issuer + "/end"))
                }
        }
        let lines = site.log.lines
        let newLines = lines.dropFirst(lines.count < linesChecked ? 0 : linesChecked)
        linesChecked = lines.count
        let text = ([answer.body, mayShowTokens ? "" : answer.userJSON] + shown.map(\.value.string) + newLines).joined(
            separator: "\n")
        #expect(leaks(of: secrets, in: text).isEmpty)
        #expect(site.network.strayRequests.isEmpty)
    }

    // MARK: - Logins

    /// Begins a login; the address of the provider that the browser is sent to.
    @discardableResult
    func startLogin(_ provider: String = "google", returnTo: String? = nil) throws -> Text {
        lastProvider = provider
        let fields: [FormEncoding.Field] =
            [.init("provider", Text(provider))] + (returnTo.map { [.init("return_to", Text($0))] } ?? [])
        let answer = try get("/auth/login?\(FormEncoding.encode(fields).string)")
        try #require(answer.status == 302)
        return Text(try #require(answer.location))
    }

    /// What the provider sends the browser back to.
    static func callback(_ fields: [FormEncoding.Field], at path: String = "/oauth2callback") -> String {
        "\(path)?\(FormEncoding.encode(fields).string)"
    }

    /// The provider's yes to a login, on the way to the site.
    func approve(_ location: Text, at provider: FakeProvider? = nil) -> String {
        Self.callback((provider ?? site.google).authorize(location))
    }

    /// What a form of the provider's page posts. The browser sends only the cookies that are SameSite=None.
    @discardableResult
    func postCallback(
        _ fields: [FormEncoding.Field], _ headers: [String: String] = [:], at path: String = "/oauth2callback"
    ) throws -> Answer {
        let kept = cookies
        cookies = cookies.filter { $0.name.hasPrefix("__Host-stauth_login-") }
        let sent = cookies
        let usual = [
            "Origin": "https://google.example.com", "Sec-Fetch-Site": "cross-site",
            "Content-Type": "application/x-www-form-urlencoded",
        ]
        let answer = try send(
            "POST", path, usual.merging(headers) { $1 }, body: FormEncoding.encode(fields).string)
        // What was not sent is still there, unless it was set anew.
        let removed = sent.filter { old in !cookies.contains { $0.name == old.name } }.map(\.name)
        let set = cookies
        cookies = kept.filter { !removed.contains($0.name) }
        for cookie in set { self.set(cookie.name, cookie.value) }
        return answer
    }

    /// A whole login; the answer to the callback.
    @discardableResult
    func login(_ provider: String = "google", returnTo: String? = nil) throws -> Answer {
        let location = try startLogin(provider, returnTo: returnTo)
        return try get(approve(location, at: provider == "work" ? site.work : site.google))
    }

    /// A login that has to succeed.
    func logIn() throws {
        let answer = try login()
        try #require(answer.hasLoggedIn, "the login was refused: \(answer.code ?? "")")
    }
}
