import Basics
import Configuration
import Cryptography
import Environment
import RelyingParty
import Settings
import TestSupport
import Transport

/// Random bytes that are the same in every run, and are not kept.
final class FuzzRandom: RandomSource, @unchecked Sendable {
    private var state: UInt64 = 1

    func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }
}

/// Checks each line, and forgets it.
final class FuzzLog: EventLog {
    func write(_ level: EventLevel, _ line: Text) {
        promise(line.isPrintableASCII, "a line of the log is printable ASCII")
    }
}

/// A provider that answers what the target says.
final class ScriptedProvider: Transport, @unchecked Sendable {
    var answer: (HTTPRequest) -> HTTPResponse? = { _ in nil }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        guard let response = answer(request) else { throw Failure(.providerUnreachable, "no answer") }
        return response
    }
}

/// A site of one provider, with whatever the targets need.
final class FuzzSite {
    static let issuer = "https://id.example.com"
    static let now: Int64 = 1_795_000_000
    static let secret = TestSite.cookieSecret
    nonisolated(unsafe) static let plain = FuzzSite("idle_timeout = \"1h\"\nexpose_tokens = [\"id\", \"access\"]")
    nonisolated(unsafe) static let streamlit = FuzzSite("cookie_format = \"streamlit\"")
    nonisolated(unsafe) static let posting = FuzzSite(provider: "response_mode = \"form_post\"")

    let settings: Settings
    let provider = ScriptedProvider()
    let random = FuzzRandom()
    let clock = FakeClock(now)
    let application: Application

    init(_ shared: String = "", provider lines: String = "") {
        let toml = """
            [auth]
            redirect_uri = "https://app.example.com/oauth2callback"
            cookie_secret = "\(Self.secret)"
            \(shared)
            [auth.id]
            client_id = "client-1"
            client_secret = "s3cret-of-at-least-32-characters!"
            server_metadata_url = "\(Self.issuer)/.well-known/openid-configuration"
            \(lines)
            """
        let configuration = Configuration()
        do {
            try configuration.load(toml: Array(toml.utf8))
            settings = try configuration.settings()
            application = try Application(
                settings: settings,
                environment: Environment(clock: clock, random: random, log: FuzzLog(), transport: provider))
            let known = provider
            known.answer = Self.documents
            try application.preload()
        } catch { fatalError("the settings of the fuzzer's site: \(error)") }
    }

    /// Metadata and keys, and nothing else.
    static func documents(_ request: HTTPRequest) -> HTTPResponse? {
        if request.url.text.hasSuffix("openid-configuration") { return .json(Sample.metadata) }
        if request.url.text.hasSuffix("/jwks") { return .json(Sample.jwkSet) }
        return nil
    }

    /// One request; nil if its parts are refused.
    func send(_ method: Text, _ target: Text, cookies: Text = "", body: Text = "", type: Text = "") -> HostRequest? {
        do throws(Failure) {
            let request = HostRequest(application, try IncomingRequest(method: method, target: target))
            if !cookies.isEmpty { try request.addHeader("Cookie", cookies.bytes) }
            if !type.isEmpty { try request.addHeader("Content-Type", type.bytes) }
            if !body.isEmpty { try request.setBody(body) }
            _ = try request.begin()
            checkAnswer(request)
            return request
        } catch { return nil }
    }

    private func checkAnswer(_ request: HostRequest) {
        for header in request.responseHeaders {
            promise(header.value.isPrintableASCII, "headers are printable ASCII")
            if header.name == "Location" {
                let isHere = header.value.hasPrefix("/") && !header.value.hasPrefix("//")
                promise(isHere || header.value.hasPrefix("https://"), "a redirect stays here or goes to the provider")
            }
        }
    }

    /// A login that has just begun: its state, and the Cookie header.
    func beginLogin() -> (state: Text, cookies: Text) {
        provider.answer = Self.documents
        guard let request = send("GET", "/auth/login?provider=id") else { return ("", "") }
        let location = request.responseHeaders.first { $0.name == "Location" }?.value ?? ""
        let fields = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "") ?? []
        let cookies = request.responseHeaders.filter { $0.name == "Set-Cookie" }.map {
            $0.value.splitOnce(at: ";")?.before ?? ""
        }
        return (fields.values(of: "state").first ?? "", cookies.joined(with: "; "))
    }
}
