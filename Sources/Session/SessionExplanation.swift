package import Basics
package import Cookies
package import Environment

/// What a session's cookie says, whether or not it counts; for the program. No request relies on it.
package struct SessionExplanation {
    package let session: Session
    /// In seconds since 1970.
    package let created: Int64
    package let end: Int64
    package let lastSeen: Int64
    package let tokens: SessionTokens?
    /// Whether the cookie leads to a store.
    package let isStored: Bool
    /// Why it does not count; empty if it does.
    package let reasons: [Text]
}

extension SessionReader {
    /// Nil if no cookie opens, or what it leads to is gone.
    package func explain(_ header: CookieHeader, _ now: Now) -> SessionExplanation? {
        let found = cookies.session.open(header) { reference in
            cookies.stored?.open(reference, changes: 0, for: Requester())
        }
        guard var session = found else { return nil }
        if let lastSeen = cookies.lastSeen, let id = session.id,
            let time = lastSeen.open(header, of: id, atMost: now.seconds + SessionRules.leeway)
        {
            session.see(at: time)
        }
        let tokens = tokens(of: session, in: header)
        var reasons = cookies.rules.refusals(of: session, now)
        if hasEnded(session) { reasons.append("it has ended before its time, by a logout or by end-sessions") }
        if session.needsTokens, tokens?.refreshToken == nil {
            reasons.append("it is worth nothing without the cookie of its tokens")
        }
        if session.needsProof, cookies.device?.allows(session, header, now) == false {
            reasons.append("it lacks a cookie that shows that the browser is the one of the login")
        }
        if let end = tokens?.end, now.seconds >= end { reasons.append("the provider has ended it") }
        return SessionExplanation(
            session: session, created: session.created, end: now.seconds + cookies.rules.remaining(session, now),
            lastSeen: session.lastSeen, tokens: tokens, isStored: session.stored != nil, reasons: reasons)
    }
}

extension SessionRules {
    /// Each rule that it breaks; allows() is true without any.
    fileprivate func refusals(of session: Session, _ now: Now) -> [Text] {
        var reasons: [Text] = []
        if session.created > now.seconds + Self.leeway { reasons.append("it begins in the future: compare the clocks") }
        if now.seconds >= session.expiry || now.seconds >= session.created + lifetime {
            reasons.append("its time is over")
        }
        if !providerFingerprints.contains(session.providerFingerprint) {
            reasons.append("the provider's settings, or its rules on users, have changed since the login")
        }
        if let idleTimeout, now.seconds >= session.lastSeen + idleTimeout {
            reasons.append("it was idle for longer than idle_timeout")
        }
        return reasons.isEmpty && !allows(session, now) ? ["its times are impossible"] : reasons
    }
}
