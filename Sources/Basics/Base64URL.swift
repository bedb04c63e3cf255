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
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        let values = values
        var pending: UInt32 = 0
        var pendingBits = 0
        for character in text {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            pending = pending << 6 | UInt32(value)
            pendingBits += 6
            guard pendingBits >= 8 else { continue }
            pendingBits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(pendingBits)))
            pending &= (1 << UInt32(pendingBits)) - 1
        }
        return pending == 0 ? bytes : nil
    }

    package static func decode(_ text: Text) -> [UInt8]? {
        decode(text.bytes)
    }
}
