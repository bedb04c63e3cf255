internal import CStauth
internal import FoundationEssentials
internal import Synchronization

private typealias Question = @Sendable (Ticket) -> Bool

/// The calls that may wait for a provider. With a client of the program's they never block; otherwise those that would are
/// made on another thread.
extension Visit {
    /// Reads the session. False means that the library has answered: send its response.
    public func begin() async throws(StauthError) -> Bool {
        let mayBlock: Question = { unsafe st_request_may_block($0.handle) == 1 }
        let last = try await step(mayBlock) { request throws(StauthError) in
            try unsafe action { out, failure in unsafe st_request_begin(request.handle, out, failure) }
        }
        return last == ST_PROCEED
    }

    /// Makes the response a redirect to this provider, in place of anything that the handler gives; nil is the default
    /// one, or a page where the user chooses. If it fails, nothing has changed.
    public func login(_ provider: String? = nil, options: LoginOptions = LoginOptions()) async throws(StauthError) {
        let provider: String? = try checked(provider)
        let mayBlock: Question = { unsafe st_request_login_may_block($0.handle, provider) == 1 }
        _ = try await step(mayBlock) { request throws(StauthError) in
            try unsafe with(options.settings, on: request) { failure in
                unsafe st_request_login(request.handle, provider, failure)
            }
            return st_action(ST_WAIT)  // perhaps
        }
        let failed = try ask { unsafe st_request_response_status($0.handle) >= 400 ? refusal(of: $0) : nil }
        if let failed { throw failed }
    }

    /// Ends the session, and makes the response a redirect, in place of anything that the handler gives.
    ///
    /// Fails unless a page of this site sent the request.
    public func logout(_ scope: LogoutScope = .provider) async throws(StauthError) {
        let mayBlock: Question = { unsafe st_request_logout_may_block($0.handle) == 1 }
        _ = try await step(mayBlock) { request throws(StauthError) in
            try unsafe with(scope.settings, on: request) { failure in unsafe st_request_logout(request.handle, failure)
            }
            return st_action(ST_RESPOND)
        }
    }

    /// Whether this user may see a page that is for signed-in users. If not, or if it fails, do not make the page: the
    /// response is a redirect to the login, or 401 if the request could not follow one.
    public func requireLogin() async throws(StauthError) -> Bool {
        try await require(nil, [])
    }

    /// The same for a page whose path may be open.
    public func requireLogin(_ gate: Gate, path: [UInt8]) async throws(StauthError) -> Bool {
        try await require(gate, path)
    }

    private func require(_ gate: Gate?, _ path: [UInt8]) async throws(StauthError) -> Bool {
        let mayBlock: Question = { unsafe st_request_login_may_block($0.handle, nil) == 1 }
        let last = try await step(mayBlock) { request throws(StauthError) in
            try unsafe lend(path) { bytes, length throws(StauthError) in
                let bytes = unsafe gate == nil ? nil : bytes
                return try unsafe action { out, failure in
                    unsafe st_request_require_login(request.handle, gate?.ticket.handle, bytes, length, out, failure)
                }
            }
        }
        return last == ST_PROCEED
    }

    /// A token to call an API with, refreshed if it would expire soon. Requires `expose_tokens`.
    public func accessToken() async throws(StauthError) -> AccessToken {
        if let token = try await outcome(of: readToken) { return token }
        if let token = try await outcome(of: readToken) { return token }
        throw StauthError.unavailable
    }

    /// Reads the user's claims anew from the provider; ``user`` has them afterwards.
    public func refresh() async throws(StauthError) {
        let refreshed: @Sendable (Ticket) throws(StauthError) -> Void? = { request throws(StauthError) in
            let next = try unsafe action { out, failure in unsafe st_request_refresh(request.handle, out, failure) }
            return next == ST_WAIT ? nil : ()
        }
        if try await outcome(of: refreshed) == nil {
            _ = try await outcome(of: refreshed)
        }
    }

