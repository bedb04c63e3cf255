import Basics
import Foundation
import Testing

@testable import Transport

/// Which connection a request came on, as the server saw it.
struct Connection: Codable, Equatable {
    let number: Int
    /// How many requests came on it, with this one.
    let count: Int
    let isResumed: Bool
}

/// A transport with connections of its own, and a clock that stands still.
final class KeepingTransport: @unchecked Sendable {
    private let server: TestServer
    private(set) var time: Int64 = 0
    private(set) var transport: CurlTransport?
    private(set) var pool: ConnectionPool?

    init(_ server: TestServer) {
        self.server = server
        let pool = ConnectionPool { [weak self] in self?.time ?? 0 }
        self.pool = pool
        transport = CurlTransport(userAgent: "stauth/test", connections: pool)
    }

    func advance(by milliseconds: Int64) { time += milliseconds }

    /// As an application that is freed.
    func end() {
        transport = nil
        pool = nil
    }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings? = nil) throws -> HTTPResponse {
        try #require(transport).send(request, within: limits ?? server.limits())
    }

    func get(_ path: String) throws -> HTTPResponse {
        try send(HTTPRequest(.get, server.url(path, on: "good")))
    }

    func connection(
        host: String = "127.0.0.1", on listener: String = "good", within limits: ConnectionSettings? = nil
    ) throws -> Connection {
        let request = HTTPRequest(.get, try server.url("/connection", on: listener, host: host))
        return try JSONDecoder().decode(Connection.self, from: Data(try send(request, within: limits).body))
    }
}

/// When a connection is used again, and when not.
@Suite struct ConnectionTests {
    let server: TestServer
    let kept: KeepingTransport

    init() throws {
        server = try TestServer.running()
        kept = KeepingTransport(server)
    }

    @Test func connectionIsUsedAgain() throws {
        let first = try kept.connection()
        #expect(first.count == 1)
        #expect(!first.isResumed)
        for count in 2...5 {
            #expect(try kept.connection() == Connection(number: first.number, count: count, isResumed: false))
        }
    }

    @Test func otherOriginGetsItsOwn() throws {
        let first = try kept.connection()
        #expect(try kept.connection(host: "localhost").number != first.number)
        #expect(try kept.connection().number == first.number)
    }

    /// RFC 8705: whoever has another certificate is another client.
    @Test func otherClientCertificateGetsItsOwn() throws {
        var limits = server.limits()
        var numbers: Set<Int> = [try kept.connection(within: limits).number]
        for _ in 0..<2 {
            limits.clientCertificate = try server.clientCertificate()
            numbers.insert(try kept.connection(within: limits).number)
            #expect(try kept.connection(within: limits).count == 2)
        }
        #expect(numbers.count == 3)
    }

    @Test func otherAuthoritiesGetTheirOwn() throws {
        let first = try kept.connection()
        var limits = server.limits()
        limits.certificateAuthorityFile = try server.copyOfAuthority("other")
        let other = try kept.connection(within: limits)
        #expect(other.number != first.number)
        #expect(!other.isResumed, "a session would not be verified")
    }

