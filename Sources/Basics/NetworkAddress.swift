/// An IPv4 or IPv6 address, and what kind of machine it may reach.
package struct NetworkAddress: Equatable, Sendable {
    package enum Kind: Sendable {
        case ordinary
        /// This machine.
        case loopback
        /// Link-local, site-local, multicast, unspecified, reserved, or a cloud's metadata service: no provider is there.
        case special
    }

    /// 4 or 16 bytes in network order. Any other number of bytes is an address of no known family.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var kind: Kind {
        switch bytes.count {
        case 4: Self.kind(ofIPv4: bytes)
        case 16: kindOfIPv6
        default: .special
        }
    }

    /// RFC 6890 2.2.2; 192.0.0/24 holds protocol assignments, 224/3 is multicast, reserved and broadcast.
    private static func kind(ofIPv4 bytes: [UInt8]) -> Kind {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (127, _, _): .loopback
        case (0, _, _), (169, 254, _), (192, 0, 0), (224..., _, _): .special
        default: ipv4Services.contains(bytes) ? .special : .ordinary
        }
    }

    private var kindOfIPv6: Kind {
        if bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] { return .loopback }
        // Only an IPv4-mapped address is the IPv4 address itself (RFC 4291 2.5.5.2).
        if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) {
            return Self.kind(ofIPv4: Array(bytes.suffix(4)))
        }
        // fe80::/10 is link-local, fec0::/10 was site-local (RFC 4291 2.5.6, RFC 3879).
        if bytes[0] == 0xFF || bytes[0] == 0xFE && bytes[1] & 0x80 != 0 { return .special }
        if Self.ipv6Services.contains(where: bytes.starts(with:)) { return .special }
        return leadsOnlyToOrdinaryIPv4 ? .ordinary : .special
    }
}

/// Addresses that stand for an IPv4 address, to which a gateway translates or tunnels. The gateway's loopback addresses
/// are not this machine's.
extension NetworkAddress {
    private var leadsOnlyToOrdinaryIPv4: Bool {
        // RFC 8215: a prefix for local use, of any of RFC 6052's lengths. Which one the network has is unknown.
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 1]) {
            let readings = [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]].map(ipv4(at:))
            return readings.contains { Self.kind(ofIPv4: $0) == .ordinary }
                && !readings.contains(where: Self.isService)
        }
        return embeddedIPv4.allSatisfy { Self.kind(ofIPv4: $0) == .ordinary }
    }

    private var embeddedIPv4: [[UInt8]] {
        let low = ipv4(at: [12, 13, 14, 15])
        // IPv4-compatible, IPv4-translated and NAT64 (RFC 4291 2.5.5.1, RFC 2765 2.1, RFC 6052 2.1).
        let prefixes: [[UInt8]] = [
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0],
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
        if prefixes.contains(where: bytes.starts(with:)) { return [low] }
        var found: [[UInt8]] = []
        // 6to4 (RFC 3056 2).
        if bytes.starts(with: [0x20, 0x02]) { found.append(ipv4(at: [2, 3, 4, 5])) }
        // Teredo: its server, and its client with all bits inverted (RFC 4380 4).
        if bytes.starts(with: [0x20, 0x01, 0, 0]) { found += [ipv4(at: [4, 5, 6, 7]), low.map { ~$0 }] }
        // ISATAP (RFC 5214 6.1), below any prefix.
        if bytes[8] & 0xFD == 0, bytes[9...11].elementsEqual([0, 0x5E, 0xFE]) { found.append(low) }
        return found
    }

    private func ipv4(at places: [Int]) -> [UInt8] { places.map { bytes[$0] } }

    /// The riskiest reading of an address. Many of the readings that do not apply begin with zeros or are outside any
    /// range.
    private static func isService(_ bytes: [UInt8]) -> Bool {
        kind(ofIPv4: bytes) == .loopback || bytes.starts(with: [169, 254]) || ipv4Services.contains(bytes)
            || bytes == [192, 0, 0, 192]
    }
}

/// Addresses beyond link-local ones at which clouds answer questions about the machine that asks.
extension NetworkAddress {
    private static var ipv4Services: [[UInt8]] {
        [
            [100, 100, 100, 200],  // Alibaba Cloud
            [168, 63, 129, 16],  // Azure's WireServer
            [100, 96, 0, 96],  // Volcengine
            [100, 80, 80, 80],  // UCloud
            [100, 100, 100, 100],  // Tailscale, on each machine
        ]
    }

    private static var ipv6Services: [[UInt8]] {
        [
            [0xFD, 0x00, 0x0E, 0xC2],  // AWS, fd00:ec2::/32: instance metadata, pod identity, time, names
            [0xFD, 0x20, 0x00, 0xCE, 0, 0],  // Google Cloud, fd20:ce::/48
            [0xFD, 0x00, 0x00, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0xA9, 0xFE],  // Oracle, fd00:c1::a9fe:a9fe
            [0xFD, 0x00, 0x00, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x42],  // Scaleway
            [0xFD, 0x00, 0xA9, 0xFE, 0xA9, 0xFE],  // Akamai, fd00:a9fe:a9fe::1
            [0xFD, 0x00, 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0x00, 0x02, 0x00],  // Alibaba Cloud
            [0xFD, 0x7A, 0x11, 0x5C, 0xA1, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53],  // Tailscale, on each machine
        ]
    }
}

/// Literals in URLs (RFC 3986 3.2.2).
extension NetworkAddress {
    /// The address that a URL's host spells out, an IPv6 address in brackets. Nil for a name, and for anything that
    /// readers interpret differently: octal or hexadecimal parts, fewer than four, a zone.
    package init?(literal host: Text) {
        if let inner = host.dropping(prefix: "[")?.dropping(suffix: "]") {
            guard let bytes = Self.parseIPv6(inner) else { return nil }
            self.bytes = bytes
        } else {
            guard let bytes = Self.parseIPv4(host) else { return nil }
            self.bytes = bytes
        }
    }

    private static func parseIPv4(_ text: Text) -> [UInt8]? {
        let parts = text.split(at: ".")
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let number = part.asDecimal(), let byte = UInt8(exactly: number), part == Text(byte) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: Text) -> [UInt8]? {
        guard let gap = text.range(of: "::") else {
            return parseGroups(text).flatMap { $0.count == 16 ? $0 : nil }
        }
        // Before the gap only groups are allowed: an IPv4 address ends the whole.
        let head = Text(wellFormed: text.bytes[..<gap.lowerBound])
        let tail = Text(wellFormed: text.bytes[gap.upperBound...])
        guard !head.contains("."), let start = head.isEmpty ? [] : parseGroups(head),
            let end = tail.isEmpty ? [] : parseGroups(tail), start.count + end.count <= 14
        else { return nil }
        return start + [UInt8](repeating: 0, count: 16 - start.count - end.count) + end
    }

    /// The bytes of "a:b:c" or "a:b:1.2.3.4".
    private static func parseGroups(_ text: Text) -> [UInt8]? {
        var bytes: [UInt8] = []
        let groups = text.split(at: ":")
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, group.contains(".") {
                guard let address = parseIPv4(group) else { return nil }
                bytes += address
                continue
            }
            guard let number = FormEncoding.hexNumber(group) else { return nil }
            bytes += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        }
        return bytes.count <= 16 ? bytes : nil
    }
}
