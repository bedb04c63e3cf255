package import Basics
package import Cookies
package import Cryptography
package import Environment
package import JSON
import OpenIDConnect
package import Settings

/// Makes sessions, and the Set-Cookie lines that store, prolong and end them.
package final class SessionWriter: Sendable {
    private let cookies: SessionCookies
    private let lifetime: Int64
    private let endsWithIDToken: Bool
    private let keptClaims: [Text]?
    let exposedTokens: [TokenKind]
    let keepsRefreshTokens: Bool
    private let refreshesClaims: Bool
    private let random: any RandomSource

    package init(_ cookies: SessionCookies, _ settings: Settings, random: any RandomSource) {
        self.cookies = cookies
        lifetime = settings.sessionLifetime
        endsWithIDToken = settings.endsWithIDToken
        keptClaims = settings.sessionClaims
        exposedTokens = settings.exposedTokens
        keepsRefreshTokens = settings.keepsRefreshTokens
        refreshesClaims = settings.claimsLifetime != nil
        self.random = random
    }

    /// Whether there is a cookie for tokens.
    var keepsTokens: Bool { cookies.tokens != nil }

    // MARK: - A login

    /// The session of a user with these claims, who has signed in at this provider.
    package func session(
        of claims: JSONObject, at provider: ProviderSettings, fingerprint: UInt64, _ now: Now
    ) throws(Failure) -> Session {
        var session = Session(
            id: try Session.ID(random: random), created: now.seconds, expiry: try expiry(claims, at: provider, now),
            providerFingerprint: fingerprint, keys: try cookies.keyHash.keys(of: claims, at: provider),
            userJSON: try userJSON(of: claims, at: provider))
        session.needsProof = cookies.device?.isOn ?? false
        return session
    }

    /// The user of one request, who presents an access token with these claims. It ends with what ends sessions that began
    /// when the token was issued. `isBound`: to the client's key.
    package func session(
        ofToken token: Text, _ claims: JSONObject, isBound: Bool, at provider: ProviderSettings, fingerprint: UInt64,
        _ now: Now
    ) throws(Failure) -> Session {
        guard let created = claims["iat"]?.seconds, now.seconds - created < lifetime else {
            throw Failure(.accessTokenInvalid, "the access token is older than session_lifetime")
        }
        // A token that is signed can be written in more than one way.
        let name = "access token \(claims.nonEmpty("jti")?.text ?? token)" as Text
        let key = try cookies.keyHash.keys(for: .tokenID(name), at: provider).first ?? 0
        var user = claims
        user.removeAll(named: ["cnf", "token_type"])
        let json = try UserJSON.signedIn(
            provider: provider.name, claims: user, kept: keptClaims, needed: [UserJSON.authenticationTime],
            reserved: [ReservedClaims.tokens, ReservedClaims.origin], authenticatedBy: isBound ? "dpop" : "bearer")
        return Session(
            id: Session.ID([UInt8](bigEndian: key) + [UInt8](bigEndian: key)), created: created,
            expiry: claims["exp"]?.seconds ?? now.seconds, providerFingerprint: fingerprint,
            keys: try cookies.keyHash.keys(of: claims, at: provider), userJSON: json)
    }

    /// After its lifetime, or when the provider ends it.
    private func expiry(_ claims: JSONObject, at provider: ProviderSettings, _ now: Now) throws(Failure) -> Int64 {
        let own = now.seconds + lifetime
        guard provider.oauth2 == nil else { return own }
        var expiry = min(own, try SessionExpiry.read(claims) ?? own)
        if endsWithIDToken { expiry = min(expiry, claims["exp"]?.seconds ?? 0) }
        guard expiry > now.seconds else {
            throw Failure(.idTokenExpired, "the session at the provider, or its ID token, is over already")
        }
        return expiry
    }

    private func userJSON(of claims: JSONObject, at provider: ProviderSettings) throws(Failure) -> Text {
        try UserJSON.signedIn(
            provider: provider.name, claims: claims, kept: keptClaims, isOAuth2: provider.oauth2 != nil,
            needed: cookies.session.neededClaims(at: provider), reserved: cookies.session.reservedClaims)
    }

    /// How a user's claims now differ from those of the session.
    package func changes(
        of session: Session, to claims: JSONObject, at provider: ProviderSettings
    ) throws(Failure) -> JSONObject {
        try UserJSON.changes(from: session.userJSON, to: userJSON(of: claims, at: provider))
    }

    // MARK: - The store

    /// The new session as it is once the store has it, with its tokens; unchanged without a store.
    package func store(_ session: Session, _ tokens: SessionTokens, _ now: Now) throws(Failure) -> Session {
        guard let stored = cookies.stored else { return session }
        let keys: [UInt64] = session.keys.map { [$0.subject, $0.providerSession].filter { $0 != 0 } } ?? []
        return try stored.add(session, tokens, under: keys, lifetime: cookies.rules.remaining(session, now), now)
    }

    /// The session in the store with other tokens; nil if it has ended.
    package func update(_ session: Session, _ tokens: SessionTokens, _ now: Now) throws(Failure) -> Session? {
        try cookies.stored?.update(session, tokens, lifetime: cookies.rules.remaining(session, now))
    }

    /// The header that lets the browser know how often the session in the store has changed.
    package func headers(toStoreChangesOf session: Session, _ now: Now) throws(Failure) -> [HTTPHeader] {
        guard let changes = cookies.changes, let stored = session.stored, stored.changes > 0 else { return [] }
        let lifetime = cookies.rules.remaining(session, now)
        return [try changes.header(toStore: stored.changes, of: session, lifetime: lifetime, random: random)]
    }

    // MARK: - Set-Cookie lines

    /// The headers that store a new session, and remove what the one before left. Whether they fit is for the caller to see.
    /// `isCompressed`: whether it should be, in a format that leaves the choice.
    package func headers(
        toStore session: Session, with tokens: SessionTokens, isCompressed: Bool, over header: CookieHeader, _ now: Now
    ) throws(Failure) -> [HTTPHeader] {
        var session = session
        let isWhole = session.stored == nil
        session.needsTokens = isWhole && refreshesClaims && tokens.refreshToken != nil
        let lifetime = cookies.rules.remaining(session, now)
        let tokens = isWhole ? tokens : SessionTokens()
        return try cookies.session.headers(
            toStore: session, isCompressed: isCompressed, lifetime: lifetime, over: header, random: random)
            + headers(toStore: tokens, of: session, over: header, now)
            + (tokens.isEmpty ? [] : headers(toRemoveTokensFrom: header, but: session))
            + headers(toRemoveNumbersFrom: header, withDeviceKey: false)
            + (cookies.device?.headers(toBegin: session, lifetime: lifetime, random: random) ?? [])
    }

    /// The headers that store the tokens of a session.
    package func headers(
        toStore tokens: SessionTokens, of session: Session, over header: CookieHeader, _ now: Now
    ) throws(Failure) -> [HTTPHeader] {
        try cookies.tokens?.headers(
            toStore: tokens, of: session, over: header, lifetime: cookies.rules.remaining(session, now),
            random: random) ?? []
    }

    /// Bytes that the session's own cookies take in this request.
    package func sessionLength(in header: CookieHeader) -> Int { cookies.session.length(in: header) }

    /// The header that prolongs a session, if it is time to: a single one, and never the session itself.
    package func headers(toRenew session: Session, _ now: Now) throws(Failure) -> [HTTPHeader] {
        guard let lastSeen = cookies.lastSeen, cookies.rules.needsRenewal(session, now) else { return [] }
        let lifetime = cookies.rules.remainingWhenIdle(session, now)
        return [try lastSeen.header(toStore: now.seconds, of: session, lifetime: lifetime, random: random)]
    }

    /// The headers that remove the tokens of other sessions, which a late response has left: they only make requests longer.
    package func headers(toRemoveTokensFrom header: CookieHeader, but session: Session) -> [HTTPHeader] {
        cookies.tokens?.headers(toRemoveFrom: header, but: session) ?? []
    }

    /// The headers that remove all of a session's cookies that the browser sent.
    package func headers(toRemoveFrom header: CookieHeader) -> [HTTPHeader] {
        cookies.session.headers(toRemoveFrom: header) + (cookies.tokens?.headers(toRemoveFrom: header) ?? [])
            + headers(toRemoveNumbersFrom: header, withDeviceKey: cookies.session.length(in: header) > 0)
    }

    private func headers(toRemoveNumbersFrom header: CookieHeader, withDeviceKey: Bool) -> [HTTPHeader] {
        (cookies.lastSeen?.headers(toRemoveFrom: header) ?? []) + (cookies.changes?.headers(toRemoveFrom: header) ?? [])
            + (cookies.device?.headers(toRemoveFrom: header, withKey: withDeviceKey) ?? [])
    }
}
