import Basics
import Cookies
import Cryptography

/// Bytes in one cookie, or in two if there are many: then the first value ends with "." and the second continues. Both are
/// parts of one seal, so parts of different ones do not match.
final class SealedCookie: Sendable {
    private static let continuation: UInt8 = 0x2E

    private let keys: KeyRing
    private let binding: KeyRing.Binding
    private let jar: CookieJar
    private let name: Text
    private let secondName: Text

    /// `name`: without the common prefix of all cookies.
    init(_ name: Text, keys: KeyRing, jar: CookieJar) {
        self.keys = keys
        self.jar = jar
        self.name = jar.name(name)
        binding = keys.binding(cookie: self.name)
        secondName = jar.name(name + "-2")
    }

    /// The content of the cookies, or nil. Of several cookies with one name, only one of which can be ours, the one that
    /// opens is used; if several open and differ, a sibling site has planted one, and none is used.
    func open(_ cookies: CookieHeader) -> [UInt8]? {
        open(cookies, binding)
    }

    /// The same for bytes stored with a context, which is bound to them.
    func open(_ cookies: CookieHeader, context: [UInt8]) -> [UInt8]? {
        open(cookies, binding.with(context: context))
    }

    private func open(_ cookies: CookieHeader, _ binding: KeyRing.Binding) -> [UInt8]? {
        var opened: [UInt8]?
        var search = CookieHeader.Search(cookies)
        while let value = search.next(of: name, in: cookies) {
            guard let plaintext = open(value, cookies, binding) else { continue }
            if let opened, opened != plaintext { return nil }
            opened = plaintext
        }
        return opened
    }

    private func open(_ value: ArraySlice<UInt8>, _ cookies: CookieHeader, _ binding: KeyRing.Binding) -> [UInt8]? {
        guard value.last == Self.continuation else { return keys.open(value, for: binding) }
        for second in cookies.values(of: secondName) {
            if let plaintext = keys.open(value.dropLast() + second, for: binding) { return plaintext }
        }
        return nil
    }

    /// Bytes that they take in this request.
    func length(in cookies: CookieHeader) -> Int { cookies.length(withPrefix: name) }

    /// The headers that store `bytes` for `lifetime` seconds, and remove the leftovers of earlier, larger ones. The caller
    /// ensures that two cookies are enough.
    func headers(
        toStore bytes: [UInt8], context: [UInt8] = [], lifetime: Int64, over cookies: CookieHeader,
        random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        let binding = context.isEmpty ? binding : binding.with(context: context)
        let value = try keys.seal(bytes, for: binding, random: random)
        let capacity = jar.capacity(of: name)
        guard value.count > capacity else {
            return [jar.storing(value, as: name, lifetime: lifetime)]
                + (cookies.contains(secondName) ? [jar.removing(secondName)] : [])
        }
        let first = Text(wellFormed: value.bytes.prefix(capacity - 1) + [Self.continuation])
        let second = Text(wellFormed: value.bytes.dropFirst(capacity - 1))
        return [
            jar.storing(first, as: name, lifetime: lifetime), jar.storing(second, as: secondName, lifetime: lifetime),
        ]
    }

    /// The header that removes the first, sent or not.
    var removal: HTTPHeader { jar.removing(name) }

    /// The headers that remove those of these cookies that the browser sent.
    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        [name, secondName].filter(cookies.contains).map(jar.removing)
    }
}
