import Basics
import JOSE
import JSON
import RelyingParty
import TestSupport
import Testing

/// A browser whose device has a key: it plays its part of Device Bound Session Credentials.
final class DeviceBrowser {
    static let path = "/auth/device-bound"
    static let keyName = "__Secure-stauth_device"
    static let on = "device_bound = true\n"

    let browser: Browser
    let key: TestKey
    let algorithm: SigningAlgorithm
    /// The challenge of the login's response, and the last one of a refresh.
    private(set) var offered = ""
    private(set) var challenge = ""
    var site: Site { browser.site }

    init(_ site: Site, _ algorithm: SigningAlgorithm = .es256) {
        browser = Browser(site)
        self.algorithm = algorithm
        key = .of(algorithm)
    }

    /// Signed in, and offered to bind the session.
    static func signedIn(_ lines: String = on, _ change: (Site) -> Void = { _ in }) throws -> DeviceBrowser {
        let device = DeviceBrowser(try Site(lines))
        change(device.site)
        try device.logIn()
        return device
    }

    static func bound(_ lines: String = on, _ change: (Site) -> Void = { _ in }) throws -> DeviceBrowser {
        let device = try signedIn(lines, change)
        try device.bind()
        return device
    }

    func logIn() throws {
        let answer = try browser.login()
        try #require(answer.hasLoggedIn)
        offered = try #require(try Self.offer(in: answer))
        site.log.clear()
    }

    /// The challenge of an offer to bind the session.
    static func offer(in answer: Answer) throws -> String? {
        guard let header = answer.header("Secure-Session-Registration") else { return nil }
        let before = #"(ES256 RS256);path="\#(path)";challenge=""#
        try #require(header.hasPrefix(before) && header.hasSuffix("\""))
        return String(header.dropFirst(before.count).dropLast())
    }

    func bind() throws {
        try #require(try register().status == 200)
        site.log.clear()
    }

    // MARK: - Cookies

    var proof: (name: String, value: String)? { browser.cookies.first { $0.name.hasPrefix("__Host-stauth_proof-") } }
    /// What the server calls the session.
    var name: String { String((proof?.name ?? known).dropFirst("__Host-stauth_proof-".count)) }
    private var known = ""

    /// The proof's time is over; so the browser forgets its cookie.
    func forgetProof() {
        guard let proof else { return }
        known = proof.name
        browser.set(proof.name, nil)
    }

    /// Somebody else's browser with all cookies of this one, that for the device's path included.
    func copy(_ algorithm: SigningAlgorithm = .rs256) -> DeviceBrowser {
        let copy = DeviceBrowser(site, algorithm)
        copy.browser.cookies = browser.cookies
        copy.known = proof?.name ?? known
        return copy
    }

    var isLoggedIn: Bool { get throws { try browser.get("/").isLoggedIn } }

    // MARK: - Proofs

    /// A proof as Chromium makes them, or as edited.
    func proof(
        of challenge: String, introducing: Bool, by signer: TestKey? = nil, _ edit: (inout TestToken) -> Void = { _ in }
    ) -> String {
        var token = TestToken(algorithm, keyID: nil, claims: ["jti": .string(Text(challenge))])
        token.header["typ"] = "dbsc+jwt"
        if introducing { token.header["jwk"] = .object(key.publicMembers) }
        edit(&token)
        return token.signed(algorithm, with: signer ?? key).string
    }

    /// `response`: the header's whole value; nil for none.
    func send(_ response: String?, session: String? = nil) throws -> Answer {
        var headers: [String: String] = [:]
        headers["Secure-Session-Response"] = response
        headers["Sec-Secure-Session-Id"] = session.map { "\"\($0)\"" }
        return try browser.send("POST", Self.path, headers)
    }

    func register(
        _ challenge: String? = nil, by signer: TestKey? = nil, _ edit: (inout TestToken) -> Void = { _ in }
    ) throws -> Answer {
        try send("\"\(proof(of: challenge ?? offered, introducing: true, by: signer, edit))\"")
    }

    /// The first half of a refresh: no proof, and a challenge in return.
    func ask() throws {
        let answer = try send(nil, session: name)
        try #require(answer.status == 403 && answer.body.isEmpty && answer.setCookies.isEmpty)
        challenge = try Self.challenge(in: answer, for: name)
    }

    static func challenge(in answer: Answer, for name: String) throws -> String {
        let header = try #require(answer.header("Secure-Session-Challenge"))
        let parts = header.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 5 && parts[0].isEmpty && parts[2] == ";id=" && parts[3] == name)
        return parts[1]
    }

    func answer(
        _ challenge: String? = nil, by signer: TestKey? = nil, _ edit: (inout TestToken) -> Void = { _ in }
    ) throws -> Answer {
        try send("\"\(proof(of: challenge ?? self.challenge, introducing: false, by: signer, edit))\"", session: name)
    }

    func refresh() throws -> Answer {
        try ask()
        return try answer()
    }
}
