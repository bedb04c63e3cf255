import Glibc
import Terminal

/// What a command could not do, with what to do about it.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Files with secrets.
enum PrivateFile {
    private static let longest = 65_536

    /// The text of a file, without a line break at its end.
    static func read(_ path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Refusal("cannot read \(path): \(reason(errno))") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longest + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let more = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), room)
            }
            guard more >= 0 else { throw Refusal("cannot read \(path): \(reason(errno))") }
            guard more > 0 else { break }
            count += more
        }
        guard (1...longest).contains(count), let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw Refusal("\(path) is empty, not text, or longer than 64 KiB: is it the right file?")
        }
        return text.withoutLineBreak
    }

    /// Writes a file that only its owner can read: all of it or nothing. Makes the folder that it is in.
    static func write(_ text: String, to path: String, replacing: Bool) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if !folder.isEmpty, unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw Refusal("cannot make the folder \(folder): \(reason(errno))")
        }
        var template = Array("\(folder)/.stauth-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { throw Refusal("cannot write into \(folder): \(reason(errno))") }
        let draft = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unsafe _ = unlink(draft) }
        let isWritten = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
        let error = errno
        close(descriptor)
        guard isWritten else { throw Refusal("cannot write \(path): \(reason(error))") }
        // A link, unlike a renaming, never replaces a file that has appeared since.
        let isThere = unsafe replacing ? rename(draft, path) == 0 : link(draft, path) == 0
        guard isThere else {
            throw Refusal("cannot write \(path): \(reason(errno)); choose another --file, or replace it with --force")
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    private static func reason(_ error: Int32) -> String { unsafe String(cString: strerror(error)) }
}

extension String {
    /// Without a line break at its end, Windows' included: "\r\n" is one character.
    var withoutLineBreak: String { last?.isNewline == true ? String(dropLast()) : self }
}
