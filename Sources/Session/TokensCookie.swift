import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// The cookie of a session's tokens. It opens only with that session, and has a name of its own: a response that arrives
/// late, after a logout or another login, neither replaces the tokens of a newer session nor adds any to it.
struct TokensCookie: Sendable {
    private let keys: KeyRing
    private let jar: CookieJar
    private let prefix: Text

    init(_ settings: Settings, jar: CookieJar) throws(Failure) {
        keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .tokens)
        self.jar = jar
        prefix = jar.name("tokens")
    }

    private func cookie(of id: Session.ID) -> SealedCookie {
        SealedCookie("tokens-" + id.label, keys: keys, jar: jar)
    }

    /// The tokens of this session, or nil if no tokens are recognisably its own.
    func open(_ cookies: CookieHeader, of session: Session) -> SessionTokens? {
        guard let id = session.id else { return nil }
        return cookie(of: id).open(cookies, context: id.bytes).flatMap(SessionTokens.init)
    }

    /// Whether the browser has tokens, of whatever session.
    func isIn(_ cookies: CookieHeader) -> Bool { !cookies.names(withPrefix: prefix, limit: 1).isEmpty }

    /// The headers that store the tokens of a session, and remove those of others.
    func headers(
        toStore tokens: SessionTokens, of session: Session, over cookies: CookieHeader, lifetime: Int64,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        guard !tokens.isEmpty, let id = session.id else { return headers(toRemoveFrom: cookies) }
        return try cookie(of: id).headers(
            toStore: tokens.encoded(), context: id.bytes, lifetime: lifetime, over: cookies, random: random)
            + headers(toRemoveFrom: cookies, but: session)
    }

    /// The headers that remove tokens from the browser: all, or all but those of one session.
    func headers(toRemoveFrom cookies: CookieHeader, but session: Session? = nil) -> [HTTPHeader] {
        // Most requests have none, and making the name costs more than this.
        guard isIn(cookies) else { return [] }
        return jar.removing(namesWithPrefix: prefix, from: cookies, but: session?.id.map { prefix + "-" + $0.label })
    }
}
