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
    private let keptClaims: [Text]?
    private let exposedTokens: [TokenKind]
    private let random: any RandomSource

    package init(_ cookies: SessionCookies, _ settings: Settings, random: any RandomSource) {
        self.cookies = cookies
        lifetime = settings.sessionLifetime
        keptClaims = settings.sessionClaims
        exposedTokens = settings.exposedTokens
        self.random = random
    }

    // MARK: - A login

    /// The session of a user with these claims, who has signed in at this provider.
    package func session(
        of claims: JSONObject, at provider: ProviderSettings, fingerprint: UInt64, _ now: Now
    ) throws(Failure) -> Session {
        Session(
            id: try Session.ID(random: random), created: now.seconds, expiry: now.seconds + lifetime,
            providerFingerprint: fingerprint,
            userJSON: try UserJSON.signedIn(
                provider: provider.name, claims: claims, kept: keptClaims,
                isOAuth2: provider.oauth2 != nil, needed: cookies.session.neededClaims(at: provider),
                reserved: cookies.session.reservedClaims))
    }

    /// What to keep of a login's tokens: those for the application, and those for a logout at the provider.
    package func tokensToKeep(
        idToken: Text?, accessToken: Text?, at provider: ProviderSettings, endSessionEndpoint: AbsoluteURL?
    ) throws(Failure) -> SessionTokens {
        var kept = SessionTokens()
        guard cookies.tokens != nil else { return kept }
        if exposedTokens.contains(.id) { kept.idToken = idToken }
        if exposedTokens.contains(.access) {
            kept.accessToken = try TokenResponse.require(accessToken, for: "expose_tokens")
        }
        guard provider.logout.isAtProvider, let endSessionEndpoint else { return kept }
        kept.endSessionEndpoint = endSessionEndpoint.text
        if provider.logout.style != .cognito, let idToken, idToken.count <= EndSessionRequest.longestIDTokenHint {
            kept.idToken = idToken
        }
        return kept
    }

    // MARK: - Set-Cookie lines

    /// The headers that store a new session, and remove what the one before left. Whether they fit is for the caller to see.
    /// `isCompressed`: whether it should be, in a format that leaves the choice.
    package func headers(
        toStore session: Session, with tokens: SessionTokens, isCompressed: Bool, over header: CookieHeader, _ now: Now
    ) throws(Failure) -> [HTTPHeader] {
        let lifetime = cookies.rules.remaining(session, now)
        return try cookies.session.headers(
            toStore: session, isCompressed: isCompressed, lifetime: lifetime, over: header, random: random)
            + (cookies.tokens?.headers(
                toStore: tokens, of: session, over: header, lifetime: lifetime, random: random) ?? [])
            + (cookies.lastSeen?.headers(toRemoveFrom: header) ?? [])
    }

    /// The header that prolongs a session, if it is time to: a single one, and never the session itself.
    package func headers(toRenew session: Session, _ now: Now) throws(Failure) -> [HTTPHeader] {
        guard let lastSeen = cookies.lastSeen, cookies.rules.needsRenewal(session, now) else { return [] }
        let lifetime = cookies.rules.remainingWhenIdle(session, now)
        return [try lastSeen.header(toStore: now, of: session, lifetime: lifetime, random: random)]
    }

    /// The headers that remove all of a session's cookies that the browser sent.
    package func headers(toRemoveFrom header: CookieHeader) -> [HTTPHeader] {
        cookies.session.headers(toRemoveFrom: header) + (cookies.tokens?.headers(toRemoveFrom: header) ?? [])
            + (cookies.lastSeen?.headers(toRemoveFrom: header) ?? [])
    }
}
