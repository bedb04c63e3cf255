import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// The cookie of a session's tokens. It opens only with that session, and has a name of its own: a response that arrives
/// late, after a logout or another login, neither replaces the tokens of a newer session nor adds any to it.
///
/// If they need two, the first has what the session cannot do without: a proxy may pass on one Set-Cookie line of several
/// (docs/adr/0040-one-set-cookie-line.md).
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

    /// That of the rest. Its name is that of the second half of one seal, as earlier versions wrote it.
    private func cookie(ofRestOf id: Session.ID) -> SealedCookie {
        SealedCookie("tokens-" + id.label + "-2", keys: keys, jar: jar)
    }

    /// Binds the rest to the session, and to the cookie that leads to it.
    private func context(_ id: Session.ID, _ part: Int64) -> [UInt8] {
        id.bytes + [UInt8](bigEndian: UInt64(bitPattern: part))
    }

    /// The tokens of this session, or nil if no tokens are recognisably its own.
    func open(_ cookies: CookieHeader, of session: Session) -> SessionTokens? {
        guard let id = session.id,
            var tokens = cookie(of: id).open(cookies, context: id.bytes).flatMap(SessionTokens.init)
        else { return nil }
        guard let part = tokens.part else { return tokens }
        tokens.part = nil
        let rest = cookie(ofRestOf: id).open(cookies, context: context(id, part)).flatMap(SessionTokens.init)
        tokens.idToken = tokens.idToken ?? rest?.idToken
        tokens.accessToken = tokens.accessToken ?? rest?.accessToken
        // An access token that did not arrive is fetched anew.
        if tokens.accessToken == nil, tokens.refreshTime != nil { tokens.refreshTime = 0 }
        return tokens
    }

    /// Whether the browser has tokens, of whatever session.
    func isIn(_ cookies: CookieHeader) -> Bool { !cookies.names(withPrefix: prefix, limit: 1).isEmpty }

    /// The headers that store the tokens of a session.
    func headers(
        toStore tokens: SessionTokens, of session: Session, over cookies: CookieHeader, lifetime: Int64,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        guard !tokens.isEmpty, let id = session.id else { return headers(toRemoveFrom: cookies) }
        let together = try cookie(of: id).headers(
            toStore: tokens.encoded(), context: id.bytes, lifetime: lifetime, over: cookies, random: random)
        guard HeaderBudget.cookieLength(storedBy: Array(together.dropFirst())) > 0 else { return together }
        var (withoutID, withoutAccess, withoutBoth) = (tokens, tokens, tokens)
        (withoutID.idToken, withoutBoth.idToken) = (nil, nil)
        (withoutAccess.accessToken, withoutBoth.accessToken) = (nil, nil)
        for first in [withoutID, withoutAccess, withoutBoth] where first != tokens {
            let apart = try headers(toStore: first, andRestOf: tokens, of: id, lifetime: lifetime, random: random)
            if apart.count == 2 { return apart }
        }
        return together
    }

    /// The headers of two cookies; more if that is too little.
    private func headers(
        toStore first: SessionTokens, andRestOf tokens: SessionTokens, of id: Session.ID, lifetime: Int64,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        let part = Int64(bitPattern: try Session.ID(random: random).bytes.bigEndianNumber(at: 0))
        var (first, rest) = (first, SessionTokens())
        first.part = part
        if first.idToken == nil { rest.idToken = tokens.idToken }
        if first.accessToken == nil { rest.accessToken = tokens.accessToken }
        let none = CookieHeader([])
        return try cookie(of: id).headers(
            toStore: first.encoded(), context: id.bytes, lifetime: lifetime, over: none, random: random)
            + cookie(ofRestOf: id).headers(
                toStore: rest.encoded(), context: context(id, part), lifetime: lifetime, over: none, random: random)
    }

    /// The headers that remove tokens from the browser: all, or all but those of one session.
    func headers(toRemoveFrom cookies: CookieHeader, but session: Session? = nil) -> [HTTPHeader] {
        // Most requests have none, and making the name costs more than this.
        guard isIn(cookies) else { return [] }
        return jar.removing(namesWithPrefix: prefix, from: cookies, but: session?.id.map { prefix + "-" + $0.label })
    }
}
