import Basics
import Cookies
import Cryptography
import Settings

/// How the browser stores a session: in the format chosen with cookie_format.
enum SessionCookie: Sendable {
    case sealed(SealedCookie)
    case streamlit(StreamlitSession)

    init(_ settings: Settings, jar: CookieJar, fingerprints: [UInt64]) throws(Failure) {
        if let format = settings.streamlitCookie {
            self = .streamlit(StreamlitSession(settings, format, fingerprints: fingerprints))
        } else {
            let keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .session)
            self = .sealed(SealedCookie("session", keys: keys, jar: jar))
        }
    }

    /// Names that a claim cannot have, because the format uses them for something else.
    var reservedClaims: [Text] {
        switch self {
        case .sealed: [ReservedClaims.tokens]
        case .streamlit: [ReservedClaims.origin, ReservedClaims.tokens]
        }
    }

    /// Whatever a session keeps besides: for the question whether a login is fresh; and Streamlit's cookie is judged by its
    /// claims at each request, so it must contain all that are examined.
    func neededClaims(at provider: ProviderSettings) -> [Text] {
        switch self {
        case .sealed: provider.oauth2 == nil ? [UserJSON.authenticationTime] : []
        case .streamlit: provider.claimsLookedAt
        }
    }

    /// The prefix of those of its cookies that lack our own prefix.
    var foreignPrefixes: [Text] {
        switch self {
        case .sealed: []
        case .streamlit: [StreamlitSession.namePrefix]
        }
    }

    /// The session in these cookies, or nil. SessionRules decides whether it is valid. `fetch`: reads one that is in a store.
    func open(_ cookies: CookieHeader, _ fetch: (SessionReference) -> Session?) -> Session? {
        switch self {
        case .sealed(let cookie):
            guard let bytes = cookie.open(cookies) else { return nil }
            if bytes.count == SessionReference.length { return SessionReference(bytes).flatMap(fetch) }
            return SessionCompression.isCompressed(bytes) ? SessionCompression.session(in: bytes) : Session(bytes)
        case .streamlit(let cookie): return cookie.open(cookies)
        }
    }

    /// The headers that store a session for `lifetime` seconds, and remove the leftovers of earlier ones. The caller checks
    /// whether they fit. `isCompressed`: whether to compress, in a format that leaves the choice.
    func headers(
        toStore session: Session, isCompressed: Bool, lifetime: Int64, over cookies: CookieHeader,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        switch self {
        case .sealed(let cookie):
            return try cookie.headers(
                toStore: Self.content(session, isCompressed: isCompressed), lifetime: lifetime, over: cookies,
                random: random)
        case .streamlit(let cookie):
            return try cookie.headers(toStore: session, lifetime: lifetime, over: cookies)
        }
    }

    private static func content(_ session: Session, isCompressed: Bool) throws(Failure) -> [UInt8] {
        if let stored = session.stored { return stored.reference.encoded }
        let bytes = try session.encoded()
        return isCompressed ? SessionCompression.compress(bytes) : bytes
    }

    /// Bytes that they take in this request.
    func length(in cookies: CookieHeader) -> Int {
        switch self {
        case .sealed(let cookie): cookie.length(in: cookies)
        case .streamlit: 0
        }
    }

    /// The headers that remove the session cookies that the browser sent.
    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        switch self {
        case .sealed(let cookie): cookie.headers(toRemoveFrom: cookies)
        case .streamlit(let cookie): cookie.headers(toRemoveFrom: cookies)
        }
    }
}
