/// base64url without padding (RFC 4648 5; RFC 7515 2), strict: one spelling for each value.
package enum Base64URL {
    private static let alphabet: [UInt8] = Text(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ).bytes

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
        var decoder = Decoder()
        var bytes = decoder.decode(text.dropLast(rest))
        if rest > 0 {
            let tail = decoder.decode(text.suffix(rest) + [UInt8](repeating: alphabet[0], count: 4 - rest))
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
        /// What a character stands for as the first of its four, as the second, and so on: its bits of the three bytes,
        /// the first of which is the lowest. A bit above them for characters that stand for nothing.
        private static let table: [UInt32] = {
            var table = [UInt32](repeating: bad, count: 4 * 256)
            for (value, character) in zip((0 as UInt32)..., alphabet) {
                let index = Int(character)
                table[index] = value << 2
                table[256 + index] = value >> 4 | (value & 0x0F) << 12
                table[512 + index] = (value >> 2) << 8 | (value & 0x03) << 22
                table[768 + index] = value << 16
            }
            return table
        }()
        private static let bad: UInt32 = 0x0100_0000

        private var seen: UInt32 = 0

        var isValid: Bool { seen & Self.bad == 0 }

        /// `input`: a multiple of four characters.
        mutating func decode(_ input: ArraySlice<UInt8>) -> [UInt8] {
            let count = input.count / 4 * 3
            // One more, for three bytes are written as four.
            return unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { output, written in
                unsafe input.withUnsafeBytes { unsafe decode($0, into: UnsafeMutableRawBufferPointer(output)) }
                written = count
            }
        }

        /// Nothing here can overflow or leave a buffer, so nothing is checked: all follows from the length of `input`.
        private mutating func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
            guard var from = input.baseAddress, var to = output.baseAddress else { return }
            let end = unsafe from + input.count
            var seen = seen
            unsafe Self.table.withUnsafeBufferPointer { table in
                while unsafe from < end {
                    let four = unsafe UInt32(littleEndian: from.loadUnaligned(as: UInt32.self))
                    let three =
                        unsafe table[Int(four & 0xFF)] | table[256 | Int(four >> 8 & 0xFF)]
                        | table[512 | Int(four >> 16 & 0xFF)] | table[768 | Int(four >> 24)]
                    seen |= three
                    unsafe to.storeBytes(of: three.littleEndian, as: UInt32.self)
                    unsafe from += 4
                    unsafe to += 3
                }
            }
            self.seen = seen
        }
    }
}
