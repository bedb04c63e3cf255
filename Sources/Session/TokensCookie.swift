import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// The cookie of a session's tokens. It opens only with that session: the session's id is bound to it.
struct TokensCookie: Sendable {
    private let cookie: SealedCookie

    init(_ settings: Settings, jar: CookieJar) throws(Failure) {
        let keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .tokens)
        cookie = SealedCookie("tokens", keys: keys, jar: jar)
    }

    /// The tokens of this session, or nil if no tokens are recognisably its own.
    func open(_ cookies: CookieHeader, of session: Session) -> SessionTokens? {
        guard cookie.isIn(cookies), let id = session.id else { return nil }
        return cookie.open(cookies, context: id.bytes).flatMap(SessionTokens.init)
    }

    func isIn(_ cookies: CookieHeader) -> Bool { cookie.isIn(cookies) }

    /// The headers that store the tokens of a new session, and remove those of the one before.
    func headers(
        toStore tokens: SessionTokens, of session: Session, over cookies: CookieHeader, lifetime: Int64,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        guard !tokens.isEmpty, let id = session.id else { return headers(toRemoveFrom: cookies) }
        return try cookie.headers(
            toStore: tokens.encoded(), context: id.bytes, lifetime: lifetime, over: cookies, random: random)
    }

    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        cookie.headers(toRemoveFrom: cookies)
    }
}
