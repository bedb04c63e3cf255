import Basics

/// Which addresses a connection may end at, judged by the address that is about to be connected to, whatever name
/// led there. So a name that changes its address between two look-ups (DNS rebinding) gains nothing.
///
/// Private networks are allowed: a company's provider often lives in one.
struct AddressPolicy {
    private enum Rule { case any, loopbackOnly, publicOrLoopback, publicOnly }

    private let rule: Rule

    init(for url: AbsoluteURL, within limits: ConnectionSettings) {
        if limits.proxy != nil {
            // It is the proxy that is connected to, and the proxy that connects to the provider.
            rule = .any
        } else if !url.isSecure {
            // Nothing protects plain http but that it does not leave the machine.
            rule = .loopbackOnly
        } else {
            rule = limits.allowsLoopback ? .publicOrLoopback : .publicOnly
        }
    }

    func allows(_ address: NetworkAddress) -> Bool {
        switch rule {
        case .any: true
        case .loopbackOnly: address.kind == .loopback
        case .publicOrLoopback: address.kind != .special
        case .publicOnly: address.kind == .ordinary
        }
    }
}

/// An IPv4 or IPv6 address.
struct NetworkAddress {
    enum Kind {
        case ordinary
        /// This machine.
        case loopback
        /// Link-local (cloud metadata services live there), multicast, unspecified, reserved: no provider is there.
        case special
    }

    let kind: Kind

    /// The 4 or 16 bytes of the address in network order. Any other number of bytes is an address of no known family.
    init(bytes: [UInt8]) {
        switch bytes.count {
        case 4: kind = Self.kind(ofIPv4: bytes)
        case 16: kind = Self.kind(ofIPv6: bytes)
        default: kind = .special
        }
    }

    /// RFC 6890 2.2.2; 224/3 is multicast, reserved and broadcast.
    private static func kind(ofIPv4 bytes: [UInt8]) -> Kind {
        switch (bytes[0], bytes[1]) {
        case (127, _): .loopback
        case (0, _), (169, 254), (224..., _): .special
        default: .ordinary
        }
    }

    /// RFC 6890 2.2.3. An address that stands for an IPv4 address is of that address's kind.
    private static func kind(ofIPv6 bytes: [UInt8]) -> Kind {
        let loopback: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        // IPv4-mapped, IPv4-compatible and NAT64 (RFC 4291 2.5.5, RFC 6052 2.1).
        let carriesIPv4 =
            bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
            || bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            || bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        return if bytes == loopback {
            .loopback
        } else if carriesIPv4 {
            kind(ofIPv4: Array(bytes.suffix(4)))
        } else if bytes[0] == 0xFF || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 {
            .special
        } else {
            .ordinary
        }
    }
}
