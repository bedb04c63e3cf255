internal import CStauth
internal import Synchronization

/// One HTTP request as the library sees it: who sent it, and what the library adds to the response.
///
/// An adapter makes a visit, calls ``begin()``, and ends it with ``finish()``; a handler uses it in between. Any task may
/// use it, one at a time. When the response begins, the visit ends: calls fail with the code "invalid_handle", and nobody
/// is signed in.
public final class Visit: Sendable {
    /// The most that ``setBody(_:)`` accepts.
    public static let longestBody = 64 * 1024
    /// A visit that has ended: nobody's.
    public static let ended = Visit()

    enum Phase {
        case here(Ticket), inACall(Ticket), endsAfterTheCall, ended
    }

    let app: App?
    let phase: Mutex<Phase>

    private init() {
        app = nil
        phase = Mutex(.ended)
    }

    private init(_ app: App, _ ticket: Ticket) {
        self.app = app
        phase = Mutex(.here(ticket))
    }

    /// A request to the program: method and target as received, "GET" and "/report?id=3", and all headers. The library
    /// uses some of them.
    public convenience init(
        _ app: App, method: String, target: String, headers: some Sequence<(name: String, value: String)>
    ) throws(StauthError) {
        let (method, target) = try (checked(method) as String, checked(target) as String)
        let block = try block(of: headers)
        let ticket = try unsafe make { out, failure in
            unsafe st_request_new(app.ticket.handle, method, target, out, failure)
        }
        self.init(app, ticket)
        try unsafe lend(block) { bytes, length throws(StauthError) in
            try unsafe call { failure in unsafe st_request_add_headers(ticket.handle, bytes, length, failure) }
        }
    }

    /// A request that belongs to no browser: ``begin()`` fetches metadata and keys.
    convenience init(preloading app: App) throws(StauthError) {
        let ticket = try unsafe make { out, failure in
            unsafe st_request_new_preload(app.ticket.handle, out, failure)
        }
        self.init(app, ticket)
    }

    deinit {
        phase.withLock { phase in
            if case .here(let ticket) = phase {
                unsafe st_request_free(ticket.handle)
            }
        }
    }

    /// The way to all calls that do not wait. Refused while another task is in a call that does.
    func ask<Value: Sendable>(
        _ question: (Ticket) throws(StauthError) -> Value
    ) throws(StauthError) -> Value {
        try phase.withLock { (phase) throws(StauthError) -> Value in
            guard case .here(let ticket) = phase else { throw StauthError.unavailable }
            return try question(ticket)
        }
    }

    /// Whether ``begin()`` needs the request's body.
    public var wantsBody: Bool {
        (try? ask { unsafe st_request_wants_body($0.handle) == 1 }) ?? false
    }

    /// Passes the body, before ``begin()``.
    public func setBody(_ body: [UInt8]) throws(StauthError) {
        try ask { request throws(StauthError) in
            try unsafe lend(body) { bytes, length throws(StauthError) in
                try unsafe call { failure in unsafe st_request_set_body(request.handle, bytes, length, failure) }
            }
        }
    }

    /// Names the browser's IP address for the log, before ``begin()``.
    public func setClientAddress(_ address: String?) throws(StauthError) {
        let address: String? = try checked(address)
        try ask { request throws(StauthError) in
            try unsafe call { failure in unsafe st_request_set_client_address(request.handle, address, failure) }
        }
    }

    /// Names a path that the program may route by, if it is not the target's, before ``begin()``: decoded once, or as
    /// received if the program does not decode. With several, the page is open only if all of them are.
    public func addRoute(_ path: [UInt8]) throws(StauthError) {
        try ask { request throws(StauthError) in
            try unsafe lend(path) { bytes, length throws(StauthError) in
                try unsafe call { failure in unsafe st_request_add_route(request.handle, bytes, length, failure) }
            }
        }
    }

    /// Who sent this request; nobody before ``begin()``. The response then says that it depends on the user.
    public var user: User {
        let json = try? ask { request throws(StauthError) in
            var (json, length): (UnsafePointer<CChar>?, Int) = (nil, 0)
            try unsafe call { failure in unsafe st_request_user_json(request.handle, &json, &length, failure) }
            return unsafe copied(json)
        }
        return json.map(User.init(json:)) ?? .nobody
    }

    /// Whether a signed-in user sent this request.
    public var isLoggedIn: Bool {
        (try? ask { unsafe st_request_is_logged_in($0.handle) == 1 }) ?? false
    }

    /// A claim, such as "email": text as it is, any other value as JSON. Nil if nobody is signed in, too.
    public func claim(_ name: String) -> String? {
        try? ask { request throws(StauthError) in
            let name = try checked(name) as String
            var value: UnsafePointer<CChar>?
            try unsafe call { failure in unsafe st_request_claim(request.handle, name, &value, nil, failure) }
            return unsafe copied(value)
        }
    }

    /// Whether the provider authenticated the user at most this long ago. If not, a login with
    /// ``LoginOptions/maxAge`` has the user authenticate again, and comes back to this page.
    public func isFresh(within age: Duration) -> Bool {
        (try? ask { unsafe st_request_is_fresh($0.handle, age.components.seconds) == 1 }) ?? false
    }

    /// Makes the response the library's page for an error code.
    public func refuse(_ code: String) throws(StauthError) {
        let code = try checked(code) as String
        try ask { request throws(StauthError) in
            try unsafe call { failure in unsafe st_request_refuse(request.handle, code, failure) }
        }
    }

    /// Why this request's login was refused; nil if it was not.
    public var error: StauthError? {
        try? ask { refusal(of: $0) }
    }
}

/// Why a login was refused.
func refusal(of request: Ticket) -> StauthError? {
    guard let error = unsafe st_request_error(request.handle) else { return nil }
    return unsafe StauthError(reading: error, status: st_error_status(error))
}

extension StauthError {
    static let unavailable = StauthError(
        .invalidArgument, "invalid_handle", "the visit has ended, or another task is in a call with it")
}

/// "name NUL value NUL" for each header that the library asks for.
private func block(of headers: some Sequence<(name: String, value: String)>) throws(StauthError) -> [UInt8] {
    var block: [UInt8] = []
    for (name, value) in headers where headerNames.contains(name.lowercased()) {
        let value = try checked(value) as String
        block += name.utf8
        block.append(0)
        block += value.utf8
        block.append(0)
    }
    return block
}

/// Those that the library asks for; it ignores all others.
let headerNames: Set = [
    "cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-purpose", "purpose", "x-purpose", "x-moz",
    "upgrade", "content-type", "accept", "accept-language", "authorization", "dpop", "access-control-request-method",
    "host",
    "x-forwarded-host", "x-forwarded-proto", "x-request-id", "secure-session-response", "sec-secure-session-id",
    "secure-session-skipped",
]
