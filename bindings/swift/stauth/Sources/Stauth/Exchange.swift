internal import CStauth

/// A request to a provider, and the settings that whoever sends it must obey. Do not follow redirects.
///
/// Its headers and body are secrets.
public struct Exchange: Sendable {
    /// As in HTTP, "POST".
    public let method: String
    /// The absolute URL.
    public let url: String
    /// Names may repeat.
    public let headers: [(name: String, value: String)]
    /// Empty if there is none.
    public let body: [UInt8]
    /// The time for the whole exchange. A reply that comes later counts as none.
    public let timeout: Duration
    /// The time for connecting alone.
    public let connectTimeout: Duration
    /// The URL of the proxy; none whatever the environment says.
    public let proxy: String?
    /// The PEM file of the only trusted certificate authorities; those of the system if there is none.
    public let caFile: String?
    /// Whether the connection may end at a loopback address.
    public let allowsLoopback: Bool
}

/// The response of a provider.
///
/// Its body is a secret.
public struct Reply: Sendable {
    /// The status of HTTP.
    public var status: Int
    /// All of them.
    public var headers: [(name: String, value: String)]
    /// The decoded body. The library takes at most 1 MiB.
    public var body: [UInt8]

    /// A response, as a ``Configuration/Client`` gives it.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}

extension Exchange: CustomStringConvertible {
    /// Without secrets: this text ends up in logs.
    public var description: String { "Exchange" }
}

extension Reply: CustomStringConvertible {
    /// Without secrets: this text ends up in logs.
    public var description: String { "Reply with status \(status)" }
}

extension Exchange {
    /// Copies what the library asks for.
    init(reading exchange: Ticket) throws(StauthError) {
        let handle = unsafe exchange.handle
        var bytes: UnsafePointer<CChar>?
        var length = 0
        try unsafe call { failure in unsafe st_exchange_body(handle, &bytes, &length, failure) }
        body = unsafe copied(bytes, length)
        method = unsafe copied(st_exchange_method(handle)) ?? ""
        url = unsafe copied(st_exchange_url(handle)) ?? ""
        var headers: [(name: String, value: String)] = []
        while let name = unsafe copied(st_exchange_header_name(handle, headers.count)) {
            headers.append((name, unsafe copied(st_exchange_header_value(handle, headers.count)) ?? ""))
        }
        self.headers = headers
        timeout = .milliseconds(unsafe st_exchange_timeout_ms(handle))
        connectTimeout = .milliseconds(unsafe st_exchange_connect_timeout_ms(handle))
        proxy = unsafe copied(st_exchange_proxy(handle))
        caFile = unsafe copied(st_exchange_ca_file(handle))
        allowsLoopback = unsafe st_exchange_allows_loopback(handle) == 1
    }
}

extension Reply {
    /// Reports it to the library, which may refuse it.
    func report(to exchange: Ticket) throws(StauthError) {
        let handle = unsafe exchange.handle
        for (name, value) in headers {
            let (name, value) = try (checked(name) as String, checked(value) as String)
            try unsafe call { failure in unsafe st_exchange_add_header(handle, name, value, failure) }
        }
        let status = Int32(clamping: status)
        try unsafe lend(body) { bytes, length throws(StauthError) in
            try unsafe call { failure in unsafe st_exchange_respond(handle, status, bytes, length, failure) }
        }
    }
}
