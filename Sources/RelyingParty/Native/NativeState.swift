import Basics
import Cookies
import Environment

/// What a native program has in place of a browser: the cookies, and the login that waits for its user.
final class NativeState {
    /// Of those that are kept from an earlier run.
    private static let mostCookies = 16

    /// "name=value" each. How long they last is sealed into the values.
    private var cookies: [Text] = []
    /// What those of pending logins begin with.
    private let loginPrefix: Text
    /// The login that its user completes on another device; nil if it comes by redirect.
    var device: DeviceLogin?
    /// When the login by redirect expires, in seconds since 1970.
    var expiry: Int64 = 0

    /// `kept`: what `keptText` gave in an earlier run. Anything may have become of it since.
    init(kept: [UInt8], loginPrefix: Text) {
        self.loginPrefix = loginPrefix
        guard kept.count <= CookieHeader.longest, let text = Text(validating: kept) else { return }
        for cookie in text.split(at: ";").prefix(Self.mostCookies) { store(cookie.trimmed()) }
        dropLogin()
    }

    /// Obeys a Set-Cookie line.
    func store(_ line: Text) {
        let cookie = line.splitOnce(at: ";")?.before ?? line
        guard cookie.isPrintableASCII, let (name, value) = cookie.splitOnce(at: "=") else { return }
        drop(name + "=")
        if !value.isEmpty { cookies.append(cookie) }
    }

    private func drop(_ prefix: Text) {
        cookies = cookies.filter { !$0.hasPrefix(prefix) }
    }

    /// Forgets the logins that have not been completed.
    func dropLogin() {
        drop(loginPrefix)
        device = nil
    }

    /// Whether a login waits for the browser's return.
    var hasLogin: Bool { cookies.contains { $0.hasPrefix(loginPrefix) } }

    /// A Cookie header.
    var text: Text { cookies.joined(with: "; ") }

    /// The same without the logins that have not been completed.
    var keptText: Text { cookies.filter { !$0.hasPrefix(loginPrefix) }.joined(with: "; ") }
}

extension HostRequest {
    /// Moves the Set-Cookie lines of a native program's request to where its cookies are.
    func keepCookies() {
        guard let native else { return }
        for line in pendingHeaders + sessionHeaders { native.store(line.value) }
        (pendingHeaders, sessionHeaders) = ([], [])
        incoming.setCookies(native.text)
    }

    /// A native program's request lives longer than a page's: its session can end before it, and is seen whenever the
    /// program reads the user. It can also come back, when a store answers again. A flow that waits keeps the session that it
    /// began with.
    func reopenNativeSession() {
        guard native != nil, waiting == nil else { return }
        // Without a clock, no expiry can be judged.
        guard let now = try? Now(application.environment.clock) else { return forgetUser() }
        let hadSession = session != nil
        openSession(now)
        keepCookies()
        // What became of the refresh that ended it has yet to be reported.
        if hadSession, session == nil { refreshing = RefreshState() }
    }

    /// For the same reason: once it has the outcome of a refresh, another one may follow.
    func forgetNativeRefresh() {
        if native != nil, waiting == nil { refreshing.isOver = false }
    }
}
