import Basics
import Cookies
import TestSupport
import Testing

/// Set-Cookie lines (RFC 6265 4.1).
@Suite struct CookieJarTests {
    private let secure = CookieJar(prefix: "stauth", isSecure: true)
    private let plain = CookieJar(prefix: "app-1", isSecure: false)

    @Test("RFC 6265bis 4.1.3.2: __Host- with https")
    func names() {
        #expect(secure.name("session") == "__Host-stauth_session")
        #expect(plain.name("session-2") == "app-1_session-2")
    }

    @Test func storing() {
        let header = secure.storing("AQ-_", as: "__Host-stauth_session", lifetime: 900)
        #expect(header.name == "Set-Cookie")
        #expect(header.value == "__Host-stauth_session=AQ-_; Max-Age=900; Path=/; HttpOnly; SameSite=Lax; Secure")
        let overHTTP = plain.storing("v", as: "app-1_session", lifetime: 1).value
        #expect(overHTTP == "app-1_session=v; Max-Age=1; Path=/; HttpOnly; SameSite=Lax")
    }

    /// A browser removes only a cookie of the same name, path and host.
    @Test func removing() {
        let header = secure.removing("__Host-stauth_session")
        #expect(header.value == "__Host-stauth_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure")
        #expect(plain.removing("x").value == "x=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax")
    }

    @Test("RFC 6265bis 4.1.3.2: no Domain", arguments: [true, false])
    func neverADomain(isSecure: Bool) {
        let value = CookieJar(prefix: "s", isSecure: isSecure).storing("v", as: "s_x", lifetime: 1).value.string
        #expect(!value.lowercased().contains("domain"))
    }

    /// A browser takes SameSite=None with Secure only, also over http from the machine itself.
    @Test(arguments: [true, false]) func cookieForOtherSites(isSecure: Bool) {
        let jar = CookieJar(prefix: "s", isSecure: isSecure)
        let name = jar.name("x")
        #expect(jar.forOtherSites.name("x") == name)
        #expect(
            jar.forOtherSites.storing("v", as: name, lifetime: 1).value
                == "\(name)=v; Max-Age=1; Path=/; HttpOnly; SameSite=None; Secure")
        #expect(
            jar.forOtherSites.removing(name).value == "\(name)=; Max-Age=0; Path=/; HttpOnly; SameSite=None; Secure")
    }

    @Test(arguments: [0, -1, Int64.min])
    func lifetimeIsNeverNegative(lifetime: Int64) {
        #expect(secure.storing("v", as: "n", lifetime: lifetime).value.string.contains("; Max-Age=0;"))
    }

    @Test(
        "RFC 6265 6.1: 4096 bytes in all", arguments: [true, false], ["session", "session-2", "login-0123456789abcdef"])
    func fullCookieFits(isSecure: Bool, name: String) {
        let jar = CookieJar(prefix: "stauth", isSecure: isSecure)
        let full = jar.name(Text(name))
        let value = Text(String(repeating: "x", count: jar.capacity(of: full)))
        #expect(jar.storing(value, as: full, lifetime: 9_999_999_999).value.count == CookieJar.longestCookie)
        #expect(CookieJar.longestCookie == 4096)
    }
}
