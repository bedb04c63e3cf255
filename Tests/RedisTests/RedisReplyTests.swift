import Basics
import Environment
import Testing

@testable import Redis

/// What a server sends, whole, in pieces, and wrong.
@Suite struct RedisReplyTests {
    private static func read(_ text: String) throws -> RedisReply? {
        var reader = RedisReplyReader()
        reader.buffer = Array(text.utf8)
        return try reader.next()
    }

    @Test func kinds() throws {
        #expect(try Self.read("+OK\r\n") == .status("OK"))
        #expect(try Self.read("-ERR no\r\n") == .error("ERR no"))
        #expect(try Self.read(":12\r\n") == .number(12))
        #expect(try Self.read("$-1\r\n") == .nothing)
        #expect(try Self.read("$0\r\n\r\n") == .bytes([]))
        #expect(try Self.read("$4\r\na\r\nb\r\n") == .bytes(Array("a\r\nb".utf8)))
        #expect(try Self.read("*2\r\n$1\r\na\r\n:1\r\n") == .list([.bytes([0x61]), .number(1)]))
        #expect(try Self.read("*-1\r\n") == .nothing)
    }

    /// Every cut: nothing is read from a part.
    @Test(arguments: ["+OK\r\n", "$5\r\nhello\r\n", "*2\r\n$1\r\na\r\n*1\r\n:7\r\n"]) func pieces(text: String) throws {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            var reader = RedisReplyReader()
            reader.buffer = Array(bytes[..<length])
            #expect(try reader.next() == nil, "\(length) bytes")
            reader.buffer += bytes[length...]
            #expect(try reader.next() != nil && reader.isEmpty)
        }
    }

    @Test func oneAfterTheOther() throws {
        var reader = RedisReplyReader()
        reader.buffer = Array("+OK\r\n$1\r\na\r\n:3".utf8)
        #expect(try reader.next() == .status("OK"))
        #expect(try reader.next() == .bytes([0x61]))
        #expect(try reader.next() == nil && !reader.isEmpty)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "\r\n", "\u{0}\r\n", "+O\rK\r\n", "+\u{7}\r\n", "$x\r\n", "$-2\r\n",
        "$+1\r\na\r\n",
        "$99999999999999999999\r\n", "$2000000\r\n", ":\r\n", ":1.5\r\n", "*65\r\n", "*-2\r\n", "$1\r\nabc",
        "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", String(repeating: "x", count: 5000), "%1\r\n", "~1\r\n", "_\r\n",
    ])
    func garbage(text: String) {
        #expect(throws: RedisReplyReader.Malformed.self) { _ = try Self.read(text) }
    }

    /// As the specification of Redis Cluster has it.
    @Test func slots() {
        #expect(RedisServers.slot(of: Array("123456789".utf8)) == 12739)
        #expect(RedisServers.slot(of: Array("foo".utf8)) == 12182)
        #expect(RedisServers.slot(of: []) == 0)
    }
}
