/// base64url without padding (RFC 4648 5; RFC 7515 2), strict: one spelling for each value.
package enum Base64URL {
    private static let alphabet: [UInt8] = Text(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ).bytes

    /// What each byte stands for; 0xFF for the ones that stand for nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> Text {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        let alphabet = alphabet
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            let second = index + 1 < bytes.count ? bytes[index + 1] : nil
            let third = index + 2 < bytes.count ? bytes[index + 2] : nil
            text.append(alphabet[Int(first >> 2)])
            text.append(alphabet[Int((first & 0x03) << 4 | (second ?? 0) >> 4)])
            if let second { text.append(alphabet[Int((second & 0x0F) << 2 | (third ?? 0) >> 6)]) }
            if let third { text.append(alphabet[Int(third & 0x3F)]) }
            index += 3
        }
        return Text(wellFormed: text)
    }

    /// The bytes that `text` stands for. Nil for padding, line breaks, the standard alphabet's "+" and "/", an
    /// impossible length, and unused bits that are not zero.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let rest = text.count % 4
        guard rest != 1 else { return nil }
        // The missing characters of the last four count as zeros. What they stand for is cut off again.
        var decoder = Decoder(values: values)
        let whole = text.dropLast(rest)
        var bytes = unsafe [UInt8](unsafeUninitializedCapacity: whole.count / 4 * 3 + 3) { output, count in
            unsafe whole.withUnsafeBufferPointer { count = unsafe decoder.decode($0, into: output) }
        }
        if rest > 0 {
            let last = text.suffix(rest) + [UInt8](repeating: 0x41, count: 4 - rest)
            let tail = unsafe [UInt8](unsafeUninitializedCapacity: 3) { output, count in
                unsafe last.withUnsafeBufferPointer { count = unsafe decoder.decode($0, into: output) }
            }
            guard tail[(rest - 1)...].allSatisfy({ $0 == 0 }) else { return nil }
            bytes += tail.prefix(rest - 1)
        }
        return decoder.isValid ? bytes : nil
    }

    package static func decode(_ text: Text) -> [UInt8]? {
        decode(text.bytes[...])
    }

    /// Decodes fours of characters without a branch on them: every request of a host has its cookie decoded here.
    private struct Decoder {
        let values: [UInt8]
        private var seen: UInt8 = 0

        init(values: [UInt8]) {
            self.values = values
        }

        /// A character of the alphabet stands for at most 63; all others for 0xFF.
        var isValid: Bool { seen < 64 }

        /// `input`: a multiple of four characters. Returns how many bytes it wrote. Nothing here can overflow or leave
        /// a buffer, so nothing is checked: the loop's bounds follow from the length of `input`.
        mutating func decode(
            _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
        ) -> Int {
            guard var from = input.baseAddress, var to = output.baseAddress else { return 0 }
            let end = unsafe from + input.count
            var seen = seen
            unsafe values.withUnsafeBufferPointer { values in
                while unsafe from < end {
                    let (first, second) = unsafe (values[Int(from[0])], values[Int(from[1])])
                    let (third, fourth) = unsafe (values[Int(from[2])], values[Int(from[3])])
                    seen |= first | second | third | fourth
                    unsafe to[0] = first << 2 | second >> 4
                    unsafe to[1] = second << 4 | third >> 2
                    unsafe to[2] = third << 6 | fourth
                    unsafe from += 4
                    unsafe to += 3
                }
            }
            self.seen = seen
            return input.count / 4 * 3
        }
    }
}
