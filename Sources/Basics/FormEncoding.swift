/// application/x-www-form-urlencoded: query strings, form bodies, and the halves of HTTP Basic credentials
/// (RFC 6749 2.3.1 and Appendix B).
package enum FormEncoding {
    package struct Field: Equatable, Sendable {
        package let name: Text
        package let value: Text

        package init(_ name: Text, _ value: Text) {
            self.name = name
            self.value = value
        }
    }

    /// Only RFC 3986's unreserved characters stay; a space becomes "+".
    package static func encode(_ text: Text) -> Text {
        var encoded: [UInt8] = []
        encoded.append(addingCapacity: 3 * text.count) { append(text, to: &$0, space: "+") }
        return Text(wellFormed: encoded)
    }

    /// A form's body.
    package static func encode(_ fields: [Field]) -> Text {
        encode(fields, after: "", "", space: "+")
    }

    /// A query, after an unchanged prefix and separator. A space becomes "%20", which every server reads alike there: some
    /// providers take "+" for itself.
    package static func encode(_ fields: [Field], inQueryAfter prefix: Text, _ separator: StaticString) -> Text {
        encode(fields, after: prefix, separator, space: "%20")
    }

    private static func encode(
        _ fields: [Field], after prefix: Text, _ separator: StaticString, space: StaticString
    ) -> Text {
        // As if everything needed escaping.
        let capacity = fields.reduce(0) { $0 + 3 * ($1.name.count + $1.value.count) + 2 }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(prefix.count + separator.utf8CodeUnitCount + capacity)
        encoded += prefix.bytes
        encoded.append(separator)
        encoded.append(addingCapacity: capacity) { output in
            for index in fields.indices {
                if index > 0 { output.append(0x26) }
                append(fields[index].name, to: &output, space: space)
                output.append(0x3D)
                append(fields[index].value, to: &output, space: space)
            }
        }
        return Text(wellFormed: encoded)
    }

    /// `output`: space for an escape of every byte.
    private static func append(_ text: Text, to output: inout OutputSpan<UInt8>, space: StaticString) {
        // Most texts need no escape.
        if text.bytes.allSatisfy(isUnreserved) { return output.append(copyOf: text.bytes.span) }
        for byte in text.bytes {
            if isUnreserved(byte) {
                output.append(byte)
            } else if byte == 0x20 {
                space.withUTF8Buffer { unsafe output.append(copyOf: $0.span) }
            } else {
                output.append(0x25)
                output.append(hexDigit(byte >> 4))
                output.append(hexDigit(byte & 0x0F))
            }
        }
    }

    /// The fields of a query or form body; nil if an escape is broken or encodes malformed UTF-8. Empty parts
    /// ("a=1&&b=2") are skipped, a name without "=" has an empty value.
    package static func decode(_ text: Text) -> [Field]? {
        guard !text.isEmpty else { return [] }
        var fields: [Field] = []
        for part in text.split(at: "&") where !part.isEmpty {
            let (name, value) = part.splitOnce(at: "=") ?? (part, "")
            guard let name = decodeComponent(name), let value = decodeComponent(value) else { return nil }
            fields.append(Field(name, value))
        }
        return fields
    }

    /// RFC 3986 2.3.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// One name or value; nil as for `decode`.
    package static func decodeComponent(_ text: Text) -> Text? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2B:
                bytes.append(0x20)
            case 0x25:
                guard let value = decodeByte(Text(wellFormed: [byte] + rest.prefix(2))) else { return nil }
                rest = rest.dropFirst(2)
                bytes.append(value)
            default:
                bytes.append(byte)
            }
        }
        return Text(validating: bytes)
    }

    /// The bytes of a path, percent-decoded once. A "%" that begins no escape stands for itself.
    package static func decodePath(_ path: Text) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = path.bytes[...]
        while let byte = rest.first {
            let escaped = byte == 0x25 ? decodeByte(Text(wellFormed: rest.prefix(3))) : nil
            bytes.append(escaped ?? byte)
            rest = rest.dropFirst(escaped == nil ? 1 : 3)
        }
        return bytes
    }

    /// The byte that "%" and two hexadecimal digits encode; nil for anything else.
    package static func decodeByte(_ escape: Text) -> UInt8? {
        guard escape.count == 3, escape.bytes[0] == 0x25, let high = hexValue(escape.bytes[1]),
            let low = hexValue(escape.bytes[2])
        else { return nil }
        return high << 4 | low
    }

    /// The number that up to four hexadecimal digits encode; nil for anything else.
    package static func hexNumber(_ digits: Text) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var number: UInt16 = 0
        for digit in digits.bytes {
            guard let value = hexValue(digit) else { return nil }
            number = number << 4 | UInt16(value)
        }
        return number
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x41 + value - 10
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}

extension Array where Element == FormEncoding.Field {
    /// The values of all fields of this name.
    package func values(of name: Text) -> [Text] {
        filter { $0.name == name }.map { $0.value }
    }
}
