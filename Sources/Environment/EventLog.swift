package import Basics

/// Receives the library's events, one line each.
package protocol EventLog: AnyObject, Sendable {
    func write(_ level: EventLevel, _ line: Text)
}

/// The values of ST_LOG_INFO and so on in stauth.h.
package enum EventLevel: Int32, Sendable {
    case info = 1
    case warning = 2
    case error = 3
}

extension Event {
    /// The event as a line of logfmt.
    package var line: Text {
        fields.reduce("event=\(name.rawValue)") { "\($0) \($1.key)=\(Self.quote($1.value))" }
    }

    /// Unchanged if plain, otherwise in quotes, with quotes, backslashes and everything that is not visible ASCII
    /// escaped, so a value can neither end its line nor control a terminal.
    private static func quote(_ value: Text) -> Text {
        let isPlain = !value.isEmpty && value.isVisibleASCII && !value.contains("\"") && !value.contains("=")
        if isPlain { return value }
        var quoted: Text = "\""
        for byte in value.prefix(atMost: 1000).bytes {
            switch byte {
            case 0x22: quoted += "\\\""
            case 0x5C: quoted += "\\\\"
            case 0x20...0x7E: quoted += Text(wellFormed: [byte])
            default: quoted += "\\x\(Text(wellFormed: [hexDigit(byte >> 4), hexDigit(byte & 0x0F)]))"
            }
        }
        return quoted + "\""
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
