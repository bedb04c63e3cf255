import Basics
import Configuration
import Cookies
import Environment
import JSON
import Session
import Settings
import TestSupport
import Testing

/// What a site with these settings makes of cookies, and what it writes into them.
final class SessionSite {
    static let anonymous = #"{"is_logged_in":false}"#

    let clock = FakeClock(TestSite.start)
    let settings: Settings
    let ended: EndedSessions
    let reader: SessionReader
    let writer: SessionWriter

    /// `shared`: more lines for [auth]; `google`: more lines for [auth.google]. `former`: what this site replaces.
    init(
        _ shared: String = "", google lines: String = "", secrets: [String] = [TestSite.cookieSecret],
        redirectURI: String = "https://app.example.com/oauth2callback", succeeding former: SessionSite? = nil
    ) throws {
        let configuration = Configuration()
        let toml = """
            [auth]
            redirect_uri = "\(redirectURI)"
            cookie_secret = [\(secrets.map { "\"\($0)\"" }.joined(separator: ", "))]
            \(shared)
            [auth.google]
            client_id = "google-client"
            client_secret = "google-secret-0123456789-abcdef"
            server_metadata_url = "https://google.example.com/.well-known/openid-configuration"
            \(lines)
            """
        try configuration.load(toml: Array(toml.utf8))
        settings = try configuration.settings()
        let jar = CookieJar(prefix: settings.cookiePrefix, isSecure: settings.site.isSecure)
        let cookies = try SessionCookies(
            settings, fingerprints: settings.providers.map { try $0.fingerprint() }, jar: jar)
        ended = EndedSessions(settings, cookies, most: 1000, succeeding: former?.ended)
        reader = SessionReader(cookies, settings, ended: ended)
        writer = SessionWriter(cookies, settings, random: SequenceRandom())
    }

    /// A site beside a Streamlit app.
    static func streamlit(
        _ shared: String = "", secrets: [String] = [TestSite.cookieSecret],
        redirectURI: String = "https://app.example.com/oauth2callback"
    ) throws -> SessionSite {
        try SessionSite("cookie_format = \"streamlit\"\n" + shared, secrets: secrets, redirectURI: redirectURI)
    }

    // MARK: - What it reads

    /// The session in this Cookie header, if it counts.
    func open(_ header: String) throws -> Session? {
        try reader.open(CookieHeader(Array(header.utf8)[...]), Now(clock))
    }

    /// The user's JSON for this Cookie header.
    func user(_ header: String) throws -> String {
        let session = try open(header)
        return reader.userJSON(of: session, in: CookieHeader(Array(header.utf8)[...])).string
    }

    // MARK: - What it writes

    /// A session that begins now.
    func session(_ claims: JSONObject = ["iss": "https://google.example.com", "sub": "user-1"]) throws -> Session {
        let provider = try #require(settings.providers.first)
        return try writer.session(of: claims, at: provider, fingerprint: provider.fingerprint(), Now(clock))
    }

    /// The Cookie header of a browser that was given this session, and had `before`.
    func header(
        _ session: Session, tokens: SessionTokens = SessionTokens(), isCompressed: Bool = false, before: String = ""
    ) throws -> String {
        let headers = try writer.headers(
            toStore: session, with: tokens, isCompressed: isCompressed, over: CookieHeader(Array(before.utf8)[...]),
            Now(clock))
        return Self.cookies(headers)
    }

    /// What a browser keeps of these Set-Cookie lines.
    static func cookies(_ headers: [HTTPHeader]) -> String {
        headers.map(\.value.string).filter { !$0.contains("; Max-Age=0;") }
            .compactMap { $0.split(separator: ";").first.map(String.init) }.joined(separator: "; ")
    }
}
