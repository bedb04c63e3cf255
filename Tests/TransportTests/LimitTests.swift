import Basics
import Testing
import Transport

/// Providers that send too much, too slowly, or nonsense.
@Suite struct LimitTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    @Test(arguments: ["/large/1048576", "/large_chunked/1048576", "/large_compressed/1048576"])
    func largestBodyIsTaken(path: String) throws {
        #expect(try server.get(path).body.count == 1 << 20)
    }

    @Test(arguments: [
        "/large/1048577", "/large_chunked/1049600", "/large_compressed/1048577", "/large/100000000", "/endless",
        "/endless_headers", "/endless_trailers", "/endless_interim", "/long_header_line/70000",
        "/long_header_line/1000000",
    ])
    func tooMuchIsRefused(path: String) throws {
        let failure = try failure { try server.get(path) }
        #expect(failure?.code == .responseTooLarge)
    }

    @Test func longHeaderLineIsTaken() throws {
        #expect(try server.get("/long_header_line/60000").status == 200)
    }

    @Test(arguments: ["/silence", "/slow_body", "/slow_headers"], ["plain", "good"])
    func wholeExchangeEndsByItsDeadline(path: String, listener: String) throws {
        try expectTimeout(timeout: 400) { limits in
            try CurlTransport.forTests.send(HTTPRequest(.get, try server.url(path, on: listener)), within: limits)
        }
    }

    /// A TLS handshake belongs to the connection, so the shorter limit holds.
    @Test func connectionStandsByItsDeadline() throws {
        try expectTimeout(timeout: 60_000, connectTimeout: 400) { limits in
            try CurlTransport.forTests.send(HTTPRequest(.get, try server.url("/", on: "mute")), within: limits)
        }
    }

    /// libcurl takes 0 for no limit at all.
    @Test(arguments: [0, -1, Int64.min])
    func timeoutOfNothingIsShort(timeout: Int64) throws {
        try expectTimeout(timeout: timeout) { limits in
            try CurlTransport.forTests.send(HTTPRequest(.get, try server.url("/silence")), within: limits)
        }
    }

    @Test func longestTimeoutIsTaken() throws {
        #expect(try server.get("/echo", timeout: .max).status == 200)
    }

    private func expectTimeout(
        timeout: Int64, connectTimeout: Int64 = 5_000, _ exchange: (ConnectionSettings) throws -> HTTPResponse
    ) throws {
        var limits = server.limits(timeout: timeout)
        limits.connectTimeout = connectTimeout
        var failure: Failure?
        // Long enough for a busy machine, far shorter than any of the servers would go on.
        let elapsed = try ContinuousClock().measure { failure = try TransportTests.failure { try exchange(limits) } }
        #expect(failure?.code == .providerTimeout)
        #expect(elapsed < .seconds(5))
    }

    @Test(arguments: [
        "/length_too_long", "/length_invalid", "/cut_chunk", "/hang_up", "/reset_at_once",
        "/reset_in_body", "/http_0_9", "/http_2", "/nul_in_header",
    ])
    func brokenAnswerIsRefused(path: String) throws {
        let failure = try failure { try server.get(path) }
        #expect(failure?.code == .providerUnreachable)
    }

    @Test func nothingIsReadBeyondTheLength() throws {
        #expect(try server.get("/length_too_short").body == Text("12345").bytes)
    }

    @Test func messageNamesThePlaceWithoutTheQuery() throws {
        let headers = [HTTPHeader("Authorization", "Basic hidden-header")]
        let url = try server.url("/hang_up?token=hidden-query")
        let request = HTTPRequest(.post, url, headers: headers, body: "client_secret=hidden-body")
        let message = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }?.message
        #expect(message?.hasPrefix("\(url.origin)/hang_up: ") == true)
        #expect(message?.string.contains("hidden") == false)
    }
}
