import Basics
import Foundation
import Testing
import Transport

/// Where the system's certificate authorities are found. Each test has a process of its own, whose root is a folder
/// that stands for another Linux.
@Suite(.enabled(if: geteuid() == 0, "chroot() is for root"))
struct AuthorityFileTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    /// What the transfer ends with on a system that has the server's authority in these files, and nothing else.
    private static func exchange(
        with server: TestServer, _ files: [String], authorityFile: Text? = nil
    ) throws -> HTTPResponse {
        // libcurl is loaded before its files are out of reach.
        try #require(try server.get("/echo", on: "good").status == 200)
        let root = server.folder + "/root-\(getpid())"
        for file in files {
            let place = URL(filePath: root + file)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: server.authorityFile, toPath: place.path)
        }
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try #require(chroot(root) == 0 && chdir("/") == 0)
        var limits = server.limits()
        limits.certificateAuthorityFile = authorityFile
        return try CurlTransport.forTests.send(HTTPRequest(.get, server.url("/echo", on: "good")), within: limits)
    }

    @Test(arguments: [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    ])
    func fileOfTheSystemIsFound(file: String) async {
        await #expect(processExitsWith: .success) { [server = server as TestServer, file] in
            try #require(try Self.exchange(with: server, [file]).status == 200)
        }
    }

    @Test func configuredFileIsTheOnlyOne() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let failure = try failure {
                try Self.exchange(with: server, ["/etc/ssl/cert.pem"], authorityFile: "/etc/own.pem")
            }
            try #require(failure?.code == .providerTLSFailed)
            try #require(failure?.message.string.contains("ca_file must name") == true)
        }
    }

    @Test func withoutAnyTheMessageSaysWhatToDo() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let failure = try failure { try Self.exchange(with: server, []) }
            try #require(failure?.code == .providerTLSFailed)
            try #require(failure?.message.string.contains("ca-certificates") == true)
            try #require(failure?.message.string.contains("ca_file") == true)
        }
    }
}
