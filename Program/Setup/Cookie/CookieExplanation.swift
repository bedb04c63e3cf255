import Basics
import Cookies
import Environment
import JSON
import RelyingParty
import Session
import Settings
import Terminal

/// A session's cookie in words.
struct CookieExplanation {
    private let settings: Settings
    private let header: CookieHeader
    private let found: (SessionExplanation, provider: Text?)?

    /// Whether the store has said what has ended.
    private let knowsLogouts: Bool

    /// `log`: the application's.
    init(settings: Settings, header: [UInt8], application: Application, log: StoreLog) throws {
        self.settings = settings
        self.header = CookieHeader(header[...])
        do throws(Failure) {
            found = try application.explain(cookie: header)
        } catch {
            throw Refusal(error.forPeople)
        }
        guard found != nil || !log.hasFailed else {
            throw Refusal("the session store could not be read: run stauth check, then try again")
        }
        knowsLogouts = settings.store.isElsewhere && !log.hasFailed
    }

    /// Whether somebody is signed in by it.
    var counts: Bool { found?.0.reasons.isEmpty ?? false }

    /// The name of the session's cookie, by these settings.
    private var name: Text {
        if settings.streamlitCookie != nil { return "_streamlit_user" }
        return CookieJar(prefix: settings.cookiePrefix, isSecure: settings.site.isSecure).name("session")
    }

    private var reasons: [String] {
        if let found { return found.0.reasons.map { String($0) } }
        guard header.contains(name) else {
            return [
                "there is no cookie \(String(name)), which these settings use; cookie_prefix, cookie_format and the scheme of "
                    + "redirect_uri decide its name"
            ]
        }
        let places =
            settings.store.isElsewhere
            ? "it was sealed with another cookie_secret, has been cut or changed, or its session is no longer in the store"
            : "it was sealed with another cookie_secret, or has been cut or changed"
        return ["the cookie \(String(name)) does not open: \(places)"]
    }

    func print(asJSON: Bool, tokens: [CookieCommand.TokenName]) {
        Output.line(asJSON ? json(tokens) : text(tokens))
    }

    private var user: JSONObject? { found.flatMap { JSONObject(parsing: $0.0.session.userJSON.bytes) } }

    private func token(_ name: CookieCommand.TokenName) -> Text? {
        let shown = user?["tokens"]?.object
        let kept = found?.0.tokens
        return switch name {
        case .idToken: kept?.idToken ?? shown?["id"]?.text
        case .accessToken: kept?.accessToken ?? shown?["access"]?.text
        case .refreshToken: kept?.refreshToken ?? shown?["refresh"]?.text
        }
    }

    /// The claims, without tokens.
    private var claims: JSONObject? {
        var claims = user
        claims?.removeAll(named: ["tokens"])
        return claims
    }

    private func json(_ tokens: [CookieCommand.TokenName]) -> String {
        var object = JSONObject()
        object["counts"] = .bool(counts)
        object["cookie"] = .string(name)
        object["reasons"] = .array(reasons.map { .string(Text($0)) })
        if let (session, provider) = found {
            object["created"] = .integer(session.created)
            object["expires"] = .integer(session.end)
            object["last_seen"] = .integer(session.lastSeen)
            object["stored"] = .bool(session.isStored)
            object["knows_logouts"] = .bool(knowsLogouts)
            if let provider { object["provider"] = .string(provider) }
        }
        if let claims { object["user"] = .object(claims) }
        for name in tokens { if let token = token(name) { object[Text(name.rawValue)] = .string(token) } }
        return object.encoded().map { String($0) } ?? "{}"
    }

    private func text(_ tokens: [CookieCommand.TokenName]) -> String {
        var lines = ["\(Style.bold.applied(to: String(name)))"]
        if let (session, provider) = found {
            lines += [
                row("made", Timestamp.text(session.created)), row("expires", Timestamp.text(session.end)),
                row("last seen", Timestamp.text(session.lastSeen)),
                row("provider", provider.map { String($0) } ?? "one that is no longer configured like that"),
                row("kept", session.isStored ? "in the session store" : "in the cookie"),
                row("tokens", kept),
            ]
            if !knowsLogouts { lines.append(row("logouts", logouts)) }
        }
        for member in claims?.members ?? [] {
            let value = member.value.text.map { String($0.escaped) } ?? Self.encoded(member.value)
            lines.append(row("claim \(String(member.name.escaped))", value))
        }
        for name in tokens { lines.append(row(name.rawValue, token(name).map { String($0) } ?? "not there")) }
        lines.append("")
        lines.append(counts ? "The session counts." : "The session does not count:")
        lines += reasons.map { "- \($0)" }
        return lines.joined(separator: "\n")
    }

    private var logouts: String {
        settings.store.isElsewhere
            ? "unknown: the session store could not be read" : "known only to the processes that saw them, not here"
    }

    private var kept: String {
        let names = CookieCommand.TokenName.allCases.filter { token($0) != nil }.map(\.rawValue)
        return names.isEmpty ? "none" : "\(names.joined(separator: ", ")) (shown with --show-tokens)"
    }

    private func row(_ label: String, _ value: String) -> String {
        "  \(Style.faint.applied(to: label.padded(to: 24))) \(value)"
    }

    private static func encoded(_ value: JSON) -> String {
        var object = JSONObject()
        object["v"] = value
        return object.encoded().map { String(String($0.escaped).dropFirst(5).dropLast()) } ?? ""
    }
}

extension SessionStoreSettings {
    fileprivate var isElsewhere: Bool {
        if case .cookie = self { false } else { true }
    }
}

/// Whether the library has reported that the store fails. One thread uses it.
final class StoreLog: EventLog, @unchecked Sendable {
    private(set) var hasFailed = false

    func write(_ level: EventLevel, _ line: Text) {
        if line.hasPrefix("event=session_store_failed ") { hasFailed = true }
    }
}
