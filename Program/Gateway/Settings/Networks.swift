import Basics
import NIOCore
import Terminal

/// Addresses that are believed: single ones, whole networks, or the clients of a Unix socket.
struct Networks: Equatable, Sendable {
    private struct Network: Equatable, Sendable {
        let address: [UInt8]
        let bits: Int

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            for (index, byte) in address.enumerated() {
                let left = bits - index * 8
                if left <= 0 { return true }
                let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
                if byte & mask != other[index] & mask { return false }
            }
            return true
        }
    }

    private let all: [Network]

    /// This machine.
    static let loopback = Networks([
        Network(address: [127, 0, 0, 0], bits: 8), Network(address: [UInt8](repeating: 0, count: 15) + [1], bits: 128),
    ])
    /// Nobody but the clients of a Unix socket.
    static let none = Networks([Network]())

    private init(_ networks: [Network]) { all = networks }

    /// Nil unless each is an address, or an address and a number of bits: "10.0.0.0/8", "fd00::1".
    init?(_ texts: [Text]) {
        var networks: [Network] = []
        for text in texts {
            guard let network = Self.network(text) else { return nil }
            networks.append(network)
        }
        all = networks
    }

    private static func network(_ text: Text) -> Network? {
        let (name, length) = text.splitOnce(at: "/").map { ($0.before, $0.after.asDecimal()) } ?? (text, 128)
        guard let address = bytes(of: name), let length else { return nil }
        let most = address.count * 8
        guard text.contains("/") else { return Network(address: address, bits: most) }
        guard (0...Int64(most)).contains(length) else { return nil }
        return Network(address: address, bits: Int(length))
    }

    /// Of an address as text: an IPv4-mapped one is the IPv4 address itself.
    static func bytes(of text: Text) -> [UInt8]? {
        let literal = text.contains(":") ? "[\(text)]" as Text : text
        guard let bytes = NetworkAddress(literal: literal)?.bytes else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }

    /// A Unix socket has no address: whoever may open its file is believed.
    func contains(_ peer: Peer) -> Bool {
        switch peer {
        case .local: true
        case .unknown: false
        case .address(_, let bytes): all.contains { $0.contains(bytes) }
        }
    }

    func contains(_ address: Text) -> Bool {
        Self.bytes(of: address).map { bytes in all.contains { $0.contains(bytes) } } ?? false
    }
}

/// Who is at the other end of a connection.
enum Peer: Sendable {
    /// Of a Unix socket.
    case local
    case address(text: Text, bytes: [UInt8])
    case unknown

    init(of channel: any Channel) {
        if case .unixDomainSocket? = channel.localAddress {
            self = .local
            return
        }
        // A zone is of no interest here.
        let text = Text((channel.remoteAddress?.ipAddress ?? "").prefix { $0 != "%" }.lowercased())
        self = Networks.bytes(of: text).map { .address(text: text, bytes: $0) } ?? .unknown
    }

    var text: Text? {
        if case .address(let text, _) = self { text } else { nil }
    }
}
