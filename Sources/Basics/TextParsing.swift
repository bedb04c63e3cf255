/// Splits text. All separators are ASCII, so every part of well-formed text is well-formed.
extension Text {
    package var count: Int { bytes.count }

    package func hasPrefix(_ prefix: Text) -> Bool {
        bytes.starts(with: prefix.bytes)
    }

    package func hasSuffix(_ suffix: Text) -> Bool {
        bytes.count >= suffix.count && bytes.suffix(suffix.count).elementsEqual(suffix.bytes)
    }

    package func dropping(prefix: Text) -> Text? {
        hasPrefix(prefix) ? Text(wellFormed: bytes.dropFirst(prefix.count)) : nil
    }

    package func dropping(suffix: Text) -> Text? {
        hasSuffix(suffix) ? Text(wellFormed: bytes.dropLast(suffix.count)) : nil
    }

    package func contains(_ character: ASCII) -> Bool {
        bytes.contains(character.rawValue)
    }

    /// The parts between all `separator`s, empty ones included.
    package func split(at separator: ASCII) -> [Text] {
        bytes.parts(separatedBy: separator.rawValue).map(Text.init(wellFormed:))
    }

    package func contains(text part: Text) -> Bool {
        guard part.count <= count else { return false }
        return (0...(count - part.count)).contains { bytes[$0...].starts(with: part.bytes) }
    }

    /// The parts before and after the first `separator`; nil without one.
    package func splitOnce(at separator: ASCII) -> (before: Text, after: Text)? {
        guard let index = bytes[...].firstIndex(of: separator.rawValue) else { return nil }
        return (Text(wellFormed: bytes[..<index]), Text(wellFormed: bytes[index...].dropFirst()))
    }

    /// Where `part` first occurs; nil for the empty text.
    package func range(of part: Text) -> Range<Int>? {
        guard !part.isEmpty, count >= part.count else { return nil }
        for start in 0...(count - part.count) where bytes[start...].starts(with: part.bytes) {
            return start..<start + part.count
        }
        return nil
    }

    /// The text with `replacement` for every `part`. Replacements are not searched again.
    package func replacing(_ part: Text, with replacement: Text) -> Text {
        var done = Text()
        var rest = self
        while let range = rest.range(of: part) {
            done += Text(wellFormed: rest.bytes[..<range.lowerBound]) + replacement
            rest = Text(wellFormed: rest.bytes[range.upperBound...])
        }
        return done + rest
    }

    /// Without surrounding spaces and tabs: the white space that HTTP allows around a field's value.
    package func trimmed() -> Text {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let tail = bytes.drop(while: isBlank)
        let end = tail.lastIndex { !isBlank($0) }
        return Text(wellFormed: end.map { tail[...$0] } ?? [])
    }

    /// With A to Z in lower case; other characters stay.
    package func lowercasedASCII() -> Text {
        Text(wellFormed: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }

    /// A decimal number without sign, blanks or more than 18 digits.
    package func asDecimal() -> Int64? {
        guard (1...18).contains(count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Whether every byte is a visible ASCII character (0x21 to 0x7E).
    package var isVisibleASCII: Bool { bytes.allSatisfy { (0x21...0x7E).contains($0) } }

    /// Whether every byte is a visible ASCII character or a space.
    package var isPrintableASCII: Bool { bytes.allSatisfy { (0x20...0x7E).contains($0) } }

    /// Whether some byte is an ASCII control character: one that would break a header, a line of a log or a C string.
    package var hasControls: Bool { bytes.contains { $0 < 0x20 || $0 == 0x7F } }

    /// The first `limit` bytes at most, cut between two characters.
    package func prefix(atMost limit: Int) -> Text {
        var end = min(limit, count)
        while end < count, end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Text(wellFormed: bytes.prefix(end))
    }
}

/// An ASCII character, for separators.
package struct ASCII: ExpressibleByUnicodeScalarLiteral, Sendable {
    package let rawValue: UInt8

    package init(unicodeScalarLiteral scalar: Unicode.Scalar) {
        rawValue = scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0x3F
    }
}

extension Array where Element == Text {
    package func joined(with separator: Text) -> Text {
        var text = Text()
        for (index, part) in enumerated() {
            if index > 0 { text += separator }
            text += part
        }
        return text
    }
}
