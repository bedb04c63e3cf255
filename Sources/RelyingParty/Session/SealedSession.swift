import Basics
import Cryptography
import Seal

/// A session in one cookie, or in two where it is large: then the first value ends with "." and the second goes on. Both
/// are parts of one seal, so parts of different sessions do not fit together.
struct SealedSession: Sendable {
    private static let continuation: UInt8 = 0x2E

    private let keys: KeyRing
    private let jar: CookieJar
    private let name: Text
    private let secondName: Text

    init(keys: KeyRing, jar: CookieJar) {
        self.keys = keys
        self.jar = jar
        name = jar.name("session")
        secondName = jar.name("session-2")
    }

    /// The session that is sealed in the cookies, or nil. With several cookies of one name, only one of which can be ours,
    /// the one that opens counts; when several do and differ, a sibling site has planted one, and nobody is signed in.
    func open(_ cookies: CookieHeader) -> Session? {
        var opened: [UInt8]?
        for value in cookies.values(of: name) {
            guard let plaintext = open(value, cookies) else { continue }
            if let opened, opened != plaintext { return nil }
            opened = plaintext
        }
        return opened.flatMap(Session.init)
    }

    private func open(_ value: ArraySlice<UInt8>, _ cookies: CookieHeader) -> [UInt8]? {
        guard value.last == Self.continuation else { return keys.open(value, cookie: name) }
        for second in cookies.values(of: secondName) {
            if let plaintext = keys.open(value.dropLast() + second, cookie: name) { return plaintext }
        }
        return nil
    }

    /// The headers that store a session for `lifetime` seconds, and remove what an earlier, larger one left over.
    func headers(
        toStore session: Session, lifetime: Int64, over cookies: CookieHeader, random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        let value = try keys.seal(session.encoded, cookie: name, random: random)
        let capacity = jar.capacity(of: name)
        guard value.count > capacity else {
            let isLeftOver = !cookies.values(of: secondName, limit: 1).isEmpty
            return [jar.storing(value, as: name, lifetime: lifetime)] + (isLeftOver ? [jar.removing(secondName)] : [])
        }
        try SessionCookie.checkLength(value.count)
        let first = Text(wellFormed: value.bytes.prefix(capacity - 1) + [Self.continuation])
        let second = Text(wellFormed: value.bytes.dropFirst(capacity - 1))
        return [
            jar.storing(first, as: name, lifetime: lifetime), jar.storing(second, as: secondName, lifetime: lifetime),
        ]
    }

    /// The headers that remove the session cookies that the browser sent.
    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        [name, secondName].filter { !cookies.values(of: $0, limit: 1).isEmpty }.map(jar.removing)
    }
}
