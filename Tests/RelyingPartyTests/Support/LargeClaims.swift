import Basics
import JSON

/// Text that takes as many bytes in a cookie: what compression saves, base64url adds.
func incompressible(_ length: Int) -> String {
    var state: UInt64 = 1
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    return String((0..<length).map { _ in alphabet[Int(next(&state) >> 58)] })
}

/// Groups as Microsoft Entra ID names them.
func groups(_ count: Int) -> JSON {
    var state: UInt64 = 7
    let digits = Array("0123456789abcdef")
    return .array(
        (0..<count).map { _ in
            let parts = [8, 4, 4, 4, 12].map { length in
                String((0..<length).map { _ in digits[Int(next(&state) >> 60)] })
            }
            return .string(Text(parts.joined(separator: "-")))
        })
}

private func next(_ state: inout UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
}
