package import Basics
package import Environment
package import JSON
package import OpenIDConnect
package import Settings

/// The tokens kept from a login in addition to its session, where to end the session at the provider, and what a refresh has
/// changed.
package struct SessionTokens: Equatable, Sendable {
    package var idToken: Text?
    package var accessToken: Text?
    package var refreshToken: Text?
    /// Of the access token, in seconds since 1970; nil if unknown.
    package var expiry: Int64?
    /// When to refresh the access token: a minute before its expiry, or half of its lifetime if that is shorter.
    package var refreshTime: Int64?
    /// The granted scope; nil if it is the requested one.
    package var scope: Text?
    /// The numbers of the key that access tokens are bound to.
    package var proofKey: [UInt8]?
    /// What a refreshed ID token must repeat.
    package var statements: OriginalLogin.Statements?
    /// When the claims were last read, in seconds since 1970; nil if they are not to be refreshed.
    package var claimsTime: Int64?
    /// The claims that differ from those of the login; null for one that is gone.
    package var changedClaims = JSONObject()
    /// When the provider ends the session: the earliest time that a refresh has named; nil if none has.
    package var end: Int64?
    /// From the metadata at the login, so a logout needs no request to the provider.
    package var endSessionEndpoint: Text?
    /// The number that leads from a cookie to the one with the rest; nil while all are together.
    var part: Int64?

    package init() {}

    /// Nil for anything but the result of `encoded()`.
    init?(_ bytes: [UInt8]) {
        guard let members = JSONObject(parsing: bytes) else { return nil }
        idToken = members[TokenKind.id.name]?.text
        accessToken = members[TokenKind.access.name]?.text
        refreshToken = members[TokenKind.refresh.name]?.text
        expiry = members["exp"]?.seconds
        refreshTime = members["due"]?.seconds
        scope = members["scope"]?.text
        proofKey = members["key"]?.text.flatMap { Base64URL.decode($0) }
        if let nonce = members["nonce"]?.text, case .integer(let hash)? = members["aud"] {
            statements = .init(nonce: nonce, authenticationTime: members["auth_time"]?.seconds, partiesHash: hash)
        }
        if case .integer(let number)? = members["part"] { part = number }
        claimsTime = members["at"]?.seconds
        end = members["end"]?.seconds
        changedClaims = members["claims"]?.object ?? JSONObject()
        endSessionEndpoint = members["end_session"]?.text
    }

    func encoded() throws(Failure) -> [UInt8] {
        var members = exposed(TokenKind.allCases)
        let numbers: [(Text, Int64?)] = [
            ("exp", expiry), ("due", refreshTime), ("at", claimsTime), ("aud", statements?.partiesHash),
            ("auth_time", statements?.authenticationTime), ("end", end), ("part", part),
        ]
        for (name, number) in numbers { members[name] = number.map { .integer($0) } }
        let texts: [(Text, Text?)] = [
            ("scope", scope), ("key", proofKey.map { Base64URL.encode($0) }), ("nonce", statements?.nonce),
            ("end_session", endSessionEndpoint),
        ]
        for (name, text) in texts { members[name] = text.map { .string($0) } }
        if !changedClaims.members.isEmpty { members["claims"] = .object(changedClaims) }
        guard let text = members.encoded() else { throw Failure(.internalError, "the tokens could not be written") }
        return text.bytes
    }

    /// What is left when not all fits into headers.
    package struct Reductions {
        /// Without the ID token that only a logout at the provider needs.
        package let withoutHint: SessionTokens
        /// Without the refresh token too; or, if claims are to be refreshed, without what the application sees.
        package let halved: SessionTokens
        /// Without any token.
        package let withoutTokens: SessionTokens
    }

    package func reductions(_ settings: Settings) -> Reductions {
        var withoutHint = self
        if !settings.exposedTokens.contains(.id) { withoutHint.idToken = nil }
        var halved = withoutHint
        if settings.claimsLifetime == nil {
            (halved.refreshToken, halved.proofKey, halved.statements, halved.claimsTime) = (nil, nil, nil, nil)
        } else {
            (halved.idToken, halved.accessToken, halved.scope) = (nil, nil, nil)
        }
        var withoutTokens = SessionTokens()
        (withoutTokens.endSessionEndpoint, withoutTokens.changedClaims) = (endSessionEndpoint, changedClaims)
        withoutTokens.end = end
        return Reductions(withoutHint: withoutHint, halved: halved, withoutTokens: withoutTokens)
    }

    /// Whether the claims are older than `lifetime` seconds, or from the future, and can be refreshed.
    package func needsClaims(lifetime: Int64, _ now: Now) -> Bool {
        guard refreshToken != nil, let claimsTime else { return false }
        return now.seconds >= claimsTime + lifetime || claimsTime > now.seconds + SessionRules.leeway
    }

    /// Whether the claims could have been refreshed for so long that a request which refreshes nothing must not show them:
    /// once more their lifetime, and at least a minute, so that a page's WebSocket finds what the page has found.
    func hasOutdatedClaims(lifetime: Int64, _ now: Now) -> Bool {
        needsClaims(lifetime: lifetime + max(lifetime, 60), now)
    }

    /// Whether the access token is to be refreshed: it is about to expire, or a clock that was wrong has said when it does.
    package func needsAccessToken(_ now: Now) -> Bool {
        guard let refreshTime else { return false }
        return now.seconds >= refreshTime || claimsTime.map { $0 > now.seconds + SessionRules.leeway } ?? false
    }

    var isEmpty: Bool { self == SessionTokens() }

    /// Those of these kinds, as an application gets them, the ID token first.
    func exposed(_ kinds: [TokenKind]) -> JSONObject {
        var tokens = JSONObject()
        for kind in TokenKind.allCases where kinds.contains(kind) {
            if let token = self[kind] { tokens[kind.name] = .string(token) }
        }
        return tokens
    }

    private subscript(kind: TokenKind) -> Text? {
        switch kind {
        case .id: idToken
        case .access: accessToken
        case .refresh: refreshToken
        }
    }
}
