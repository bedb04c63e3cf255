import Basics
import NIOHTTP1
import Terminal

/// Why a request is refused before anybody looks at who sent it: two servers could read it in two ways.
struct Screening {
    let status: HTTPResponseStatus
    let reason: Text

    /// Nil for an ordinary request.
    init?(_ head: HTTPRequestHead) {
        switch head.method {
        case .TRACE, .CONNECT: self.init(.methodNotAllowed, "its method is neither forwarded nor answered")
        default:
            if let reason = Self.problem(ofFraming: head) ?? Self.problem(ofHost: head)
                ?? Self.problem(ofConnection: head)
            {
                self.init(.badRequest, reason)
            } else if let reason = Self.problem(ofTarget: Text(head.uri)) {
                self.init(.badRequest, reason)
            } else {
                return nil
            }
        }
    }

    init(_ status: HTTPResponseStatus, _ reason: Text) {
        (self.status, self.reason) = (status, reason)
    }

    /// RFC 9112 6.3: who reads another length begins the next request elsewhere.
    private static func problem(ofFraming head: HTTPRequestHead) -> Text? {
        let lengths = head.headers["Content-Length"]
        let codings = head.headers["Transfer-Encoding"]
        if !codings.isEmpty {
            guard lengths.isEmpty else { return "it has Content-Length and Transfer-Encoding" }
            guard codings.count == 1, codings[0].lowercased() == "chunked", head.version == .http1_1 else {
                return "its Transfer-Encoding is not chunked alone"
            }
        }
        guard lengths.count <= 1, lengths.allSatisfy({ Text($0).asDecimal() != nil }) else {
            return "its Content-Length is not one number"
        }
        return nil
    }

    /// RFC 9112 3.2.
    private static func problem(ofHost head: HTTPRequestHead) -> Text? {
        let hosts = head.headers["Host"]
        guard hosts.count == 1 || hosts.isEmpty && head.version == .http1_0 else { return "it has not one Host" }
        let isPlain = hosts.allSatisfy { host in
            !host.isEmpty
                && host.utf8.allSatisfy { byte in
                    FormEncoding.isUnreserved(byte) || [0x3A, 0x5B, 0x5D].contains(byte)
                }
        }
        return isPlain ? nil : "its Host is none"
    }

    /// Parsers differ in whether a tab ends a word there, and so in whether the request asks for another protocol.
    private static func problem(ofConnection head: HTTPRequestHead) -> Text? {
        head.headers["Connection"].contains { $0.utf8.contains(0x09) } ? "its Connection has a tab" : nil
    }

    /// What is wrong with a path and query that some server would take for another: the one that is judged must be the one
    /// that the app sees.
    static func problem(ofTarget target: Text) -> Text? {
        guard target.bytes.first == 0x2F else { return "its target does not begin with /" }
        guard target.isVisibleASCII, !target.contains("#"), !target.contains("\\") else {
            return "its target has a fragment, a backslash, or what must be percent-encoded"
        }
        let path = target.splitOnce(at: "?")?.before ?? target
        guard isWellEncoded(path) else { return "its path has a % without two hexadecimal digits" }
        let decoded = FormEncoding.decodePath(path)
        guard !decoded.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x5C }) else {
            return "its path has a control character or a backslash"
        }
        let hasDots = decoded.split(separator: 0x2F).contains { segment in
            let name = segment.prefix { $0 != 0x3B }
            return name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E])
        }
        return hasDots ? "its path has a segment of dots" : nil
    }

    /// Servers differ in what they make of any other "%".
    private static func isWellEncoded(_ path: Text) -> Bool {
        path.bytes.split(separator: 0x25, omittingEmptySubsequences: false).dropFirst().allSatisfy { rest in
            FormEncoding.decodeByte(Text(wellFormed: [0x25] + rest.prefix(2))) != nil
        }
    }
}
