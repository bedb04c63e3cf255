import Basics
import CCurl
import Platform

/// What two requests must have in common to use the same connection.
struct ConnectionKey: Equatable {
    let origin: Text
    let authorities: Authorities
    /// Proxy, client certificate, address rule: everything except the times, which belong to each request.
    private let settings: ConnectionSettings

    init(_ url: AbsoluteURL, within limits: ConnectionSettings, authorities: Authorities) {
        origin = url.origin
        self.authorities = authorities
        var settings = limits
        settings.connectTimeout = 0
        settings.timeout = 0
        self.settings = settings
    }

    static func == (one: Self, other: Self) -> Bool {
        one.origin == other.origin && one.authorities === other.authorities && one.settings == other.settings
    }
}

/// A connection to a provider that stays open between requests, and its TLS sessions. One request at a time uses it.
@safe
final class KeptConnection {
    let handle: OpaquePointer
    let key: ConnectionKey
    let madeAt: Int64
    var idleSince: Int64
    /// The process that made it. A child has the same socket, but anything it said there would confuse the parent.
    private let generation = platform_fork_count()

    init(to url: AbsoluteURL, by key: ConnectionKey, through proxy: AbsoluteURL?, now: Int64) throws(Failure) {
        let name = url.host.dropping(prefix: "[")?.dropping(suffix: "]") ?? url.host
        let isProxySecure = proxy?.isSecure ?? false
        let handle = unsafe try withCString(isProxySecure ? nil : name) {
            unsafe ccurl_connection_new(key.authorities.handle, $0)
        }
        guard let handle = unsafe handle else { throw Failure(.internalError, "libcurl is out of memory") }
        unsafe self.handle = handle
        self.key = key
        madeAt = now
        idleSince = now
    }

    deinit {
        if isOwn { unsafe ccurl_connection_free(handle) } else { unsafe ccurl_connection_abandon(handle) }
    }

    /// Whether it belongs to this process, and the host left its socket alone.
    var isOwn: Bool {
        unsafe generation == platform_fork_count() && ccurl_connection_is_intact(handle)
    }

    /// Whether any of the current request's answer arrived.
    var answerBegan: Bool { unsafe ccurl_connection_answer_began(handle) }
}
