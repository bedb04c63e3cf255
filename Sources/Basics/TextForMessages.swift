extension Text {
    /// For a message: bounded, without anything that could break a line or a terminal.
    package var forMessage: Text {
        "'\(prefix(atMost: 200).withoutInvisible)'"
    }

    /// With an escape, such as \\x1b, for each byte that is not a visible ASCII character or space, and for each backslash.
    package var escaped: Text {
        var escaped: Text = ""
        for byte in bytes {
            switch byte {
            case 0x5C: escaped += "\\\\"
            case 0x20...0x7E: escaped += Text(wellFormed: [byte])
            default: escaped += "\\x\(Text(wellFormed: [Self.hexDigit(byte >> 4), Self.hexDigit(byte & 0x0F)]))"
            }
        }
        return escaped
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }

    /// With "?" for each byte that is not a visible ASCII character or space.
    var withoutInvisible: Text {
        Text(wellFormed: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x3F })
    }
}
