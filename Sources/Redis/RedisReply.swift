import Basics
import Environment

/// An answer of Redis (RESP2).
enum RedisReply: Equatable {
    case nothing
    case number(Int64)
    case bytes([UInt8])
    /// Such as "OK".
    case status(Text)
    /// Such as "MOVED 3999 127.0.0.1:6381".
    case error(Text)
    case list([RedisReply])

    /// The text of bytes or a status.
    var text: Text? {
        switch self {
        case .bytes(let bytes): Text(validating: bytes)
        case .status(let text): text
        default: nil
        }
    }
}

/// Reads replies from bytes that arrive bit by bit. What is longer than anything that a store may answer is refused.
struct RedisReplyReader {
    /// What is no reply.
    struct Malformed: Error {}

    private static let longestLine = 4096
    private static let longestBytes = StoredRecord.longest + 64
    private static let longestList = 64
    private static let deepest = 4

    var buffer: [UInt8] = []
    private var position = 0

    /// Whether bytes are left that belong to no reply so far.
    var isEmpty: Bool { buffer.isEmpty }

    /// The next reply; nil if not all of it has arrived.
    mutating func next() throws(Malformed) -> RedisReply? {
        position = 0
        guard let reply = try read(depth: 0) else { return nil }
        buffer.keepOnly(position..<buffer.count)
        return reply
    }

    private mutating func read(depth: Int) throws(Malformed) -> RedisReply? {
        guard depth < Self.deepest else { throw Malformed() }
        guard let line = try readLine(), let kind = line.bytes.first else { return nil }
        let rest = Text(wellFormed: line.bytes.dropFirst())
        switch kind {
        case 0x2B: return .status(rest)
        case 0x2D: return .error(rest)
        case 0x3A: return .number(try number(rest))
        case 0x24: return try readBytes(count: number(rest))
        case 0x2A: return try readList(count: number(rest), depth)
        default: throw Malformed()
        }
    }

    /// A line of visible ASCII, which is not empty; nil if its end has not arrived.
    private mutating func readLine() throws(Malformed) -> Text? {
        let rest = buffer[position...]
        guard let end = rest.firstIndex(of: 0x0D) else {
            guard rest.count <= Self.longestLine else { throw Malformed() }
            return nil
        }
        guard end + 1 < buffer.count else { return nil }
        let line = Text(wellFormed: buffer[position..<end])
        guard buffer[end + 1] == 0x0A, !line.isEmpty, line.count <= Self.longestLine,
            line.bytes.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw Malformed() }
        position = end + 2
        return line
    }

    private func number(_ text: Text) throws(Malformed) -> Int64 {
        if text == "-1" { return -1 }
        guard let number = text.asDecimal() else { throw Malformed() }
        return number
    }

    private mutating func readBytes(count: Int64) throws(Malformed) -> RedisReply? {
        if count == -1 { return .nothing }
        guard (0...Int64(Self.longestBytes)).contains(count) else { throw Malformed() }
        let end = position + Int(count)
        guard end + 2 <= buffer.count else { return nil }
        guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else { throw Malformed() }
        let bytes = Array(buffer[position..<end])
        position = end + 2
        return .bytes(bytes)
    }

    private mutating func readList(count: Int64, _ depth: Int) throws(Malformed) -> RedisReply? {
        if count == -1 { return .nothing }
        guard (0...Int64(Self.longestList)).contains(count) else { throw Malformed() }
        var replies: [RedisReply] = []
        for _ in 0..<count {
            guard let reply = try read(depth: depth + 1) else { return nil }
            replies.append(reply)
        }
        return .list(replies)
    }
}
