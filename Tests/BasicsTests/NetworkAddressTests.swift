import Basics
import TestSupport
import Testing

/// What lives at an address, however it is embedded or spelt.
@Suite struct NetworkAddressTests {
    private static let ordinary = [
        "8.8.8.8", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.253.255.255", "169.255.0.0", "223.255.255.255",
        "126.255.255.255", "128.0.0.1", "100.64.0.1", "100.100.100.199", "100.100.100.201", "168.63.129.15",
        "168.63.129.17", "192.0.1.0", "191.255.255.255", "1.0.0.0",
    ]
    private static let services = [
        "169.254.0.0", "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.42.42", "169.254.0.23",
        "169.254.255.255", "192.0.0.192", "100.100.100.200", "168.63.129.16", "100.96.0.96", "100.80.80.80",
        "100.100.100.100",
    ]
    private static let unusable = [
        "0.0.0.0", "0.255.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.0", "192.0.0.255",
    ]

    private func kind(_ literal: String) throws -> NetworkAddress.Kind {
        try #require(NetworkAddress(literal: Text(literal)), "\(literal)").kind
    }

    private func bytes(_ literal: String) throws -> [UInt8] {
        try #require(NetworkAddress(literal: Text(literal))).bytes
    }

    @Test(arguments: ordinary)
    func ordinaryIPv4(address: String) throws {
        #expect(try kind(address) == .ordinary)
        for (way, bytes) in Self.embeddings(of: try bytes(address)) {
            #expect(NetworkAddress(bytes: bytes).kind == .ordinary, "\(way)")
        }
    }

    @Test(arguments: services + unusable)
    func specialIPv4(address: String) throws {
        #expect(try kind(address) == .special)
        for (way, bytes) in Self.embeddings(of: try bytes(address)) {
            // Where the address starts is unknown there, so one that leads nowhere may be an accident of the reading.
            if way.hasPrefix("local"), Self.unusable.contains(address) { continue }
            #expect(NetworkAddress(bytes: bytes).kind == .special, "\(way)")
        }
    }

    /// Only an IPv4-mapped address is this machine's; the others lead to a gateway's.
    @Test(arguments: ["127.0.0.1", "127.255.255.255"])
    func loopbackIPv4(address: String) throws {
        #expect(try kind(address) == .loopback)
        for (way, bytes) in Self.embeddings(of: try bytes(address)) {
            #expect(NetworkAddress(bytes: bytes).kind == (way == "mapped" ? .loopback : .special), "\(way)")
        }
    }

