import Basics
import CCurl

/// Calls `body` with text as a C string; nil is NULL.
func withCString<Result>(
    _ text: Text?, _ body: (UnsafePointer<CChar>?) throws(Failure) -> Result
) throws(Failure) -> Result {
    guard let text else { return try body(nil) }
    return unsafe try Text.terminated([text]).withUnsafeBufferPointer { (bytes) throws(Failure) in
        unsafe try body(UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self))
    }
}

extension Text {
    /// The parts as one text that ends with a NUL. A NUL or a line break inside would change its meaning.
    static func terminated(_ parts: [Text]) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(1) { $0 + $1.count })
        for part in parts {
            guard !part.hasControls else {
                throw Failure(.invalidText, "a value for a request to the provider contains a control character")
            }
            bytes += part.bytes
        }
        bytes.append(0)
        return bytes
    }

    /// A borrowed C string, up to its NUL.
    init(_ text: UnsafePointer<CChar>) {
        self.init(wellFormed: unsafe Text.bytes(of: text))
    }

    static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: ccurl_length(text))
        return unsafe [UInt8](copyOf: bytes.assumingMemoryBound(to: UInt8.self).span)
    }
}
