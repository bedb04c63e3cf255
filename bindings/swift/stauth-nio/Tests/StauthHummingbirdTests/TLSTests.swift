import Foundation
import NIOSSL
import Testing

@testable import Stauth
@testable import StauthNIO

struct TLSTests {
    /// A certificate for localhost, which is its own authority.
    private struct Certificate {
        let folder: URL
        let context: NIOSSLContext

        var file: String { folder.appending(path: "certificate").path }

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "stauth-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/openssl")
            openssl.currentDirectoryURL = folder
            openssl.standardError = FileHandle.nullDevice
            let usual = "req -x509 -nodes -newkey rsa:2048 -keyout key -out certificate -days 2 -subj /CN=localhost"
            openssl.arguments =
                usual.split(separator: " ").map(String.init) + ["-addext", "subjectAltName=DNS:localhost"]
            try openssl.run()
            openssl.waitUntilExit()
            let certificates = try NIOSSLCertificate.fromPEMFile(folder.appending(path: "certificate").path)
            let key = try NIOSSLPrivateKey(file: folder.appending(path: "key").path, format: .pem)
            context = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func trust() async throws {
        let certificate = try Certificate()
        defer { try? FileManager.default.removeItem(at: certificate.folder) }
        let server = try await Server(tls: certificate.context) { _ in Self.ok }
        let url = "https://localhost:\(server.port)/"
        #expect(try await sendWithNIO(exchange(url, caFile: certificate.file)).body == Array("ok".utf8))
        for refused in [
            exchange(url), exchange("https://127.0.0.1:\(server.port)/", caFile: certificate.file),
            exchange(url, caFile: "/nowhere"),
        ] {
            await #expect(throws: (any Error).self) { try await sendWithNIO(refused) }
        }
        #expect(server.requests.count == 1)
        try await server.stop()
    }

    @Test func tunnel() async throws {
        let certificate = try Certificate()
        defer { try? FileManager.default.removeItem(at: certificate.folder) }
        let server = try await Server(tunnel: certificate.context) { _ in Self.ok }
        let proxy = "http://127.0.0.1:\(server.port)"
        let through = exchange("https://localhost/x", proxy: proxy, caFile: certificate.file, allowsLoopback: false)
        #expect(try await sendWithNIO(through).body == Array("ok".utf8))
        #expect(server.requests.first == "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n")
        #expect(server.requests.last?.hasPrefix("GET /x HTTP/1.1\r\n") == true)
        let other = exchange("https://provider.test/x", proxy: proxy, caFile: certificate.file)
        await #expect(throws: (any Error).self) { try await sendWithNIO(other) }
        try await server.stop()
    }
}
