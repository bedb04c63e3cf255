import Basics
import Environment
import Settings

/// When a session counts, and when the cookie that says when it was last seen is written.
struct SessionRules: Sendable {
    /// How far in the future a session may have been made, in seconds: replicas' clocks differ a little.
    static let leeway: Int64 = 60

    let lifetime: Int64
    let idleTimeout: Int64?
    /// Of the providers, in the order of the settings.
    let providerFingerprints: [UInt64]

    init(_ settings: Settings, fingerprints: [UInt64]) {
        lifetime = settings.sessionLifetime
        idleTimeout = settings.idleTimeout
        providerFingerprints = fingerprints
    }

    /// Not before it was made, not after its end, nor after the end that today's settings would give it, not idle for too
    /// long, and from a provider that is still configured as it was, with the authorization rules that the user satisfied.
    func allows(_ session: Session, _ now: Now) -> Bool {
        guard Now.possible.contains(session.created), Now.possible.contains(session.expiry),
            Now.possible.contains(session.lastSeen),
            session.created <= now.seconds + Self.leeway,
            now.seconds < session.expiry, now.seconds < session.created + lifetime,
            providerFingerprints.contains(session.providerFingerprint)
        else { return false }
        return idleTimeout.map { now.seconds < session.lastSeen + $0 } ?? true
    }

    /// With an idle timeout: when a quarter of it has gone by. Oftener would cost a cookie a request for no one's good.
    func needsRenewal(_ session: Session, _ now: Now) -> Bool {
        idleTimeout.map { now.seconds >= session.lastSeen + $0 / 4 } ?? false
    }

    /// Seconds that the browser should keep the cookie.
    func remaining(_ session: Session, _ now: Now) -> Int64 {
        min(session.expiry, session.created + lifetime) - now.seconds
    }

    /// Seconds for which the session stands if nobody sees it again.
    func remainingWhenIdle(_ session: Session, _ now: Now) -> Int64 {
        min(remaining(session, now), idleTimeout ?? .max)
    }
}
