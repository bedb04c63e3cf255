package import Basics
import CCurl

/// Exchanges over libcurl, which is loaded for the first one. TLS connections are kept for a while.
package final class CurlTransport: Transport {
    private let userAgent: Text
    private let connections: ConnectionPool

    /// `userAgent` identifies the library to providers, such as "stauth/1.2.3".
    package convenience init(userAgent: Text) {
        self.init(userAgent: userAgent, connections: ConnectionPool())
    }

    init(userAgent: Text, connections: ConnectionPool) {
        self.userAgent = userAgent
        self.connections = connections
    }

    package func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        try limits.check(request.url)
        guard withoutForks({ ccurl_load() }) else {
            let message: Text =
                "libcurl 7.87 or newer (libcurl.so.4) cannot be loaded; on Debian, install the package libcurl4"
            throw Failure(.networkLibraryMissing, message)
        }
        // Only OpenSSL reveals whether an answer began. Without TLS a new connection costs next to nothing.
        guard request.url.isSecure, ccurl_has_openssl() else { return try exchange(request, within: limits, over: nil) }
        let (connection, isFresh) = try takeConnection(to: request.url, within: limits)
        let response = try exchange(request, within: limits, over: connection, mayReuse: isFresh)
        connections.give(connection)
        return response
    }

    /// A connection for this request alone. One that fails is not returned to the pool.
    private func takeConnection(
        to url: AbsoluteURL, within limits: ConnectionSettings
    ) throws(Failure) -> (connection: KeptConnection, isFresh: Bool) {
        let places = AuthorityPlaces(configured: limits.certificateAuthorityFile)
        guard let authorities = try AuthorityCache.shared.authorities(at: places) else {
            throw .unreadableAuthorities(for: url, within: limits)
        }
        let key = ConnectionKey(url, within: limits, authorities: authorities)
        if let taken = connections.take(key) { return taken }
        return (try KeptConnection(to: url, by: key, through: limits.proxy, now: connections.time), false)
    }

    private func exchange(
        _ request: HTTPRequest, within limits: ConnectionSettings, over connection: KeptConnection?,
        mayReuse: Bool = false
    ) throws(Failure) -> HTTPResponse {
        let policy = AddressPolicy(for: request.url, within: limits)
        let receiver = ResponseReceiver(policy: policy, connection: connection)
        let transfer = try CurlTransfer(receiver)
        let places = connection == nil ? AuthorityPlaces(configured: limits.certificateAuthorityFile) : nil
        try transfer.setOptions(for: request, within: limits, authorities: places, userAgent: userAgent)
        if let connection { try transfer.setConnection(connection, mayReuse: mayReuse) }
        let code = try transfer.perform(request)
        guard code == CURLE_OK else {
            throw transfer.failure(code, receiver: receiver, request: request, limits: limits)
        }
        return transfer.response(body: receiver.body)
    }
}

extension CurlTransfer {
    fileprivate func response(body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: Int32(clamping: number(CURLINFO_RESPONSE_CODE)), body: body, values: fields)
    }
}
