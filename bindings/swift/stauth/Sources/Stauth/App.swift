internal import CStauth

/// A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one.
///
/// Any number of tasks may use it.
public final class App: Sendable {
    let ticket: Ticket
    let client: Configuration.Client?
    /// Whether the settings require a login for the pages of the site.
    public let requiresLogin: Bool

    /// Checks the settings. The error lists every problem.
    public init(_ configuration: Configuration = Configuration()) throws(StauthError) {
        try checkVersion()
        let ticket = try configuration.apply()
        self.ticket = ticket
        client = configuration.client
        requiresLogin = unsafe st_app_requires_login(ticket.handle) == 1
    }

    deinit {
        unsafe st_app_free(ticket.handle)
    }

    /// Fetches metadata and keys of all providers, so that the first login need not.
    public func preload() async throws(StauthError) {
        if client != nil {
            _ = try await Visit(preloading: self).begin()
            return
        }
        try await elsewhere { [self] () throws(StauthError) in
            try unsafe call { failure in unsafe st_app_preload(ticket.handle, failure) }
        }
    }

    /// The path that begins a login, for links: "/auth/login", optionally with "?provider=NAME&return_to=/page".
    public var loginPath: String { unsafe copied(st_app_login_path(ticket.handle)) ?? "" }

    /// The path that ends the session by POST, and asks first by GET: "/auth/logout".
    public var logoutPath: String { unsafe copied(st_app_logout_path(ticket.handle)) ?? "" }

    /// The paths to which providers send users back, for programs that route by path.
    public var callbackPaths: [String] {
        var found: [String] = []
        while let path = unsafe copied(st_app_callback_path(ticket.handle, found.count)) {
            found.append(path)
        }
        return found
    }

    /// Who sent this Cookie header, without a request: no network, no lock.
    public func user(fromCookie cookie: String) throws(StauthError) -> User {
        let cookie = [UInt8](cookie.utf8)
        let json = try unsafe written { buffer, capacity, length, failure in
            unsafe cookie.withUnsafeBytes { bytes in
                let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe st_user_from_cookie(ticket.handle, text, bytes.count, buffer, capacity, length, failure)
            }
        }
        return User(json: json)
    }

    /// Ends sessions in every copy of their cookies: for an operator's revoke, or a closed account. The selector is JSON,
    /// such as `{"provider":"google","sub":"1234"}`; `docs/sessions.md` describes it.
    public func endSessions(_ selector: String) throws(StauthError) {
        let selector = try checked(selector) as String
        try unsafe call { failure in unsafe st_app_end_sessions(ticket.handle, selector, failure) }
    }

    /// The numbers for monitoring, of this process, as JSON. `docs/monitoring.md` describes them.
    public func statsJSON() throws(StauthError) -> String {
        try unsafe written { buffer, capacity, length, failure in
            unsafe st_app_stats_json(ticket.handle, buffer, capacity, length, failure)
        }
    }

    /// The same numbers as text for Prometheus, of the type "text/plain; version=0.0.4".
    public func statsPrometheus() throws(StauthError) -> String {
        try unsafe written { buffer, capacity, length, failure in
            unsafe st_app_stats_prometheus(ticket.handle, buffer, capacity, length, failure)
        }
    }
}

/// The text that a function writes to a buffer, however long it is.
private func written(
    _ write: (
        UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>, UnsafeMutablePointer<OpaquePointer?>
    ) -> st_status
) throws(StauthError) -> String {
    var capacity = 65_536  // the most that a user needs without a session store
    while true {
        var needed = 0
        var failed: StauthError?
        let text = unsafe String(unsafeUninitializedCapacity: capacity) { buffer in
            var length = 0
            do throws(StauthError) {
                try unsafe call { failure in
                    unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                        unsafe write(text.baseAddress, capacity, &length, failure)
                    }
                }
                return min(length, capacity)
            } catch {
                (needed, failed) = (length, error)
                return 0
            }
        }
        guard let failed else { return text }
        guard needed > capacity else { throw failed }
        capacity = needed * 2  // it may grow meanwhile
    }
}

/// The loaded library has the interface of the header that this module was compiled with.
private func checkVersion() throws(StauthError) {
    let (loaded, wanted) = (st_version_number(), UInt32(ST_VERSION_NUMBER))
    guard loaded / 100 == wanted / 100 else {
        let message = "libstauth.so.0 is version \(loaded), and \(wanted) is needed"
        throw StauthError(.configuration, "library_not_found", message)
    }
}