    /// Every way in which an IPv6 address holds an IPv4 address.
    private static func embeddings(of v4: [UInt8]) -> [(way: String, bytes: [UInt8])] {
        let zeros = { [UInt8](repeating: 0, count: $0) }
        let local: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 1]
        let site: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 1, 0, 2]
        return [
            ("mapped", zeros(10) + [0xFF, 0xFF] + v4),
            ("compatible", zeros(12) + v4),
            ("translated", zeros(8) + [0xFF, 0xFF, 0, 0] + v4),
            ("NAT64", [0, 0x64, 0xFF, 0x9B] + zeros(8) + v4),
            ("local NAT64, /48", local + v4[..<2] + [0] + v4[2...] + zeros(5)),
            ("local NAT64, /56", local + [0x12, v4[0], 0] + v4[1...] + zeros(4)),
            ("local NAT64, /64", local + [0x12, 0x34, 0] + v4 + zeros(3)),
            ("local NAT64, /96", local + [0xFF, 0xFE, 0, 0, 0, 0] + v4),
            ("6to4", [0x20, 0x02] + v4 + [0, 1] + zeros(7) + [1]),
            ("Teredo server", [0x20, 0x01, 0, 0] + v4 + [0x80, 0, 0xF0, 0xF0, 0xF7, 0xF7, 0xF7, 0xF7]),
            ("Teredo client", [0x20, 0x01, 0, 0, 8, 8, 8, 8, 0x80, 0, 0xF0, 0xF0] + v4.map { ~$0 }),
            ("ISATAP", site + [0, 0, 0x5E, 0xFE] + v4),
            ("ISATAP, universal", site + [2, 0, 0x5E, 0xFE] + v4),
        ]
    }

    @Test(
        "the translator may ignore what follows the address (RFC 6052 2.2)",
        arguments: ["[64:ff9b:1:a9fe:a9:fe00:808:808]", "[64:ff9b:1:12a9:fe:a9fe:808:808]"])
    func suffixHidesNothing(address: String) throws {
        #expect(try kind(address) == .special)
    }

    @Test(
        arguments: [
            ("[2001:db8::1]", .ordinary), ("[fd00::1]", .ordinary), ("[fc00::1]", .ordinary), ("[fe7f::1]", .ordinary),
            ("[fd00:ec1::254]", .ordinary), ("[fd00:ec3::254]", .ordinary), ("[fd20:cf::254]", .ordinary),
            ("[fd20:ce:1::254]", .ordinary), ("[2606:4700::1111]", .ordinary), ("[fd00:42::43]", .ordinary),
            ("[64:ff9b:2::a9fe:a9fe]", .ordinary),
            ("[::1]", .loopback), ("[0:0:0:0:0:0:0:1]", .loopback),
            ("[::]", .special), ("[fe80::1]", .special), ("[febf::1]", .special), ("[fe80::a9fe:a9fe]", .special),
            ("[fec0::1]", .special), ("[feff::1]", .special), ("[ff02::1]", .special), ("[ff0e::1]", .special),
            ("[fd00:ec2::254]", .special), ("[fd00:ec2::23]", .special), ("[fd20:ce::254]", .special),
            ("[fd00:c1::a9fe:a9fe]", .special), ("[fd00:42::42]", .special), ("[fd00:a9fe:a9fe::1]", .special),
            ("[fd00:100::100:200]", .special), ("[fd7a:115c:a1e0::53]", .special), ("[64:ff9b:1::]", .special),
        ] as [(String, NetworkAddress.Kind)])
    func kindOfIPv6(address: String, kind expected: NetworkAddress.Kind) throws {
        #expect(try kind(address) == expected)
    }

    @Test(arguments: [[], [1], [127, 0, 0], [UInt8](repeating: 0x20, count: 17)])
    func unknownFamilyIsSpecial(bytes: [UInt8]) {
        #expect(NetworkAddress(bytes: bytes).kind == .special)
    }

    @Test(
        "RFC 4291 2.2",
        arguments: [
            ("[1:2:3:4:5:6:7:8]", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("[ABCD:ef01::]", [0xAB, 0xCD, 0xEF, 1] + [UInt8](repeating: 0, count: 12)),
            ("[::ffff:1.2.3.4]", [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 1, 2, 3, 4]),
            ("[1:2:3:4:5:6:1.2.3.4]", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 2, 3, 4]),
            ("[1:2:3::5:6:7:8]", [0, 1, 0, 2, 0, 3, 0, 0, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("[::2:3:4:5:6:7:8]", [0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("[1:2:3:4:5:6:7::]", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]), ("1.2.3.4", [1, 2, 3, 4]),
        ] as [(String, [UInt8])])
    func literalIsRead(literal: String, expected: [UInt8]) throws {
        #expect(try bytes(literal) == expected)
        #expect(AbsoluteURL(Text("https://\(literal)/"))?.address?.bytes == expected)
    }

    /// No address, or one that readers understand differently.
    @Test(arguments: [
        "[0:0:]", "[:]", "[:::]", "[::::]", "[1::2::3]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[:1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:]", "[1:2:3:4::5:6:7:8]", "[::1:2:3:4:5:6:7:8]", "[12345::]", "[::00001]", "[::g]", "[1.2.3.4]",
        "[::1.2.3]", "[::1.2.3.4.5]", "[::256.2.3.4]", "[::01.2.3.4]", "[1.2.3.4::]", "[::1.2.3.4:5]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1.2.3.4::]", "[0.0.0.0:]", "[......:]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1 ]", "[ ::1]", "[-1::]",
        "[0x1::]", "[v6.::1]", "[]", "[::ffff:0x7f.1]", "[::ffff:2130706433]",
    ])
    func malformedIPv6IsNoURL(literal: String) {
        #expect(NetworkAddress(literal: Text(literal)) == nil)
        #expect(AbsoluteURL(Text("https://\(literal)/")) == nil)
    }
}
