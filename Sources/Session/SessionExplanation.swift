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
        let current = read(header, now, for: Requester())
        guard let session = current ?? readOlder(header) else { return nil }
        var reasons: [Text] = current == nil ? ["the store has an older state of it than the browser has seen"] : []
        reasons += cookies.rules.refusals(of: session, now) + refusals(of: session, header, now)
        // The reader decides, whatever the reasons above say.
        if current == nil || !allows(session, header, now, isProven: false) {
            if reasons.isEmpty { reasons = ["the library does not accept it"] }
        } else {
            reasons = []
        }
        return SessionExplanation(
            session: session, created: session.created, end: now.seconds + remaining(session, in: header, now).atMost,
            lastSeen: session.lastSeen, tokens: tokens(of: session, in: header), isStored: session.stored != nil,
            reasons: reasons)
    }

    /// The session in the store, although the browser has seen a newer state of it.
    private func readOlder(_ header: CookieHeader) -> Session? {
        cookies.session.open(header) { reference in
            cookies.stored?.open(reference, changes: 0, for: Requester())
        }
    }

    /// Each reason that allows() has beside the rules.
    private func refusals(of session: Session, _ header: CookieHeader, _ now: Now) -> [Text] {
        var reasons: [Text] = []
        if !cookies.mayBeWhole, session.stored == nil {
            reasons.append("it is in the cookie alone, but these settings keep sessions in a session_store")
        }
        // Of a provider that is gone, nobody remembers what has ended.
        if cookies.rules.providerFingerprints.contains(session.providerFingerprint), hasEnded(session) {
            reasons.append("it has ended before its time, by a logout or by end-sessions")
        }
        if session.needsProof || requiresDevice, cookies.device?.allows(session, header, now) == false {
            reasons.append(
                session.needsProof
                    ? "it lacks a cookie that shows that the browser is the one of the login"
                    : "it began without device_bound, which is \"required\" now")
        }
        guard readsTokens || session.needsTokens else { return reasons }
        let tokens = tokens(of: session, in: header)
        if session.needsTokens, tokens?.refreshToken == nil {
            reasons.append("it is worth nothing without the cookie of its tokens")
        }
        if let end = tokens?.end, now.seconds >= end { reasons.append("the provider has ended it") }
        return reasons
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
