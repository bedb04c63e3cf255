package import Basics

/// Paths that need no login: "/health" is that path alone, "/static/" that folder and all below it, "/" the start page.
///
/// They are compared with the path that the host routes by, decoded once, without the query.
package struct OpenPaths: Equatable, Sendable {
    private let paths: [Text]

    /// `paths`: those in which `problem(with:)` sees none.
    package init(_ paths: [Text]) {
        self.paths = paths
    }

    /// What is wrong with a path that no request could be let through by.
    @inline(never)
    package static func problem(with path: Text) -> Text? {
        guard !isPlain(path.bytes) else { return nil }
        return """
            \(path.forMessage) is no decoded path; begin it with "/", and write no percent-encoding, backslash, empty segment \
            or segment of dots
            """
    }

    /// Whether a page needs no login. The empty path is the start page.
    package func contains(_ path: [UInt8]) -> Bool {
        let path = path.isEmpty ? [0x2F] : path
        for open in paths {
            if open.bytes == path { return true }
            if open != "/", open.hasSuffix("/"), path.starts(with: open.bytes), Self.isPlain(path) { return true }
        }
        return false
    }

    /// False for paths that something behind the gate could take for another one: "/static/../admin",
    /// "/static/%2e%2e/admin" decoded no further, and what is not UTF-8, or was not before somebody mended it (U+FFFD).
    ///
    /// Segments of dots alone lead elsewhere, also before parameters ("..;x=1") and with the spaces that some systems drop.
    private static func isPlain(_ path: [UInt8]) -> Bool {
        guard path.first == 0x2F, let text = Text(validating: path), !text.contains(text: "\u{FFFD}") else {
            return false
        }
        var isNamed = true
        var isEmpty = false
        var inParameters = false
        for (index, byte) in path.enumerated() {
            switch byte {
            case ..<0x20, 0x7F, 0x5C: return false
            case 0x25 where FormEncoding.decodeByte(Text(wellFormed: path.dropFirst(index).prefix(3))) != nil:
                return false
            case 0x2F:
                guard isNamed else { return false }
                (isNamed, isEmpty, inParameters) = (false, true, false)
                continue
            case 0x3B: inParameters = true
            case 0x2E, 0x20: break
            default: isNamed = isNamed || !inParameters
            }
            isEmpty = false
        }
        return isNamed || isEmpty
    }
}
