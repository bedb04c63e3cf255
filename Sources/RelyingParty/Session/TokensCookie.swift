import Basics
import Cookies
import Cryptography
import Settings

/// The cookie of a session's tokens. It opens beside that session alone: a hash of the session is bound to it.
struct TokensCookie: Sendable {
    private let cookie: SealedCookie

    init(_ settings: Settings, jar: CookieJar) throws(Failure) {
        let keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .tokens)
        cookie = SealedCookie("tokens", keys: keys, jar: jar)
    }

    /// The tokens of this session, or nil if there are none that can be told to be its own.
    func open(_ cookies: CookieHeader, of session: Session) -> SessionTokens? {
        guard cookie.isIn(cookies), let context = try? Self.context(session) else { return nil }
        return cookie.open(cookies, context: context).flatMap(SessionTokens.init)
    }

    func isIn(_ cookies: CookieHeader) -> Bool { cookie.isIn(cookies) }

    /// The headers that store the tokens of a new session, and remove those of the one before.
    func headers(
        toStore tokens: SessionTokens, of session: Session, over cookies: CookieHeader, lifetime: Int64,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        guard !tokens.isEmpty else { return headers(toRemoveFrom: cookies) }
        return try cookie.headers(
            toStore: tokens.encoded(), context: Self.context(session), lifetime: lifetime, over: cookies, random: random
        )
    }

    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        cookie.headers(toRemoveFrom: cookies)
    }

    /// What stays the same however often the session's cookie is written anew.
    private static func context(_ session: Session) throws(Failure) -> [UInt8] {
        try Digest.sha256.hash(session.unchangingPart)
    }
}

extension Application {
    /// The headers that remove what the browser sent of a session and its tokens.
    func headersToRemoveSession(from cookies: CookieHeader) -> [HTTPHeader] {
        sessionCookie.headers(toRemoveFrom: cookies) + (tokensCookie?.headers(toRemoveFrom: cookies) ?? [])
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