    /// A call that says what came of a refresh when it is called again: nil if that is to come.
    private func outcome<Value: Sendable>(
        of call: @escaping @Sendable (Ticket) throws(StauthError) -> Value?
    ) async throws(StauthError) -> Value? {
        try await during { [app] ticket throws(StauthError) in
            if app?.client == nil {
                return try await elsewhere { () throws(StauthError) in try call(ticket) }
            }
            let found = try call(ticket)
            if found == nil { _ = try await self.drive(ticket) }
            return found
        }
    }

    /// Starts something, and makes the requests to providers that it waits for. Gives the last action.
    private func step(
        _ mayBlock: Question,
        _ start: @escaping @Sendable (Ticket) throws(StauthError) -> st_action
    ) async throws(StauthError) -> st_action {
        try await during { [app] ticket throws(StauthError) in
            if app?.client == nil, mayBlock(ticket) {
                return try await elsewhere { () throws(StauthError) in try start(ticket) }
            }
            let action = try start(ticket)
            return action == ST_WAIT ? try await self.drive(ticket) : action
        }
    }

    /// Makes the requests to providers that this one waits for. The last action.
    private func drive(_ ticket: Ticket) async throws(StauthError) -> st_action {
        var last = st_action(ST_RESPOND)
        while let client = app?.client, let lent = unsafe st_request_exchange(ticket.handle) {
            let lent = unsafe Ticket(handle: lent)
            do {
                try await client(Exchange(reading: lent)).report(to: lent)
            } catch {
                complain("stauth: no reply: \(error)")  // which counts as an unreachable provider
            }
            last = try unsafe action { out, failure in unsafe st_request_resume(ticket.handle, out, failure) }
        }
        return last
    }

    /// Keeps other tasks away for the time of a call, so that no lock is held meanwhile.
    private func during<Value: Sendable>(
        _ body: (Ticket) async throws(StauthError) -> Value
    ) async throws(StauthError) -> Value {
        let ticket = try phase.withLock { phase throws(StauthError) -> Ticket in
            guard case .here(let ticket) = phase else { throw StauthError.unavailable }
            phase = .inACall(ticket)
            return ticket
        }
        defer {
            phase.withLock { phase in
                if case .inACall = phase {
                    phase = .here(ticket)
                } else {
                    phase = .ended
                    unsafe st_request_free(ticket.handle)
                }
            }
        }
        return try await body(ticket)
    }
}

/// The way to all functions that say what comes next.
private func action(
    _ function: (UnsafeMutablePointer<st_action>, UnsafeMutablePointer<OpaquePointer?>) -> st_status
) throws(StauthError) -> st_action {
    var action = st_action(ST_RESPOND)
    try unsafe call { failure in unsafe function(&action, failure) }
    return action
}

/// Sets options for a call, which uses them up. If one is refused, it removes the others.
private func with(
    _ settings: [(key: String, value: String?)], on request: Ticket,
    _ function: (UnsafeMutablePointer<OpaquePointer?>) -> st_status
) throws(StauthError) {
    do throws(StauthError) {
        for (key, value) in settings {
            let value: String? = try checked(value)
            try unsafe call { failure in unsafe st_request_set(request.handle, key, value, failure) }
        }
    } catch {
        for (key, _) in settings {
            _ = unsafe st_request_set(request.handle, key, nil, nil)  // the reason is that of the first
        }
        throw error
    }
    try unsafe call(function)
}

/// The token; nil if a refresh is to come first.
private func readToken(of request: Ticket) throws(StauthError) -> AccessToken? {
    var (secret, scope): (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (nil, nil)
    var expiry: Int64 = 0
    _ = try unsafe action { out, failure in
        unsafe st_request_access_token(request.handle, out, &secret, &expiry, &scope, failure)
    }
    guard let secret = unsafe copied(secret) else { return nil }
    let date = expiry == 0 ? nil : Date(timeIntervalSince1970: Double(expiry))
    let scopes = (unsafe copied(scope) ?? "").split(separator: " ").map(String.init)
    return AccessToken(secret: secret, expiry: date, scopes: scopes)
}
