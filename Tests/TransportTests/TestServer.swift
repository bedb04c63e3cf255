import Basics
import Foundation
import Transport

/// The real server on this machine that the tests talk to (Fixtures/server.py), one for the whole run.
struct TestServer: Codable, Sendable {
    let ports: [String: UInt16]
    /// The PEM file of the authority that signed the good certificates.
    let authorityFile: String
    let folder: String

    static func running() throws -> TestServer { try started.get().server }

    private static let started = Result { try start() }

    /// Its standard input stays open as long as the process with the tests lives; then it ends.
    private static func start() throws -> (server: TestServer, process: Process, input: Pipe) {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/server.py")
        process.arguments = ["python3", "-B", script.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { throw Unusable.server("ended before it was ready") }
            line += piece
        }
        return (try JSONDecoder().decode(TestServer.self, from: line), process, input)
    }

    enum Unusable: Error {
        case server(String)
        case url(String)
    }

    /// An address of the listener: http for the plain one, https for the others.
    func url(_ path: String, on listener: String = "plain", host: String = "127.0.0.1") throws -> AbsoluteURL {
        guard let port = ports[listener] else { throw Unusable.server("has no listener \(listener)") }
        return try TestServer.url("\(listener == "plain" ? "http" : "https")://\(host):\(port)\(path)")
    }

    static func url(_ text: String) throws -> AbsoluteURL {
        guard let url = AbsoluteURL(Text(text)) else { throw Unusable.url(text) }
        return url
    }

    /// Generous limits, and the authority that signed the server's good certificates.
    func limits(timeout: Int64 = 10_000, proxy: AbsoluteURL? = nil) -> ConnectionSettings {
        ConnectionSettings(
            certificateAuthorityFile: Text(authorityFile), proxy: proxy, timeout: timeout, allowsLoopback: true)
    }

    func get(_ path: String, on listener: String = "plain", timeout: Int64 = 10_000) throws -> HTTPResponse {
        try CurlTransport.forTests.send(HTTPRequest(.get, url(path, on: listener)), within: limits(timeout: timeout))
    }

    /// One of many clients, for each is another.
    func clientCertificate() throws -> ClientCertificate {
        func read(_ name: String) throws -> Text { Text(try String(contentsOfFile: folder + name, encoding: .utf8)) }
        return ClientCertificate(chain: try read("/good.pem"), key: try read("/good.key"))
    }

    /// The authority in another file.
    func copyOfAuthority(_ name: String) throws -> Text {
        let path = "\(folder)/\(name)-\(getpid()).pem"
        try Data(contentsOf: URL(filePath: authorityFile)).write(to: URL(filePath: path))
        return Text(path)
    }

    /// How often `path` was asked for.
    func count(_ path: String) throws -> String {
        String(decoding: try get("/count\(path)").body, as: UTF8.self)
    }
}

extension CurlTransport {
    static let forTests = CurlTransport(userAgent: "stauth/test")
}

extension Text {
    init(_ string: String) { self.init(wellFormed: string.utf8) }

    var string: String { String(decoding: bytes, as: UTF8.self) }
}

/// The failure of an exchange; nil if there was none.
func failure(of exchange: () throws -> HTTPResponse) throws -> Failure? {
    do {
        _ = try exchange()
        return nil
    } catch let failure as Failure {
        return failure
    }
}

/// What /echo saw of a request.
struct Echo: Codable {
    let method: String
    let target: String
    let headers: [String: String]
    let body: String

    init(_ response: HTTPResponse) throws {
        self = try JSONDecoder().decode(Echo.self, from: Data(response.body))
    }
}
