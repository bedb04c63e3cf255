import Basics
import Platform

/// Reads what a C caller passes: nothing is trusted, and everything is copied.
enum Input {
    /// Text that ends with NUL, of at most `limit` bytes. Never reads more than one byte past that.
    static func text(_ pointer: UnsafePointer<CChar>?, _ name: StaticString, limit: Int) throws(Failure) -> Text {
        let bytes = try unsafe bytes(pointer, name, limit: limit)
        guard let text = Text(validating: bytes) else { throw Failure(.invalidText, "\(name) is not UTF-8") }
        return text
    }

    /// The same, but NULL means none.
    static func optionalText(
        _ pointer: UnsafePointer<CChar>?, _ name: StaticString, limit: Int
    ) throws(Failure) -> Text? {
        unsafe pointer == nil ? nil : try text(pointer, name, limit: limit)
    }

    /// The bytes before the NUL.
    static func bytes(_ pointer: UnsafePointer<CChar>?, _ name: StaticString, limit: Int) throws(Failure) -> [UInt8] {
        guard let pointer = unsafe pointer else { throw Failure(.invalidArgument, "\(name) is NULL") }
        let length = unsafe platform_text_length(pointer, limit)
        return try unsafe bytes(pointer, count: length, name, limit: limit)
    }

    /// `count` bytes; NULL only with 0.
    static func bytes(
        _ pointer: UnsafePointer<CChar>?, count: Int, _ name: StaticString, limit: Int
    ) throws(Failure) -> [UInt8] {
        // A size_t beyond Int.max arrives as a negative number.
        guard (0...limit).contains(count) else {
            throw Failure(.tooLarge, "\(name) is longer than \(limit) bytes")
        }
        if count == 0 { return [] }
        guard let pointer = unsafe pointer else { throw Failure(.invalidArgument, "\(name) is NULL") }
        return unsafe Array(UnsafeRawBufferPointer(start: pointer, count: count))
    }

    /// Where to write a result.
    static func output<Value>(
        _ pointer: UnsafeMutablePointer<Value>?, _ name: StaticString
    ) throws(Failure) -> UnsafeMutablePointer<Value> {
        guard let pointer = unsafe pointer else { throw Failure(.invalidArgument, "\(name) is NULL") }
        return unsafe pointer
    }
}
