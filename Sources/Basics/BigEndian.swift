/// Numbers as eight bytes, the highest first, as in everything that is sealed or signed.
extension Array where Element == UInt8 {
    package mutating func append(bigEndian number: UInt64) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { bytes in
            unsafe append(copyOf: bytes.assumingMemoryBound(to: UInt8.self).span)
        }
    }

    /// The bytes of one number.
    package init(bigEndian number: UInt64) {
        self = []
        append(bigEndian: number)
    }

    /// The number in the eight bytes from `start` on; 0 if there are fewer.
    package func bigEndianNumber(at start: Int) -> UInt64 {
        guard start >= 0, start <= count - 8 else { return 0 }
        return unsafe UInt64(
            bigEndian: withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) })
    }
}

extension UInt64 {
    /// The number that the bytes encode; only the last eight count.
    package init(bigEndian bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