    @Test(arguments: ["proxy", "tls_proxy"])
    func otherWayGetsItsOwn(listener: String) throws {
        let direct = try kept.connection(host: "localhost")
        let scheme = listener == "proxy" ? "http" : "https"
        var limits = server.limits(proxy: try TestServer.url("\(scheme)://127.0.0.1:\(server.ports[listener] ?? 0)"))
        let first = try kept.connection(host: "localhost", within: limits)
        #expect(first.number != direct.number)
        #expect(try kept.connection(host: "localhost", within: limits).number == first.number)
        limits.allowsLoopback = false
        #expect(
            try kept.connection(host: "localhost", within: limits).number != first.number, "another rule for addresses")
    }

    /// The rule for addresses is not asked of a connection that stands.
    @Test func refusedAddressIsRefusedThoughAConnectionIsKept() throws {
        _ = try kept.connection()
        var limits = server.limits()
        limits.allowsLoopback = false
        #expect(
            try failure { try kept.send(HTTPRequest(.get, server.url("/connection", on: "good")), within: limits) }?
                .code == .providerAddressRefused)
    }

    @Test func timesOfARequestDoNotMatter() throws {
        var limits = server.limits(timeout: 9_000)
        let first = try kept.connection(within: limits)
        limits.timeout = 8_000
        #expect(try kept.connection(within: limits).number == first.number)
        limits.connectTimeout = 7_000
        #expect(try kept.connection(within: limits).number == first.number)
    }

    @Test func idleConnectionIsClosedAndItsSessionResumed() throws {
        let first = try kept.connection()
        kept.advance(by: ConnectionPool.longestRest)
        let second = try kept.connection()
        #expect(second.number != first.number)
        #expect(second.count == 1)
        #expect(second.isResumed)
    }

    @Test func connectionInUseStaysOpen() throws {
        let first = try kept.connection()
        for count in 2...5 {
            kept.advance(by: ConnectionPool.longestRest - 1)
            #expect(try kept.connection() == Connection(number: first.number, count: count, isResumed: false))
        }
    }

    @Test func connectionToOneIsClosedWhenAnotherIsUsed() throws {
        _ = try kept.get("/farewell/one")
        kept.advance(by: ConnectionPool.longestRest)
        _ = try kept.connection(host: "localhost")
        #expect(try server.get("/closed/one").body == Text("True").bytes)
    }

    @Test func connectionIsClosedWithItsApplication() throws {
        _ = try kept.get("/farewell/application")
        kept.end()
        #expect(try server.get("/closed/application").body == Text("True").bytes)
    }

    @Test func certificateIsVerifiedAgainNowAndThen() throws {
        _ = try kept.connection()
        for _ in 0..<ConnectionPool.longestLife / 20_000 {
            kept.advance(by: 20_000)
            _ = try kept.connection()
        }
        let last = try kept.connection()
        #expect(last.count < 5)
        #expect(!last.isResumed)
    }

    /// A server that ends a connection on which nobody asks: the client finds out before it asks again.
    @Test(arguments: ["close", "reset", "unread", "surplus"])
    func connectionThatTheServerEndedIsReplaced(ending: String) throws {
        #expect(try kept.get("/last/\(ending)").body == Text("bye").bytes)
        if ending != "unread" {
            _ = try server.get("/echo/\(ending)")
            #expect(try server.get("/closed/\(ending)").body == Text("True").bytes)
        }
        let request = HTTPRequest(
            .post, try server.url("/echo/after-\(ending)", on: "good"), body: "grant_type=authorization_code&code=x")
        #expect(try Echo(try kept.send(request)).body == "grant_type=authorization_code&code=x")
        #expect(try server.count("/echo/after-\(ending)") == "1")
    }

    @Test func announcedEndIsObeyed() throws {
        #expect(try kept.get("/goodbye").body == Text("bye").bytes)
        #expect(try kept.connection().count == 1)
    }

    /// TLS hands over what arrived in one piece: the rest of it is nothing that the socket shows.
    @Test func restOfAnAnswerIsNotTheNext() throws {
        #expect(try kept.get("/joined").body == Text("bye").bytes)
        #expect(try Echo(try kept.get("/echo/after-joined")).target == "/echo/after-joined")
    }

    @Test func failureEndsTheConnection() throws {
        let first = try kept.connection()
        #expect(try failure { try kept.get("/large/1048577") }?.code == .responseTooLarge)
        #expect(try kept.connection().number != first.number)
    }

    @Test func fewConnectionsAreKept() throws {
        var limits = server.limits()
        for _ in 0..<3 * ConnectionPool.capacity {
            limits.clientCertificate = try server.clientCertificate()
            _ = try kept.connection(within: limits)
        }
        #expect(kept.pool?.count == ConnectionPool.capacity)
        #expect(try kept.connection(within: limits).count == 2, "the newest are kept")
    }
}

/// A kept connection may break while it is used. libcurl then sends the request once more, unless the answer had begun.
@Suite struct BrokenConnectionTests {
    let server: TestServer
    let kept: KeepingTransport

    init() throws {
        server = try TestServer.running()
        kept = KeepingTransport(server)
    }

    private func redeemCode(
        _ path: String, on listener: String = "good", host: String = "127.0.0.1",
        within limits: ConnectionSettings? = nil
    ) throws -> HTTPResponse {
        _ = try kept.connection(host: host, on: listener, within: limits)
        let body: Text = "grant_type=authorization_code&code=x"
        return try kept.send(
            HTTPRequest(.post, server.url(path, on: listener, host: host), body: body), within: limits)
    }

    /// TLS 1.2 does not hide which of its records have data; TLS 1.3 does, until they are decrypted.
    private static let listeners = ["good", "tls_1_2"]
    private static let endings: [(listener: String, way: String)] =
        listeners.flatMap { listener in ["close", "reset"].map { (listener, $0) } }

    @Test(arguments: ["byte", "line", "headers", "part"], endings)
    func requestWhoseAnswerBeganIsNotSentAgain(point: String, ending: (listener: String, way: String)) throws {
        let path = "/breaks/\(point)/\(ending.way)/once-\(ending.listener)"
        do {
            // libcurl takes a head that ends too early for one that is whole.
            let response = try redeemCode(path, on: ending.listener)
            #expect(response.body.isEmpty && point != "byte" && point != "part")
        } catch let failure as Failure {
            #expect(failure.code == .providerUnreachable)
            #expect(point != "byte" || failure.message.hasSuffix("closed before the response was complete"))
        }
        #expect(try server.count(path) == "1")
    }

    @Test(arguments: ["head", "body"], endings)
    func requestWithoutAnyAnswerIsSentAgainOnce(point: String, ending: (listener: String, way: String)) throws {
        let path = "/breaks/\(point)/\(ending.way)/twice-\(ending.listener)"
        #expect(try redeemCode(path, on: ending.listener).status == 200)
        #expect(try server.count(path) == "2")
    }

    /// What a proxy says is no answer.
    @Test(arguments: ["proxy", "tls_proxy"])
    func requestBehindAProxyIsSentAgainOnce(listener: String) throws {
        let scheme = listener == "proxy" ? "http" : "https"
        let limits = server.limits(proxy: try TestServer.url("\(scheme)://127.0.0.1:\(server.ports[listener] ?? 0)"))
        let path = "/breaks/body/close/twice-behind-\(listener)"
        #expect(try redeemCode(path, host: "localhost", within: limits).status == 200)
        #expect(try server.count(path) == "2")
    }

    /// One that is new is the server's word.
    @Test func requestOnANewConnectionIsNeverSentAgain() throws {
        let path = "/hang_up/new-connection"
        #expect(try failure { try kept.get(path) }?.code == .providerUnreachable)
        #expect(try server.count(path) == "1")
    }
}
