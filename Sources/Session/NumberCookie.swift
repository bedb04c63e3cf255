import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// A cookie with one number about a session. Each session has one with its own name, and it opens only with that session.
///
/// A response that writes it brings no session and touches no other one, even if it arrives late, after a logout or another
/// login, or if a cache sends it to a stranger. Without the cookie, or with an older one, a session is never worth more.
struct NumberCookie: Sendable {
    private let keys: KeyRing
    private let jar: CookieJar
    private let prefix: Text

    private init(_ prefix: Text, _ purpose: Purpose, _ settings: Settings, jar: CookieJar) throws(Failure) {
        keys = try KeyRing(secrets: settings.cookieSecrets, purpose: purpose)
        self.jar = jar
        self.prefix = jar.name(prefix)
    }

    /// When a session was last seen, in seconds since 1970: with idle_timeout. Without it, when it was created.
    static func lastSeen(_ settings: Settings, jar: CookieJar) throws(Failure) -> NumberCookie {
        try NumberCookie("seen-", .lastSeen, settings, jar: jar)
    }

    /// How often a session in a store has changed: an older record that somebody has put back there is recognised.
    static func changes(_ settings: Settings, jar: CookieJar) throws(Failure) -> NumberCookie {
        try NumberCookie("changes-", .changes, settings, jar: jar)
    }

    /// Until when a session needs no new proof of its device, in seconds since 1970.
    static func proof(_ settings: Settings, jar: CookieJar) throws(Failure) -> NumberCookie {
        try NumberCookie("proof-", .proof, settings, jar: jar)
    }

    /// The name of a session's.
    func name(of id: Session.ID) -> Text { prefix + id.label }

    /// As they follow a value.
    var attributes: Text { jar.attributeList }

    /// The number; nil without a cookie. One beyond `limit` is ignored.
    func open(_ cookies: CookieHeader, of id: Session.ID, atMost limit: Int64) -> Int64? {
        let name = name(of: id)
        let binding = binding(name, id)
        var highest: Int64?
        var search = CookieHeader.Search(cookies)
        while let value = search.next(of: name, in: cookies) {
            guard let bytes = keys.open(value, for: binding), bytes.count == 8 else { continue }
            let number = Int64(bitPattern: bytes.bigEndianNumber(at: 0))
            if number <= limit { highest = max(highest ?? number, number) }
        }
        return highest
    }

    /// The header that stores a number. `lifetime`: seconds until it becomes meaningless.
    func header(
        toStore number: Int64, of session: Session, lifetime: Int64, random: any RandomSource
    ) throws(Failure) -> HTTPHeader {
        guard let id = session.id else { throw Failure(.internalError, "a session without an id has no number") }
        let name = name(of: id)
        let bytes = [UInt8](bigEndian: UInt64(bitPattern: number))
        return jar.storing(
            try keys.seal(bytes, for: binding(name, id), random: random), as: name, lifetime: lifetime)
    }

    /// The headers that remove the browser's cookies of this kind, of any session.
    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        jar.removing(namesWithPrefix: prefix, from: cookies)
    }

    private func binding(_ name: Text, _ id: Session.ID) -> KeyRing.Binding {
        keys.binding(cookie: name).with(context: id.bytes)
    }
}
