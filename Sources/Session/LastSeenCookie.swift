import Basics
import Cookies
import Cryptography
import Environment
import Settings

/// The cookie that records when a session was last seen, with idle_timeout. Each session has one with its own name.
///
/// A renewal writes nothing else, on whatever page of the host. A response that arrives late, after a logout or another
/// login, or that a cache sends to a stranger, therefore brings no session and touches no other one: the cookie opens only
/// with its own session. Without it, a session counts as last seen when it was created, and an older one is worth less;
/// nobody gains by losing or replaying it.
struct LastSeenCookie: Sendable {
    private let keys: KeyRing
    private let jar: CookieJar
    private let prefix: Text

    init(_ settings: Settings, jar: CookieJar) throws(Failure) {
        keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .lastSeen)
        self.jar = jar
        prefix = jar.name("seen-")
    }

    /// When this session was last seen, in seconds since 1970; nil without a cookie. One from the future is ignored.
    func open(_ cookies: CookieHeader, of session: Session, _ now: Now) -> Int64? {
        guard let id = session.id else { return nil }
        let name = prefix + id.label
        let binding = binding(name, id)
        var latest: Int64?
        var search = CookieHeader.Search(cookies)
        while let value = search.next(of: name) {
            guard let bytes = keys.open(value, for: binding), bytes.count == 8 else { continue }
            let time = Int64(bitPattern: bytes.bigEndianNumber(at: 0))
            if time <= now.seconds + SessionRules.leeway { latest = max(latest ?? time, time) }
        }
        return latest
    }

    /// The header that records that this session is seen now. `lifetime`: seconds until it becomes meaningless.
    func header(
        toStore now: Now, of session: Session, lifetime: Int64, random: any RandomSource
    ) throws(Failure) -> HTTPHeader {
        guard let id = session.id else { throw Failure(.internalError, "a session without an id was renewed") }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt64(bitPattern: now.seconds))
        let name = prefix + id.label
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
