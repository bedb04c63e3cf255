import Basics
import Cookies

/// What a native program has in place of a browser: the cookies, and the login that waits for its user.
final class NativeState {
    /// Of those that are kept from an earlier run.
    private static let mostCookies = 16

    /// Names and values.
    private var cookies: [HTTPHeader] = []
    /// What the names of pending logins begin with.
    private let loginPrefix: Text
    /// The login that its user completes on another device; nil if it comes by redirect.
    var device: DeviceLogin?
    /// When the login expires, in seconds since 1970.
    var expiry: Int64 = 0

    /// `kept`: what `text(isKept: true)` gave in an earlier run. Anything may have become of it since.
    init(kept: [UInt8], of application: Application) {
        loginPrefix = application.pendingLogins.prefix
        let header = CookieHeader(kept[...])
        for name in header.names(withPrefix: application.pendingLogins.jar.name(""), limit: Self.mostCookies) {
            guard let value = header.values(of: name, limit: 1).first.flatMap({ Text(validating: $0) }),
                name.isVisibleASCII, value.isVisibleASCII, !name.hasPrefix(loginPrefix)
            else { continue }
            cookies.append(HTTPHeader(name, value))
        }
    }

    /// Obeys Set-Cookie lines of ours. Their lifetimes are sealed into the values.
    func take(_ lines: [HTTPHeader]) {
        for line in lines {
            guard let (name, rest) = line.value.splitOnce(at: "=") else { continue }
            let value = rest.splitOnce(at: ";")?.before ?? rest
            cookies.removeAll { $0.name == name }
            if !value.isEmpty { cookies.append(HTTPHeader(name, value)) }
        }
    }

    func removeAll() { cookies = [] }

    /// Forgets the logins that have not been completed.
    func dropLogin() {
        cookies.removeAll { $0.name.hasPrefix(loginPrefix) }
        device = nil
    }

    /// Whether a login waits for the browser's return.
    var hasLogin: Bool { cookies.contains { $0.name.hasPrefix(loginPrefix) } }

    /// A Cookie header. `isKept`: without the logins that have not been completed.
    func text(isKept: Bool = false) -> Text {
        cookies.filter { !isKept || !$0.name.hasPrefix(loginPrefix) }.map { "\($0.name)=\($0.value)" }.joined(
            with: "; ")
    }
}

extension HostRequest {
    /// Moves the Set-Cookie lines of a native program's request to where its cookies are.
    func keepCookies() {
        guard let native else { return }
        native.take(pendingHeaders + sessionHeaders)
        (pendingHeaders, sessionHeaders) = ([], [])
        incoming.setCookies(native.text())
    }

    /// A native program's request lives longer than a page's: once it has the outcome of a refresh, another one may follow.
    func forgetNativeRefresh() {
        if native != nil, waiting == nil { refreshing = RefreshState() }
    }
}
