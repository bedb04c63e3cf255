package import Basics

/// Which request of the host an event belongs to, and who sent it, as far as the host says. Both may be a stranger's
/// words: only what is short and plain is kept, so neither can forge a field or fill the log.
package struct Requester: Sendable {
    private static let longestID = 128

    /// The host's X-Request-Id.
    private var id: Text?
    private var address: Text?

    package init() {}

    /// Whatever is not an ID is omitted: a request is not refused for a field of the log.
    package mutating func setID(_ value: [UInt8]) {
        id = nil
        guard (1...Self.longestID).contains(value.count), value.allSatisfy(Self.isOfID) else { return }
        id = Text(validating: value)
    }

    /// An IPv4 or IPv6 address; anything else is omitted.
    package mutating func setAddress(_ value: Text?) {
        address = nil
        guard let value, NetworkAddress(literal: value.contains(":") ? "[\(value)]" : value) != nil else { return }
        address = value
    }

    /// Letters and digits, and the punctuation of UUIDs, ULIDs, Base64, trace contexts and Apache's unique IDs.
    private static func isOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: ("-._~:@/+=" as Text).bytes.contains(byte)
        }
    }

    var fields: [Event.Field] {
        var fields: [Event.Field] = []
        if let id { fields.append(("request_id", id)) }
        if let address { fields.append(("client_address", address)) }
        return fields
    }
}
