/// UTF-8 text that is compared byte for byte.
///
/// The protocol compares issuers, client identifiers and the like as sequences of code points without any
/// normalisation (RFC 7519 2, OIDC Core 2). Swift's `String` treats canonically equivalent spellings as equal
/// ("K" and U+212A KELVIN SIGN), and repairs malformed input. Both would change an identity, so text from outside
/// is never a `String` here (docs/adr/0002-text-is-bytes.md).
package struct Text: Equatable, Sendable {
    /// Well-formed UTF-8. NUL may occur; code that passes text on to C refuses it there.
    package private(set) var bytes: [UInt8]

    /// The text of `bytes`, or nil if they are not well-formed UTF-8.
    package init?(validating bytes: [UInt8]) {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
        self.bytes = bytes
    }

    package init?(validating bytes: ArraySlice<UInt8>) {
        self.init(validating: Array(bytes))
    }

    /// The text of `bytes`, which are known to be well-formed: parts of a text cut at ASCII characters, encodings
    /// that consist of ASCII.
    package init(wellFormed bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The same for a whole array, without a copy.
    package init(wellFormed bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The same for a part of an array, which is copied.
    package init(wellFormed bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init() {
        bytes = []
    }

    /// The text of a literal. Not inlined, like similar ones below: there are hundreds of literals.
    @inline(never)
    package init(_ literal: StaticString) {
        bytes = literal.withUTF8Buffer { unsafe Array(copyOf: $0.span) }
    }

    package init(_ number: some BinaryInteger) {
        self.init(wellFormed: String(number).utf8)
    }

    package static func += (text: inout Text, suffix: Text) {
        text.bytes += suffix.bytes
    }

    package static func + (prefix: Text, suffix: Text) -> Text {
        Text(wellFormed: prefix.bytes + suffix.bytes)
    }

    package var isEmpty: Bool { bytes.isEmpty }
}

/// Comparisons with a literal, without converting it to a text.
extension Text {
    @inline(never)
    package static func == (text: Text, literal: StaticString) -> Bool {
        literal.withUTF8Buffer { unsafe text.bytes.elementsEqual($0) }
    }

    package static func != (text: Text, literal: StaticString) -> Bool { !(text == literal) }

    package static func ~= (literal: StaticString, text: Text) -> Bool { text == literal }
}

extension Text: ExpressibleByStringInterpolation {
    @inline(never)
    package init(stringLiteral literal: StaticString) {
        self.init(literal)
    }

    @inline(never)
    package init(stringInterpolation: Interpolation) {
        bytes = stringInterpolation.bytes
    }

    /// Collects the parts of "… \(value) …".
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        @inline(never)
        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        @inline(never)
        package mutating func appendLiteral(_ literal: StaticString) {
            bytes.append(literal)
        }

        @inline(never)
        package mutating func appendInterpolation(_ text: Text) {
            bytes += text.bytes
        }

        @inline(never)
        package mutating func appendInterpolation(_ literal: StaticString) {
            appendLiteral(literal)
        }

        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            bytes += Text(number).bytes
        }
    }
}
