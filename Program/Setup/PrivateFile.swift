import Glibc
import Terminal

/// What a command could not do, with what to do about it.
package struct Refusal: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Files with secrets.
package enum PrivateFile {
    private static let longest = 65_536
    private static let longestOwn = 131_072

    /// The text of a file, without a line break at its end.
    package static func read(_ path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Refusal("cannot read \(path): \(reason(errno))") }
        defer { close(descriptor) }
        return try text(of: descriptor, path, longest).withoutLineBreak
    }

    /// The text of a file of this program's own; nil if there is none. Refuses one that others could have read or written.
    package static func readOwn(_ path: String) throws -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw Refusal("cannot read \(path): \(reason(errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid(), status.st_mode & 0o077 == 0
        else {
            throw Refusal(
                "other users of this machine can read or change \(path), or could have: sign out with stauth logout, and in again"
            )
        }
        return try text(of: descriptor, path, longestOwn)
    }

    private static func text(of descriptor: Int32, _ path: String, _ longest: Int) throws -> String {
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
            throw Refusal("\(path) is empty, not text, or longer than \(longest / 1024) KiB: is it the right file?")
        }
        return text
    }

    /// Writes a file that only its owner can read: all of it or nothing. Makes the folder that it is in.
    package static func write(_ text: String, to path: String, replacing: Bool) throws {
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
            let advice = replacing ? "" : "; choose another --file, or replace it with --force"
            throw Refusal("cannot write \(path): \(reason(errno))\(advice)")
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
    package var withoutLineBreak: String { last?.isNewline == true ? String(dropLast()) : self }
}
