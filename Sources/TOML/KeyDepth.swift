/// Keeps keys such as "a.b.c" shallow.
///
/// toml++ 3.3 makes a table from every part and destroys them recursively, so one long line of "a.a.a..." would
/// overflow the stack. It limits nested values, but not this, so this check comes first.
enum KeyDepth {
    static let limit = 16

    /// The position where the first key exceeds `limit` parts; nil if no key does.
    ///
    /// Follows strings and comments exactly as long as the document is valid; toml++ goes no further.
    static func firstExcess(in bytes: [UInt8]) -> TOMLPosition? {
        var scanner = Scanner(bytes: bytes)
        var dots = 0
        while let byte = scanner.nextOutsideOfStrings() {
            switch byte {
            case UInt8(ascii: "."):
                dots += 1
                if dots >= limit { return scanner.position }
            case UInt8(ascii: "\n"), UInt8(ascii: "="), UInt8(ascii: ","):
                dots = 0
            default:
                break
            }
        }
        return nil
    }
}

private struct Scanner {
    private let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Of the last byte returned.
    var position: TOMLPosition {
        let before = bytes.prefix(max(index - 1, 0))
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        return TOMLPosition(line: UInt32(clamping: line), column: UInt32(clamping: column))
    }

    /// The next byte outside strings and comments.
    mutating func nextOutsideOfStrings() -> UInt8? {
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipString(quotedBy: byte)
            default:
                return byte
            }
        }
        return nil
    }

    private mutating func skipString(quotedBy quote: UInt8) {
        if bytes[index...].starts(with: [quote, quote]) {
            index += 2
            skipToEnd(of: quote, isMultiline: true)
        } else {
            skipToEnd(of: quote, isMultiline: false)
        }
    }

    private mutating func skipToEnd(of quote: UInt8, isMultiline: Bool) {
        let hasEscapes = quote == UInt8(ascii: "\"")
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\\"), hasEscapes {
                index = min(index + 1, bytes.count)
            } else if byte == UInt8(ascii: "\n"), !isMultiline {
                index -= 1
                return
            } else if byte == quote, !isMultiline {
                return
            } else if byte == quote, bytes[index...].starts(with: [quote, quote]) {
                index += 2
                skipQuotesBeforeEnd(quote)
                return
            }
        }
    }

    /// Up to two quotes may precede the closing three, and belong to the text.
    private mutating func skipQuotesBeforeEnd(_ quote: UInt8) {
        for _ in 0..<2 where index < bytes.count && bytes[index] == quote { index += 1 }
    }
}
