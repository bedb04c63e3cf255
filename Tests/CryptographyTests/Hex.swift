/// The bytes that hexadecimal digits stand for. White space between them is skipped.
func hex(_ digits: String) -> [UInt8] {
    let values = digits.compactMap { $0.hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}

extension [UInt8] {
    init(_ byte: UInt8, times count: Int) { self.init(repeating: byte, count: count) }

    func flipping(bit: Int, ofByte index: Int) -> [UInt8] {
        var bytes = self
        bytes[index] ^= 1 << bit
        return bytes
    }
}
