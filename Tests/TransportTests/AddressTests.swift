import Basics
import Testing

@testable import Transport

/// Where a connection may end.
@Suite struct AddressTests {
    @Test(
        arguments: [
            ([8, 8, 8, 8], .ordinary), ([10, 0, 0, 1], .ordinary), ([192, 168, 1, 1], .ordinary),
            ([172, 16, 0, 1], .ordinary), ([169, 253, 255, 255], .ordinary), ([169, 255, 0, 0], .ordinary),
            ([223, 255, 255, 255], .ordinary), ([126, 255, 255, 255], .ordinary), ([128, 0, 0, 1], .ordinary),
            ([127, 0, 0, 1], .loopback), ([127, 255, 255, 255], .loopback),
            ([0, 0, 0, 0], .special), ([0, 255, 0, 1], .special), ([169, 254, 169, 254], .special),
            ([224, 0, 0, 1], .special), ([240, 0, 0, 1], .special), ([255, 255, 255, 255], .special),
        ] as [([UInt8], NetworkAddress.Kind)])
    func kindOfIPv4(bytes: [UInt8], kind: NetworkAddress.Kind) {
        #expect(NetworkAddress(bytes: bytes).kind == kind)
        let zeros = [UInt8](repeating: 0, count: 10)
        #expect(NetworkAddress(bytes: zeros + [0xFF, 0xFF] + bytes).kind == kind, "IPv4-mapped")
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(NetworkAddress(bytes: translated + bytes).kind == kind, "NAT64")
    }

    @Test(
        arguments: [
            ([0x20, 0x01, 0x0D, 0xB8], 1, .ordinary), ([0xFD, 0x00], 1, .ordinary), ([0xFE, 0x7F], 1, .ordinary),
            ([0xFE, 0xC0], 1, .ordinary), ([], 1, .loopback), ([], 0, .special), ([0xFE, 0x80], 1, .special),
            ([0xFE, 0xBF], 1, .special), ([0xFF, 0x02], 1, .special),
        ] as [([UInt8], UInt8, NetworkAddress.Kind)])
    func kindOfIPv6(start: [UInt8], last: UInt8, kind: NetworkAddress.Kind) {
        let bytes = start + [UInt8](repeating: 0, count: 15 - start.count) + [last]
        #expect(NetworkAddress(bytes: bytes).kind == kind)
    }

    @Test(arguments: [[], [1], [127, 0, 0], [UInt8](repeating: 0x20, count: 17)])
    func unknownFamilyIsSpecial(bytes: [UInt8]) {
        #expect(NetworkAddress(bytes: bytes).kind == .special)
    }

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
    ])
    func specialAddressIsAlwaysRefused(host: String) throws {
        let server = try TestServer.running()
        let request = HTTPRequest(.get, try server.url("/echo", on: "good", host: host))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
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
