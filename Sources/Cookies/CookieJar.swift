package import Basics

/// The attributes that an application's cookies share, and their Set-Cookie lines (RFC 6265 4.1).
///
/// With https our own names begin with "__Host-": a browser accepts such a cookie only from this very host, over https, for
/// the whole host, so no sibling site can plant one (RFC 6265bis 4.1.3.2).
package struct CookieJar: Sendable {
    /// How much browsers store of one cookie: name, value and attributes together.
    package static let longestCookie = 4096

    private let namePrefix: Text
    private let attributes: Text
    private var isPersistent = true

    package init(prefix: Text, isSecure: Bool) {
        self.init(namePrefix: isSecure ? "__Host-\(prefix)_" : "\(prefix)_", path: "/", isSecure: isSecure)
    }

    /// For cookies whose names another program has chosen, and which only pages below `path` receive.
    package init(path: Text, isSecure: Bool) {
        self.init(namePrefix: "", path: path, isSecure: isSecure)
    }

    /// For cookies of ours that only `path`, and what is below, receives: "__Host-" is for the whole host.
    package init(prefix: Text, path: Text, isSecure: Bool) {
        self.init(namePrefix: isSecure ? "__Secure-\(prefix)_" : "\(prefix)_", path: path, isSecure: isSecure)
    }

    private init(namePrefix: Text, path: Text, isSecure: Bool) {
        self.namePrefix = namePrefix
        let shared: Text = "; Path=\(path); HttpOnly; SameSite=Lax"
        attributes = isSecure ? shared + "; Secure" : shared
    }

    private init(namePrefix: Text, attributes: Text) {
        self.namePrefix = namePrefix
        self.attributes = attributes
    }

    /// For cookies of the same names that browsers also send with a POST from another site. They accept SameSite=None only
    /// with Secure, and Secure also over http from the machine itself (RFC 6265bis 5.7), except for Safari.
    package var forOtherSites: CookieJar {
        CookieJar(namePrefix: namePrefix, attributes: "; Path=/; HttpOnly; SameSite=None; Secure")
    }

    /// For the same cookies, which browsers forget when they close.
    package var untilBrowserCloses: CookieJar {
        var jar = self
        jar.isPersistent = false
        return jar
    }

    /// The attributes but Max-Age, without a separator before them.
    package var attributeList: Text { attributes.dropping(prefix: "; ") ?? attributes }

    /// The full name of our cookie `name`, such as "__Host-stauth_session".
    package func name(_ name: Text) -> Text {
        namePrefix + name
    }

    /// The maximum length of a value in the cookie of this full name.
    package func capacity(of name: Text) -> Int {
        // "=", and "; Max-Age=" with up to ten digits.
        Self.longestCookie - name.count - attributes.count - 21
    }

    /// The header that stores a value for `lifetime` seconds.
    package func storing(_ value: Text, as name: Text, lifetime: Int64) -> HTTPHeader {
        let age: Text = isPersistent ? "; Max-Age=\(max(0, lifetime))" : ""
        var line: [UInt8] = []
        line.reserveCapacity(name.count + value.count + age.count + attributes.count + 1)
        line += name.bytes
        line.append("=")
        line += value.bytes
        line += age.bytes
        line += attributes.bytes
        return HTTPHeader("Set-Cookie", Text(wellFormed: line))
    }

    /// The header that removes a cookie.
    package func removing(_ name: Text) -> HTTPHeader {
        HTTPHeader("Set-Cookie", "\(name)=; Max-Age=0\(attributes)")
    }

    /// The headers that remove those of the browser's cookies whose names begin with `prefix`, and not with `kept`; eight at
    /// most.
    package func removing(
        namesWithPrefix prefix: Text, from cookies: CookieHeader, but kept: Text? = nil
    ) -> [HTTPHeader] {
        // A planted name could contain anything, and goes into a header here: only names like ours are removed.
        cookies.names(withPrefix: prefix, limit: 8)
            .filter { $0.bytes.dropFirst(prefix.count).allSatisfy(FormEncoding.isUnreserved) }
            .filter { name in kept.map { !name.hasPrefix($0) } ?? true }
            .map(removing)
    }
}
