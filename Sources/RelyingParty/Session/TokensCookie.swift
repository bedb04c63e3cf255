import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// The cookie of a session's tokens. It opens beside that session alone: the session's id is bound to it.
struct TokensCookie: Sendable {
    private let cookie: SealedCookie

    init(_ settings: Settings, jar: CookieJar) throws(Failure) {
        let keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .tokens)
        cookie = SealedCookie("tokens", keys: keys, jar: jar)
    }

    /// The tokens of this session, or nil if there are none that can be told to be its own.
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

extension Application {
    /// The headers that remove what the browser sent of a session and what goes with it.
    func headersToRemoveSession(from cookies: CookieHeader) -> [HTTPHeader] {
        sessionCookie.headers(toRemoveFrom: cookies) + (tokensCookie?.headers(toRemoveFrom: cookies) ?? [])
            + (lastSeenCookie?.headers(toRemoveFrom: cookies) ?? [])
    }

    /// Who the user is, as JSON, with the tokens that the application may see.
    func userJSON(of session: Session?, _ cookies: CookieHeader) -> Text {
        guard let session else { return UserJSON.anonymous }
        // Streamlit's format has its own way to the tokens, and a session in it already shows them.
        guard !settings.exposedTokens.isEmpty, let tokens = tokensCookie?.open(cookies, of: session) else {
            return session.userJSON
        }
        return UserJSON.adding(tokens.exposed(settings.exposedTokens), to: session.userJSON)
    }
}
