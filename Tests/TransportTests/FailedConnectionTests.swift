import Basics
import CCurl
import Testing

@testable import Transport

/// What is left of a kept connection after a request failed on it.
@Suite struct FailedConnectionTests {
    let server: TestServer

    init() throws {
        try #require(ccurl_load())
        server = try TestServer.running()
    }

    /// libcurl has closed the socket, whose number may already be another's. The rest is ours to free.
    @Test func staysOursWithoutItsSocket() throws {
        let limits = server.limits()
        let places = AuthorityPlaces(configured: limits.certificateAuthorityFile)
        let authorities = try #require(try AuthorityCache().authorities(at: places))
        let url = try server.url("/connection", on: "good")
        let key = ConnectionKey(url, within: limits, authorities: authorities)
        let connection = try KeptConnection(to: url, by: key, through: nil, now: 0)
        #expect(try code(of: "/connection", on: connection) == CURLE_OK)
        #expect(connection.isOwn)
        #expect(try code(of: "/hang_up/failed-connection", on: connection) == CURLE_GOT_NOTHING)
        #expect(connection.isOwn)
    }

    private func code(of path: String, on connection: KeptConnection) throws -> CURLcode {
        let (request, limits) = (HTTPRequest(.get, try server.url(path, on: "good")), server.limits())
        let policy = AddressPolicy(for: request.url, within: limits)
        let transfer = try CurlTransfer(ResponseReceiver(policy: policy, connection: connection))
        try transfer.setOptions(for: request, within: limits, authorities: nil, userAgent: "stauth/test")
        try transfer.setConnection(connection, mayReuse: true)
        return try transfer.perform(request)
    }
}
