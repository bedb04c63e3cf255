import Basics
import Environment
import Settings

/// When a session is valid, and when to write the cookie that records when it was last seen.
struct SessionRules: Sendable {
    /// How far in the future a session's creation may be, in seconds: replicas' clocks differ a little.
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

    /// Not before its creation, not after its end, nor after the end that the current settings would give it, not idle for
    /// too long, and from a provider whose configuration is unchanged, with the authorization rules that the user satisfied.
    func allows(_ session: Session, _ now: Now) -> Bool {
        guard Now.possible.contains(session.created), Now.possible.contains(session.expiry),
            Now.possible.contains(session.lastSeen),
            session.created <= now.seconds + Self.leeway,
            now.seconds < session.expiry, now.seconds < session.created + lifetime,
            providerFingerprints.contains(session.providerFingerprint)
        else { return false }
        return idleTimeout.map { now.seconds < session.lastSeen + $0 } ?? true
    }

    /// With an idle timeout: when a quarter of it has passed. More often would cost a cookie per request for no benefit.
    func needsRenewal(_ session: Session, _ now: Now) -> Bool {
        idleTimeout.map { now.seconds >= session.lastSeen + $0 / 4 } ?? false
    }

    /// Seconds that the browser should keep the cookie.
    func remaining(_ session: Session, _ now: Now) -> Int64 {
        min(session.expiry, session.created + lifetime) - now.seconds
    }

    /// Seconds until the session ends if it is not seen again.
    func remainingWhenIdle(_ session: Session, _ now: Now) -> Int64 {
        min(remaining(session, now), idleTimeout ?? .max)
    }
}
