import Basics
import Foundation
import Testing
import Transport

/// Only a server that proves its name to a trusted authority is spoken to.
@Suite struct TLSTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    private func get(host: String = "127.0.0.1", on listener: String, authorityFile: Text?) throws -> HTTPResponse {
        var limits = server.limits()
        limits.certificateAuthorityFile = authorityFile
        let request = HTTPRequest(.get, try server.url("/echo", on: listener, host: host))
        return try CurlTransport.forTests.send(request, within: limits)
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func knownAuthorityIsTrusted(host: String) throws {
        #expect(try get(host: host, on: "good", authorityFile: Text(server.authorityFile)).status == 200)
    }

    @Test(arguments: [
        "self_signed", "wrong_host", "expired", "not_yet_valid", "unknown_authority",
    ])
    func badCertificateIsRefused(listener: String) throws {
        let failure = try failure { try get(on: listener, authorityFile: Text(server.authorityFile)) }
        #expect(failure?.code == .providerTLSFailed)
        #expect(failure?.message.string.contains("ca_file") == true)
    }

    @Test("RFC 9110 4.3.4: the common name identifies nobody")
    func commonNameIsNotEnough() throws {
        let authority = Text(server.authorityFile)
        let failure = try failure { try get(host: "localhost", on: "only_common_name", authorityFile: authority) }
        #expect(failure?.code == .providerTLSFailed)
    }

    @Test func authorityIsUnknownUnlessConfigured() throws {
        let failure = try failure { try get(on: "good", authorityFile: nil) }
        #expect(failure?.code == .providerTLSFailed)
    }

    @Test(arguments: ["/nonexistent/ca.pem", "/etc/hostname", ""])
    func unusableAuthorityFileIsNamed(file: Text) throws {
        let failure = try failure { try get(on: "good", authorityFile: file) }
        #expect(failure?.code == .providerTLSFailed)
        #expect(failure?.message.string.contains("ca_file") == true)
    }

    /// The system's own policy refuses TLS 1.1 too; OPENSSL_CONF takes it away, so that it is ours which is seen.
    @Test func oldTLSIsRefused() async throws {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let policy = """
                openssl_conf = main
                [main]
                ssl_conf = ssl
                [ssl]
                system_default = permissive
                [permissive]
                MinProtocol = TLSv1
                CipherString = DEFAULT@SECLEVEL=0
                """
            let file = server.folder + "/permissive.cnf"
            try policy.write(toFile: file, atomically: true, encoding: .utf8)
            setenv("OPENSSL_CONF", file, 1)
            let failure = try failure { try server.get("/echo", on: "old_tls") }
            try #require(failure?.code == .providerTLSFailed)
        }
    }
}
