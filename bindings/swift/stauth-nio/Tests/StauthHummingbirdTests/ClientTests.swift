import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Stauth
@testable import StauthNIO

struct ClientTests {
    @Test(arguments: ["localhost", "127.0.0.1", "127.9.9.9", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]"])
    func loopbackAddress(_ host: String) async throws {
        let server = try await Server { _ in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }
        await #expect(throws: (any Error).self) {
            try await sendWithNIO(exchange("http://\(host):\(server.port)/", allowsLoopback: false))
        }
        #expect(server.requests.isEmpty && server.connections == 0)
        try await server.stop()
    }

    @Test func requestAndReply() async throws {
        let server = try await Server { _ in
            "HTTP/1.1 201 Created\r\nContent-Type: x/y\r\nA: 1\r\nA: 2\r\nContent-Length: 4\r\n\r\nbody"
        }
        let url = "http://127.0.0.1:\(server.port)/a%20b?c=d"
        let headers = [(name: "Accept", value: "x/y"), ("Authorization", "Basic x")]
        let reply = try await sendWithNIO(exchange(url, method: "POST", headers: headers, body: "form"))
        #expect(reply.status == 201 && reply.body == Array("body".utf8))
        #expect(reply.headers.filter { $0.name == "A" }.map(\.value) == ["1", "2"])
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /a%20b?c=d HTTP/1.1\r\n") && request.hasSuffix("\r\n\r\nform"))
        for line in ["Host: 127.0.0.1:\(server.port)", "Accept: x/y", "Authorization: Basic x", "Content-Length: 4"] {
            #expect(request.components(separatedBy: "\r\n").filter { $0 == line }.count == 1, "\(line)")
        }
        try await server.stop()
    }

    private static let strange = [
        "", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n" + String(repeating: "x", count: 1_048_577),
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1_000_000) + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
    ]

    @Test(arguments: strange)
    func strangeReply(_ text: String) async throws {
        let server = try await Server { _ in text }
        await #expect(throws: (any Error).self) {
            try await sendWithNIO(exchange("http://127.0.0.1:\(server.port)/"))
        }
        try await server.stop()
    }

    @Test func redirectIsNotFollowed() async throws {
        let server = try await Server { _ in "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n" }
        let reply = try await sendWithNIO(exchange("http://127.0.0.1:\(server.port)/"))
        #expect(reply.status == 302 && server.requests.count == 1)
        try await server.stop()
    }

    @Test func timeIsUp() async throws {
        let server = try await Server { _ in nil }
        let start = ContinuousClock.now
        await #expect(throws: (any Error).self) {
            try await sendWithNIO(exchange("http://127.0.0.1:\(server.port)/", timeout: .milliseconds(300)))
        }
        await #expect(throws: (any Error).self) {
            try await sendWithNIO(exchange("https://127.0.0.1:\(server.port)/", timeout: .milliseconds(300)))
        }
        let duration = ContinuousClock.now - start
        #expect(duration >= .milliseconds(600) && duration < .seconds(15))
        try await server.stop()
    }

    @Test(arguments: ["ftp://x/", "x", "", "http://", "http:///x", "http://a b/", "file:///etc/passwd", "http://[::1/"])
    func urlThatIsNone(_ url: String) async {
        await #expect(throws: ClientError.invalidURL) { try await sendWithNIO(exchange(url)) }
    }

    @Test func partsOfURLs() throws {
        let address = try Address("https://User:pa%40ss@[2001:db8::1]:8443?x=%20y")
        #expect(address.host == "2001:db8::1" && address.port == 8443 && address.isTLS && address.isIPAddress)
        #expect(address.authority == "[2001:db8::1]:8443" && address.target == "/?x=%20y")
        #expect(address.credentials == "Basic VXNlcjpwYUBzcw==")
        let plain = try Address("http://example.org/a%2Fb")
        #expect((plain.port, plain.authority, plain.target, plain.credentials) == (80, "example.org", "/a%2Fb", nil))
        #expect(!plain.isIPAddress)
    }

    @Test func proxy() async throws {
        let server = try await Server { _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" }
        let proxy = "http://u:p@127.0.0.1:\(server.port)"
        let reply = try await sendWithNIO(exchange("http://provider.test/x", proxy: proxy, allowsLoopback: false))
        #expect(reply.body == Array("ok".utf8))
        #expect(
            server.requests.first?.hasPrefix("GET http://provider.test/x HTTP/1.1\r\nHost: provider.test\r\n") == true)
        #expect(server.requests.first?.contains("\r\nProxy-Authorization: Basic dTpw\r\n") == true)
        try await server.stop()
    }

    private static let tunnels = [
        "HTTP/1.1 407 No\r\n\r\n", "HTTP/1.1 200\r\n", "", "x", "HTTP/1.1 200 OK\r\n\r\n\u{15}",
        String(repeating: "x", count: 10_000), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ]

    @Test(arguments: tunnels)
    func tunnelThatIsNone(_ text: String) async throws {
        let server = try await Server { _ in text }
        let proxy = "http://u:p@127.0.0.1:\(server.port)"
        await #expect(throws: ClientError.noTunnel) {
            try await sendWithNIO(exchange("https://provider.test/x", proxy: proxy))
        }
        let asked =
            "CONNECT provider.test:443 HTTP/1.1\r\nHost: provider.test:443\r\nProxy-Authorization: Basic dTpw\r\n\r\n"
        #expect(server.requests.first == asked)
        try await server.stop()
    }
}
