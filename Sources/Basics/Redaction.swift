/// Removes secrets from texts that people and logs see.
///
/// Finds a secret in every form that a program uses when it repeats what it was sent: unchanged, percent-encoded,
/// escaped for JSON or HTML, in base64, with other capitals; and in part, since texts are cut.
package struct Redaction {
    package static var replacement: Text { "[hidden]" }

    /// Shorter texts are not secrets, and removing them would take ordinary words apart.
    private static let shortest = 6
    /// Longer ones are tokens. The only encoding that changes them is base64, and that is not searched for.
    private static let longestEncoded = 1024

    /// In lower case.
    private var spellings: [[UInt8]] = []

    package init() {}

    package mutating func add(_ secret: Text) {
        guard secret.count >= Self.shortest else { return }
        var found = [secret.bytes]
        if secret.count <= Self.longestEncoded {
            let escaped = FormEncoding.encode(secret)
            found += [
                escaped.bytes, escaped.replacing("+", with: "%20").bytes, Self.escapedForJSON(secret).bytes,
                Self.escapedForHTML(secret).bytes,
            ]
            found += Self.base64(secret.bytes)
        }
        for spelling in found.map({ Text(wellFormed: $0).lowercasedASCII() }) {
            // As messages show it.
            for form in [spelling.bytes, spelling.withoutInvisible.bytes] where !spellings.contains(form) {
                spellings.append(form)
            }
        }
    }

    /// The text without any part of a secret that is long enough to be useful.
    package func hide(in text: Text) -> Text {
        var isHidden = [Bool](repeating: false, count: text.count)
        let lowercased = text.lowercasedASCII().bytes
        for spelling in spellings { mark(spelling, in: lowercased, &isHidden) }
        guard isHidden.contains(true) else { return text }
        var shown = Text()
        for (index, byte) in text.bytes.enumerated() {
            if !isHidden[index] {
                shown += Text(wellFormed: [byte])
            } else if index == 0 || !isHidden[index - 1] {
                shown += Self.replacement
            }
        }
        return shown
    }

    /// Whether some part of a secret is in the text.
    package func occurs(in text: Text) -> Bool { hide(in: text) != text }

    /// Marks every run of bytes that the spelling also contains. Seven characters of a long secret give nothing away; of a
    /// short one, two thirds count.
    private func mark(_ spelling: [UInt8], in text: [UInt8], _ isHidden: inout [Bool]) {
        let length = min(8, max(Self.shortest, (2 * spelling.count + 2) / 3))
        guard text.count >= length, spelling.count >= length else { return }
        for start in 0...(text.count - length) {
            let end = start + length
            if isHidden[start..<end].allSatisfy({ $0 }) { continue }
            if Self.contains(spelling, text[start..<end]) {
                for index in start..<end { isHidden[index] = true }
            }
        }
    }

    private static func contains(_ bytes: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
        guard let first = part.first else { return false }
        var rest = bytes[...]
        while let index = rest.firstIndex(of: first) {
            rest = rest[index...]
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

/// Spellings of a secret.
extension Redaction {
    private static func escapedForJSON(_ secret: Text) -> Text {
        secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/")
    }

    private static func escapedForHTML(_ secret: Text) -> Text {
        secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }

    /// Both alphabets, at the three positions that the secret can have in the encoded text; without the characters at the
    /// ends, which depend on its neighbours.
    private static func base64(_ secret: [UInt8]) -> [[UInt8]] {
        (0..<3).flatMap { offset -> [[UInt8]] in
            let encoded = Base64URL.encode([UInt8](repeating: 0, count: offset) + secret).bytes
            let inner = Array(encoded.dropFirst(offset == 0 ? 0 : offset + 1).dropLast())
            return [inner, inner.map { $0 == 0x2D ? 0x2B : $0 == 0x5F ? 0x2F : $0 }]
        }
    }
}
