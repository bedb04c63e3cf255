import Basics
import Cryptography
import Environment
import JSON
import RelyingParty
import Settings
import Setup
import Terminal
import Transport

/// The library, as a native program uses it: one user, whose session is kept in this object and then on this machine.
final class SignIn {
    let request: HostRequest
    let log: SignInLog
    private let application: Application
    private let place: KeepingPlace
    private let secret: Text
    private var saved: [UInt8]
    /// Whether end() found nobody signed in, so that the provider was not asked.
    private(set) var hadEnded = false

    /// `kept`: what an earlier command left, or a new secret. `port`: where the browser is to come back to.
    init(_ settings: SignInSettings, _ kept: KeptSession, port: UInt16? = nil) throws {
        (place, secret, saved) = (kept.place, kept.secret, kept.session)
        log = SignInLog()
        let settings = try settings.settings(port: port, secret: kept.secret)
        do throws(Failure) {
            application = try Application(
                settings: settings,
                environment: Environment(
                    clock: SystemClock(), random: SystemRandomSource(), log: log,
                    transport: CurlTransport(userAgent: "stauth/\(Text(programVersion))"), store: nil))
            request = try HostRequest.native(application, session: kept.session)
            _ = try Progress.showing("asking the provider") { () throws(Failure) in try request.begin() }
        } catch {
            throw Refusal(error)
        }
    }

    var kept: KeptSession { KeptSession(secret: secret, session: request.nativeSession, place: place) }

    /// The user as JSON, without tokens: they are printed only by name.
    func user() throws -> String {
        guard var user = JSONObject(parsing: request.readUser().bytes) else { throw Refusal("the user is not JSON") }
        user.removeAll(named: ["tokens"])
        guard let text = user.encoded() else { throw Refusal("the user is not JSON") }
        return VisibleJSON.text(String(text))
    }

    /// Keeps what has changed, if something has.
    func save(with keeper: SessionKeeper) throws {
        let session = request.nativeSession
        guard session != saved else { return }
        if session.isEmpty { try keeper.remove(from: place) } else { try keeper.save(kept, isNew: false) }
        saved = session
    }

    /// Without the ID token, which terminals and logs would keep: the provider then asks before it signs anybody out.
    static func withoutHint(_ address: String) -> String {
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return address }
        let fields = parts[1].split(separator: "&").filter { !$0.hasPrefix("id_token_hint=") }
        return String(parts[0]) + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    /// Ends the session, and revokes its tokens. Gives where to sign out at the provider.
    func end() -> String? {
        hadEnded = !request.isLoggedIn
        Progress.showing("asking the provider to revoke the tokens") {
            // Without its metadata, which no earlier command has left here, it could not be asked.
            try? application.preload()
            try? request.logout()
        }
        return request.nativeURL.map { Self.withoutHint(String($0)) }
    }
}

/// What the library reports, as far as a command asks. One thread uses it.
final class SignInLog: EventLog, @unchecked Sendable {
    private(set) var hasRevoked = false
    private(set) var hasFailedToRevoke = false

    func write(_ level: EventLevel, _ line: Text) {
        if line.hasPrefix("event=tokens_revoked ") { hasRevoked = true }
        if line.hasPrefix("event=tokens_not_revoked ") { hasFailedToRevoke = true }
    }
}
