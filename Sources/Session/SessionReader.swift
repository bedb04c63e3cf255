package import Basics
package import Cookies
package import Environment
package import Settings

/// Opens the session in a request's cookies.
package final class SessionReader: Sendable {
    let cookies: SessionCookies
    private let ended: EndedSessions
    private let exposedTokens: [TokenKind]
    private let claimsLifetime: Int64?
    /// Whether the tokens' cookie says anything about the user.
    let readsTokens: Bool
    let requiresDevice: Bool

    package init(_ cookies: SessionCookies, _ settings: Settings, ended: EndedSessions) {
        self.cookies = cookies
        self.ended = ended
        // Streamlit's format stores tokens in its own way, and a session in it already shows them.
        exposedTokens = cookies.tokens == nil ? [] : settings.exposedTokens
        claimsLifetime = settings.claimsLifetime
        requiresDevice = settings.deviceBinding?.isRequired ?? false
        readsTokens = cookies.tokens != nil && (!exposedTokens.isEmpty || claimsLifetime != nil)
    }

    /// The session in these cookies, if it is valid.
    package func open(_ header: CookieHeader, _ now: Now, for requester: Requester = Requester()) -> Session? {
        open(header, now, for: requester, isProven: false)
    }

    /// The same, even if the browser has not shown lately that it is the session's.
    package func openUnproven(
        _ header: CookieHeader, _ now: Now, for requester: Requester = Requester()
    ) -> Session? {
        open(header, now, for: requester, isProven: true)
    }

    /// `isProven`: whether the browser counts as the session's, whatever its cookies say.
    private func open(_ header: CookieHeader, _ now: Now, for requester: Requester, isProven: Bool) -> Session? {
        guard let session = read(header, now, for: requester), allows(session, header, now, isProven: isProven) else {
            return nil
        }
        return session
    }

    /// The session in these cookies, valid or not, and when it was last seen.
    func read(_ header: CookieHeader, _ now: Now, for requester: Requester) -> Session? {
        var session = cookies.session.open(header) { reference in
            let changes = cookies.changes?.open(header, of: reference.id, atMost: .max) ?? 0
            return cookies.stored?.open(reference, changes: changes, for: requester)
        }
        if let lastSeen = cookies.lastSeen, let id = session?.id,
            let time = lastSeen.open(header, of: id, atMost: now.seconds + SessionRules.leeway)
        {
            session?.see(at: time)
        }
        return session
    }

    /// Whether the session is valid now, in a request with these cookies.
    func allows(_ session: Session, _ header: CookieHeader, _ now: Now, isProven: Bool) -> Bool {
        guard cookies.mayBeWhole || session.stored != nil, cookies.rules.allows(session, now), !hasEnded(session) else {
            return false
        }
        if !isProven, session.needsProof || requiresDevice, let device = cookies.device {
            guard device.allows(session, header, now) else { return false }
        }
        guard readsTokens || session.needsTokens else { return true }
        let tokens = tokens(of: session, in: header)
        if session.needsTokens, tokens?.refreshToken == nil { return false }
        if let end = tokens?.end, now.seconds >= end { return false }
        return true
    }

    /// The session for a request that refreshes nothing: only while the claims are not outdated. Otherwise a user could keep
    /// claims by sending such requests alone.
    package func openWithoutRefresh(
        _ header: CookieHeader, _ now: Now, for requester: Requester = Requester()
    ) -> Session? {
        guard let session = open(header, now, for: requester) else { return nil }
        guard let claimsLifetime, let tokens = tokens(of: session, in: header) else { return session }
        return tokens.hasOutdatedClaims(lifetime: claimsLifetime, now) ? nil : session
    }

    /// Whether it has ended before its time; for one in the store, as far as this process knows.
    package func hasEnded(_ session: Session) -> Bool {
        if ended.include(session) { return true }
        guard session.stored == nil, let stored = cookies.stored else { return false }
        // A store that fails does not end a session in cookies alone: it is there for that case.
        return (try? ended.include(session, sharedIn: stored)) ?? false
    }

    /// Whether what ends sessions has ended the access token of this one. Fails if a store that may know cannot say.
    package func hasEnded(token session: Session) throws(Failure) -> Bool {
        if ended.include(session) { return true }
        return try cookies.stored.map { (stored) throws(Failure) in try ended.include(session, sharedIn: stored) }
            ?? false
    }

    /// The session in these cookies even if it is not valid here, because it is idle or lacks its tokens: a copy may be
    /// valid. Nil if its time is over.
    package func openAnyway(_ header: CookieHeader, _ now: Now) -> Session? {
        // One in a store ends there: see endUnread().
        let found = cookies.session.open(header) { _ in nil }
        guard let session = found, cookies.rules.remaining(session, now) > 0 else { return nil }
        return session
    }

    /// The tokens of this session, or nil if no tokens are recognisably its own.
    package func tokens(of session: Session, in header: CookieHeader) -> SessionTokens? {
        if let stored = session.stored { return stored.tokens }
        return cookies.tokens?.open(header, of: session)
    }

    /// Ends the session in the store that these cookies lead to, although it could not be read, or does not count.
    package func endUnread(_ header: CookieHeader) {
        _ = cookies.session.open(header) { reference in
            cookies.stored?.end(reference)
            return nil
        }
    }

    /// Whether a request with these cookies waits for another process to read the session.
    package func mayBlock(_ header: CookieHeader) -> Bool {
        cookies.stored?.mayBlock == true && cookies.session.length(in: header) > 0
    }

    /// Who the user is, as JSON, with the tokens that the application may see.
    package func userJSON(of session: Session?, in header: CookieHeader) -> Text {
        guard let session else { return UserJSON.anonymous }
        return userJSON(of: session, in: header)
    }

    /// The same for somebody who is signed in.
    package func userJSON(of session: Session, in header: CookieHeader) -> Text {
        guard readsTokens || session.needsTokens, let tokens = tokens(of: session, in: header) else {
            return session.userJSON
        }
        return userJSON(of: session, with: tokens)
    }

    /// Seconds until the session ends, at the latest, and if it is not seen again.
    package func remaining(
        _ session: Session, in header: CookieHeader, _ now: Now
    ) -> (atMost: Int64, whenIdle: Int64?) {
        let end = readsTokens || session.needsTokens ? tokens(of: session, in: header)?.end : nil
        let atMost = min(cookies.rules.remaining(session, now), (end ?? .max) - now.seconds)
        let whenIdle = cookies.rules.idleTimeout.map { min(atMost, session.lastSeen + $0 - now.seconds) }
        return (atMost, whenIdle)
    }

    /// The same for a session that has just begun.
    package func userJSON(of session: Session, with tokens: SessionTokens) -> Text {
        UserJSON.adding(
            tokens.exposed(exposedTokens), to: UserJSON.applying(tokens.changedClaims, to: session.userJSON))
    }

    /// Whether the application gets no tokens although the browser has some: they belong to another session, or the secret
    /// has changed. `json`: the user's, as read.
    package func missesTokens(_ json: Text, of session: Session, in header: CookieHeader) -> Bool {
        !exposedTokens.isEmpty && session.stored == nil && json == session.userJSON
            && cookies.tokens?.isIn(header) == true
    }
}
