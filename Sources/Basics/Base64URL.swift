import CBase64URL

/// base64url without padding (RFC 4648 5; RFC 7515 2), strict: one spelling for each value.
package enum Base64URL {
    private static var alphabet: StaticString { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" }

    // MARK: - Encoding

    package static func encode(_ bytes: [UInt8]) -> Text { encode(bytes[...]) }

    package static func encode(_ bytes: ArraySlice<UInt8>) -> Text {
        // RFC 4648 5: a remainder of one byte takes two characters, one of two bytes three.
        let count = bytes.count / 3 * 4 + (bytes.count % 3 * 4 + 2) / 3
        // Space for whole groups of four.
        return Text(
            wellFormed: unsafe [UInt8](unsafeUninitializedCapacity: count + 3) { output, written in
                unsafe bytes.withUnsafeBufferPointer { unsafe encode($0, into: output) }
                written = count
            })
    }

    /// `output`: space for all bytes in groups of four characters. All indices follow from the lengths alone.
    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        guard var from = bytes.baseAddress, var to = output.baseAddress else { return }
        let end = unsafe from + bytes.count / 3 * 3
        let alphabet = unsafe alphabet.utf8Start
        let write = { (first: UInt8, second: UInt8, third: UInt8) in
            let three = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
            unsafe to[0] = alphabet[Int(three >> 18)]
            unsafe to[1] = alphabet[Int(three >> 12 & 0x3F)]
            unsafe to[2] = alphabet[Int(three >> 6 & 0x3F)]
            unsafe to[3] = alphabet[Int(three & 0x3F)]
            unsafe to += 4
        }
        while unsafe from < end {
            unsafe write(from[0], from[1], from[2])
            unsafe from += 3
        }
        switch bytes.count % 3 {
        case 1: unsafe write(from[0], 0, 0)
        case 2: unsafe write(from[0], from[1], 0)
        default: break
        }
    }

    // MARK: - Decoding

    /// The bytes that `text` encodes. Nil for padding, line breaks, the standard alphabet's "+" and "/", an
    /// impossible length, and unused bits that are not zero.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var isValid = true
        let capacity = base64url_decoded_length(text.count) + Int(BASE64URL_SLACK)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
            guard let start = output.baseAddress else { return }
            unsafe text.withUnsafeBufferPointer { text in
                guard let first = text.baseAddress, !text.isEmpty else { return }
                isValid = unsafe base64url_decode(first, text.count, start)
            }
            written = isValid ? capacity - Int(BASE64URL_SLACK) : 0
        }
        return isValid ? bytes : nil
    }

    package static func decode(_ text: Text) -> [UInt8]? {
        decode(text.bytes[...])
    }
}
