import Basics
import Glibc
import Terminal

/// The cookies that somebody has copied from somewhere.
enum CookieInput {
    /// One Cookie header's value: "name=value; name=value".
    static func read(_ path: String?) throws -> [UInt8] {
        let text = try path.map { try PrivateFile.read($0) } ?? standardInput()
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            var line = line.drop { $0 == " " || $0 == "\t" }
            for name in ["cookie:", "set-cookie:"] where line.lowercased().hasPrefix(name) {
                line = line.dropFirst(name.count)
                // The attributes follow.
                if name == "set-cookie:" { line = line.prefix { $0 != ";" } }
            }
            return String(line).trimmingSpaces
        }
        let header = lines.filter { !$0.isEmpty }.joined(separator: "; ")
        guard header.contains("=") else {
            throw Refusal("there is no cookie: give a Cookie header, or NAME=VALUE, in a file or on standard input")
        }
        return Array(header.utf8)
    }

    private static func standardInput() -> String {
        if isatty(STDIN_FILENO) == 1 { Output.note("Paste the Cookie header, then press Ctrl-D:") }
        var text = ""
        while text.utf8.count < 65_536, let line = readLine(strippingNewline: false) { text += line }
        return text
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
