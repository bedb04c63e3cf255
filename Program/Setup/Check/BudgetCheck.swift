import Basics
import Cryptography
import Environment
import JSON
import RelyingParty
import Session
import Settings
import Terminal
import Transport

/// Whether the cookies of a typical and of a large user fit into what servers accept.
struct BudgetCheck {
    let settings: Settings
    let findings: Findings

    private static let subject = "cookies"
    /// What Microsoft puts into a token at most.
    private static let mostGroups = 200

    func run() {
        if settings.streamlitCookie != nil {
            findings.add(
                .note, .cookieNotEncrypted, about: Self.subject,
                "cookie_format = \"streamlit\": whoever has a session's cookie can read the user's claims",
                do: "Remove cookie_format where no Streamlit app shares the sessions")
        }
        guard mayBeInCookies, let provider = settings.providers.first else { return }
        do throws(Failure) {
            let application = try Application(
                settings: settings,
                environment: Environment(
                    clock: SystemClock(), random: SystemRandomSource(), log: nil, transport: RecordingTransport()))
            let typical = try application.cookieLength(
                ofUser: Self.user(groups: 0), with: tokens(of: 1_000), at: provider.name)
            let large = try application.cookieLength(
                ofUser: Self.user(groups: Self.mostGroups), with: tokens(of: 2_500), at: provider.name)
            report(typical, large)
        } catch {
            findings.add(.warning, error, about: Self.subject)
        }
    }

    private var mayBeInCookies: Bool {
        if case .cookie = settings.store { true } else { settings.fallsBackToCookies }
    }

    private func report(_ typical: Int, _ large: Int) {
        let limit = Application.longestCookies
        let figures =
            "a typical user takes \(typical) bytes of cookies, one with \(Self.mostGroups) groups \(large); \(limit) fit"
        guard large > limit else { return findings.add(.ok, .headerBudget, about: Self.subject, figures) }
        let loss = settings.exposedTokens.isEmpty ? "a login with more fails" : "of more, the tokens are left out"
        findings.add(
            .warning, .headerBudgetExceeded, about: Self.subject, "\(figures), and \(loss)",
            do: "Name the claims that the application needs in session_claims, or keep sessions in a session_store")
    }

    private static func user(groups: Int) throws(Failure) -> JSONObject {
        var claims = JSONObject()
        let texts: [(Text, Text)] = [
            ("iss", "https://id.example.com/realms/main"), ("sub", "5f1e6a52-9a2f-4f7b-8d43-0a2c51d8be11"),
            ("email", "ada.lovelace@example.com"), ("name", "Ada Lovelace"), ("given_name", "Ada"),
            ("family_name", "Lovelace"), ("preferred_username", "ada.lovelace@example.com"), ("locale", "en-GB"),
            ("picture", "https://id.example.com/pictures/5f1e6a52-9a2f-4f7b-8d43-0a2c51d8be11.jpg"),
        ]
        for (name, text) in texts { claims[name] = .string(text) }
        claims["email_verified"] = .bool(true)
        var list: [JSON] = []
        for _ in 0..<groups { list.append(.string(try uuid())) }
        if groups > 0 { claims["groups"] = .array(list) }
        return claims
    }

    private static func uuid() throws(Failure) -> Text {
        let digits = try SystemRandomSource().bytes(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
        return Text(parts.joined(separator: "-"))
    }

    /// Those that a session keeps for the application, of so many bytes each.
    private func tokens(of length: Int) throws(Failure) -> SessionTokens {
        var tokens = SessionTokens()
        let token = Base64URL.encode(try SystemRandomSource().bytes(length * 3 / 4))
        if settings.exposedTokens.contains(.id) { tokens.idToken = token }
        if settings.exposedTokens.contains(.access) { tokens.accessToken = token }
        if settings.keepsRefreshTokens { tokens.refreshToken = token }
        return tokens
    }
}
