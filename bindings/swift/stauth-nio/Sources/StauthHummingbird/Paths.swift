/// The path decoded once, and what stands for it as it was received: Hummingbird routes by that, and the library would
/// decode it. So "/he%61lth" is not "/health", but "/static/a%20b" is in "/static/".
func paths(of received: String) -> [[UInt8]] {
    var decoded: [UInt8] = []
    var rest = Substring(received).utf8
    while let first = rest.popFirst() {
        if first == UInt8(ascii: "%"), let value = hexadecimal(rest.prefix(2)) {
            decoded.append(value)
            rest = rest.dropFirst(2)
        } else {
            decoded.append(first)
        }
    }
    let percent = UInt8(ascii: "%")
    guard received.utf8.contains(percent) else { return [decoded] }
    return [decoded, received.utf8.map { $0 == percent ? UInt8(ascii: "_") : $0 }]
}

private func hexadecimal(_ digits: Substring.UTF8View) -> UInt8? {
    guard digits.count == 2, digits.allSatisfy({ UInt8($0).isHexadecimalDigit }) else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
