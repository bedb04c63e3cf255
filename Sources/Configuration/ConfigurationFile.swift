import Basics
import Platform

/// Reading a file whose name came from the operator.
enum ConfigurationFile {
    /// The content of a regular file of at most `limit` bytes.
    static func read(_ path: Text, limit: Int) throws(Failure) -> [UInt8] {
        guard !path.isEmpty, path.count <= 4096, !path.hasControls else {
            throw Failure(.configurationInvalid, "a file name is empty, too long, or contains control characters")
        }
        var start: UnsafeMutablePointer<UInt8>? = nil
        var length = 0
        let error = unsafe withCString(path) { path in unsafe platform_read_file(path, limit, &start, &length) }
        guard error == 0 else {
            throw Failure(.configurationInvalid, "cannot read \(path): \(reason(error, limit: limit))")
        }
        defer { unsafe platform_free(start) }
        return unsafe copyAndWipe(start, length)
    }

    /// The folder of a file, with "/" at its end; "" for the working directory.
    static func folder(of path: Text) -> Text {
        let end = path.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return Text(wellFormed: path.bytes[..<end])
    }

    /// A path as written in a file of that folder.
    static func resolve(_ path: Text, in folder: Text) -> Text {
        path.hasPrefix("/") ? path : folder + path
    }

    /// Afterwards only the caller has the file's content.
    private static func copyAndWipe(_ start: UnsafeMutablePointer<UInt8>?, _ length: Int) -> [UInt8] {
        guard let start = unsafe start else { return [] }
        let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: length))
        unsafe platform_wipe(start, length)
        return bytes
    }

    private static func reason(_ error: Int32, limit: Int) -> Text {
        switch error {
        case 2: "no such file; create it, or fix the path (relative paths start at the working directory)"
        case 13: "permission denied; make it readable for the user that runs the program"
        case 22: "is not a regular file"
        case 27: "is larger than \(limit / 1024) KiB; is it the right file?"
        default: systemText(error)
        }
    }

    /// The system's description of an errno.
    private static func systemText(_ error: Int32) -> Text {
        var buffer = [CChar](repeating: 0, count: 128)
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe platform_error_text(error, start, buffer.count)
        }
        return Text(validating: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }) ?? "unknown error"
    }
}

/// Lends `text`, which must not contain NUL, to C.
func withCString<Result>(_ text: Text, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let start = UnsafeMutablePointer<CChar>.allocate(capacity: text.count + 1)
    defer { unsafe start.deallocate() }
    for (index, byte) in text.bytes.enumerated() { unsafe (start + index).initialize(to: CChar(bitPattern: byte)) }
    unsafe (start + text.count).initialize(to: 0)
    return unsafe body(start)
}
