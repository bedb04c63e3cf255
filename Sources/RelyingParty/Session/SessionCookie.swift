import Basics
import Cookies
import Cryptography
import Settings

/// How the browser keeps a session: in the format that cookie_format chose.
enum SessionCookie: Sendable {
    case sealed(SealedCookie)
    case streamlit(StreamlitSession)

    /// Of all cookies together: common servers refuse requests with more than 8 KiB of headers.
    static let longestValue = 7_600

    init(_ settings: Settings, jar: CookieJar, providers: [Provider]) throws(Failure) {
        if let format = settings.streamlitCookie {
            self = .streamlit(StreamlitSession(settings, format, providers: providers))
        } else {
            let keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .session)
            self = .sealed(SealedCookie("session", keys: keys, jar: jar))
        }
    }

    /// Names that a claim cannot have, for the format has them for something else.
    var reservedClaims: [Text] {
        switch self {
        case .sealed: ["tokens"]
        case .streamlit: ReservedClaims.ofStreamlit
        }
    }

    /// The session in these cookies, or nil. Whether it counts is for SessionRules to say.
    func open(_ cookies: CookieHeader) -> Session? {
        switch self {
        case .sealed(let cookie):
            guard let bytes = cookie.open(cookies) else { return nil }
            return Session(bytes)
        case .streamlit(let cookie): return cookie.open(cookies)
        }
    }

    /// The headers that store a session for `lifetime` seconds, and remove what earlier ones left over.
    func headers(
        toStore session: Session, lifetime: Int64, over cookies: CookieHeader, random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        switch self {
        case .sealed(let cookie):
            try store(session.encoded, in: cookie, lifetime: lifetime, over: cookies, random: random)
        case .streamlit(let cookie):
            try cookie.headers(toStore: session, lifetime: lifetime, over: cookies)
        }
    }

    private func store(
        _ bytes: [UInt8], in cookie: SealedCookie, lifetime: Int64, over cookies: CookieHeader, random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        try Self.checkLength(KeyRing.length(sealing: bytes.count))
        return try cookie.headers(toStore: bytes, lifetime: lifetime, over: cookies, random: random)
    }

    /// The headers that remove the session cookies that the browser sent.
    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        switch self {
        case .sealed(let cookie): cookie.headers(toRemoveFrom: cookies)
        case .streamlit(let cookie): cookie.headers(toRemoveFrom: cookies)
        }
    }

    /// Fails if `count` bytes are too many for the cookies of a session.
    static func checkLength(_ count: Int) throws(Failure) {
        if count > longestValue { throw tooLarge(count) }
    }

    static func tooLarge(_ count: Int) -> Failure {
        Failure(
            .sessionTooLarge,
            """
            the user's claims need a cookie of \(count) bytes and browsers and servers take \
            \(longestValue): choose what to keep with session_claims, or have the provider send less
            """)
    }
}
