import Basics

/// Calls `body` with text as a C string; nil is NULL.
func withCString<Result>(
    _ text: Text?, _ body: (UnsafePointer<CChar>?) -> Result
) throws(Failure) -> Result {
    guard let text else { return body(nil) }
    return unsafe try Text.terminated([text]).withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}

extension Text {
    /// The parts as one text that ends with a NUL. A NUL or a line break inside would change its meaning.
    static func terminated(_ parts: [Text]) throws(Failure) -> [CChar] {
        var bytes: [CChar] = []
        bytes.reserveCapacity(parts.reduce(1) { $0 + $1.count })
        for part in parts {
            guard !part.hasControls else {
                throw Failure(.invalidText, "a value for a request to the provider contains a control character")
            }
            for byte in part.bytes { bytes.append(CChar(bitPattern: byte)) }
        }
        bytes.append(0)
        return bytes
    }

    /// A borrowed C string, up to its NUL.
    init(_ text: UnsafePointer<CChar>) {
        self.init(wellFormed: unsafe Text.bytes(of: text))
    }

    static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = unsafe text
        while unsafe next.pointee != 0 {
            unsafe bytes.append(UInt8(bitPattern: next.pointee))
            unsafe next += 1
        }
        return bytes
    }
}
