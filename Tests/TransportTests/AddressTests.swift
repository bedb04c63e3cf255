import Basics
import Testing

@testable import Transport

/// Where a connection may end.
@Suite struct AddressTests {
    /// https to this machine, by address and by name, when the provider is not configured to be here.
    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
    func loopbackIsRefusedUnlessAllowed(host: String) throws {
        let server = try TestServer.running()
        var limits = server.limits()
        limits.allowsLoopback = false
        let request = HTTPRequest(.get, try server.url("/sink/loopback", on: "good", host: host))
        let failure = try failure { try CurlTransport.forTests.send(request, within: limits) }
        #expect(failure?.code == .providerAddressRefused)
        #expect(try server.count("/sink/loopback") == "0")
    }

    @Test(arguments: [
        "169.254.169.254", "[fe80::1]", "0.0.0.0", "[::]", "224.0.0.1", "[ff02::1]", "[::ffff:a9fe:a9fe]",
        "100.100.100.200", "168.63.129.16", "192.0.0.192", "[fec0::1]", "[fd00:ec2::254]", "[2002:a9fe:a9fe::1]",
        "[64:ff9b:1::a9fe:a9fe]",
    ])
    func specialAddressIsAlwaysRefused(host: String) throws {
        let server = try TestServer.running()
        let request = HTTPRequest(.get, try server.url("/echo", on: "good", host: host))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
        #expect(failure?.code == .providerAddressRefused)
    }

    /// The proxy connects where nobody here looks.
    @Test(arguments: ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "127.0.0.1", "[::1]"])
    func proxyIsSentToNoRefusedAddress(host: String) throws {
        var limits = try TestServer.running().limits()
        limits.allowsLoopback = false
        limits.proxy = try TestServer.url("http://127.0.0.1:1")
        let request = HTTPRequest(.get, try TestServer.url("https://\(host)/"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: limits) }
        #expect(failure?.code == .providerAddressRefused)
    }

    @Test func plainHTTPStaysOnThisMachine() throws {
        let server = try TestServer.running()
        for (url, allowsLoopback) in [("http://127.0.0.1:1/", false), ("http://idp.example/", true)] {
            var limits = server.limits()
            limits.allowsLoopback = allowsLoopback
            let request = HTTPRequest(.get, try TestServer.url(url))
            let failure = try failure { try CurlTransport.forTests.send(request, within: limits) }
            #expect(failure?.code == .providerAddressRefused)
        }
        let policy = AddressPolicy(for: try server.url("/"), within: server.limits())
        #expect(policy.allows(NetworkAddress(bytes: [127, 0, 0, 1])))
        #expect(!policy.allows(NetworkAddress(bytes: [10, 0, 0, 1])), "localhost that leads elsewhere")
        let translated = try #require(NetworkAddress(literal: "[64:ff9b::7f00:1]"))
        #expect(!policy.allows(translated), "the loopback address of a gateway")
    }

    @Test func nobodyListensIsUnreachable() throws {
        let server = try TestServer.running()
        let request = HTTPRequest(.get, try TestServer.url("https://127.0.0.1:1/"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
        #expect(failure?.code == .providerUnreachable)
    }

    /// RFC 6761 6.4: no name server knows this name.
    @Test func unknownNameIsUnreachable() throws {
        let server = try TestServer.running()
        let request = HTTPRequest(.get, try TestServer.url("https://idp.invalid/"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
        #expect(failure?.code == .providerUnreachable)
    }
}
