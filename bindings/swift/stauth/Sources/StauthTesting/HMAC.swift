/// HMAC with SHA-256 (RFC 2104, FIPS 180-4) for the ID tokens of tests, so that this package needs no other for it. Not
/// for secrets of worth: it is neither fast nor free of traces. The key has at most 64 bytes.
func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    func padded(_ pad: UInt8) -> [UInt8] {
        var block = [UInt8](repeating: pad, count: 64)
        for (index, byte) in key.enumerated() {
            block[index] ^= byte
        }
        return block
    }
    return sha256(padded(0x5c) + sha256(padded(0x36) + message))
}

func sha256(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = roots(count: 8, power: 2)
    let constants = roots(count: 64, power: 3)
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += bytes(of: UInt64(message.count) * 8)
    for start in stride(from: 0, to: padded.count, by: 64) {
        compress(&state, constants, padded[start..<start + 64])
    }
    return state.flatMap(bytes)
}

private func compress(_ state: inout [UInt32], _ constants: [UInt32], _ block: ArraySlice<UInt8>) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
        block[start..<start + 4].reduce(0) { UInt32($0) << 8 | UInt32($1) }
    }
    for index in 16..<64 {
        let (early, late) = (words[index - 15], words[index - 2])
        let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
        let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
        words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    var now = state
    for (word, constant) in zip(words, constants) {
        let sum = turned(now[4], 6) ^ turned(now[4], 11) ^ turned(now[4], 25)
        let choice = now[4] & now[5] ^ ~now[4] & now[6]
        let first = now[7] &+ sum &+ choice &+ constant &+ word
        let other = turned(now[0], 2) ^ turned(now[0], 13) ^ turned(now[0], 22)
        let second = other &+ (now[0] & now[1] ^ now[0] & now[2] ^ now[1] & now[2])
        now = [first &+ second, now[0], now[1], now[2], now[3] &+ first, now[4], now[5], now[6]]
    }
    state = zip(state, now).map { $0 &+ $1 }
}

private func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
}

private func bytes<Word: FixedWidthInteger>(of word: Word) -> [UInt8] {
    stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
}

/// The first 32 bits of the fractional parts of the roots of the first primes, as FIPS 180-4 defines its constants: found
/// by bisection, in integers.
private func roots(count: Int, power: Int) -> [UInt32] {
    let primes = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }
    return primes.prefix(count).map { prime in
        var (low, high): (UInt128, UInt128) = (0, 1 << 37)  // of the root times 2^32
        while high - low > 1 {
            let middle = (low + high) / 2
            let raised = power == 2 ? middle * middle : middle * middle * middle
            if raised <= UInt128(prime) << (32 * UInt128(power)) {
                low = middle
            } else {
                high = middle
            }
        }
        return UInt32(truncatingIfNeeded: low)  // without the whole part
    }
}
