import Basics
import Settings
import Transport

/// A connection to one Redis server. One thread at a time uses it. After a failure it is of no use.
final class RedisConnection {
    /// Which server it leads to: scheme, host and port.
    let server: Text
    private let stream: ByteStream
    private var reader = RedisReplyReader()

    private init(_ server: Text, _ stream: ByteStream) {
        self.server = server
        self.stream = stream
    }

    /// Whether it has answered everything so far, and belongs to this process.
    var isUsable: Bool { reader.isEmpty && stream.isUsable }

    /// Connects and introduces itself. `isSentinel`: then there are no databases, and perhaps no password.
    static func open(
        to address: AbsoluteURL, _ settings: RedisSettings, isSentinel: Bool = false, by deadline: Int64
    ) throws(Failure) -> RedisConnection {
        let server = address.redisName
        let stream = try ByteStream.open(
            to: address, certificateAuthorityFile: settings.certificateAuthorityFile, by: deadline
        ) { Failure(.sessionStoreFailed, "\(server): \($0)") }
        let connection = RedisConnection(address.origin, stream)
        if let password = settings.password {
            let user = settings.user.map { [$0.bytes] } ?? []
            let parts = [Text("AUTH").bytes] + user + [password.bytes]
            let reply = try connection.ask(parts, by: deadline)
            if !isSentinel { try connection.require(reply, "the user name or password is refused") }
        }
        if settings.database != 0, !isSentinel {
            let reply = try connection.ask([Text("SELECT").bytes, Text(settings.database).bytes], by: deadline)
            try connection.require(reply, "the database is refused")
        }
        if settings.master != nil, !isSentinel {
            // A sentinel may still name a server that was the master.
            let reply = try connection.ask([Text("ROLE").bytes], by: deadline)
            guard case .list(let parts) = reply, parts.first?.text == "master" else {
                throw connection.failure("is not the master, or does not say so")
            }
        }
        return connection
    }

    private func require(_ reply: RedisReply, _ problem: Text) throws(Failure) {
        guard reply == .status("OK") else { throw failure(problem) }
    }

    func failure(_ problem: Text) -> Failure {
        Failure(.sessionStoreFailed, "\(AbsoluteURL(server)?.redisName ?? server): \(problem)")
    }

    /// Sends a command; gives its reply.
    func ask(_ parts: [[UInt8]], by deadline: Int64) throws(Failure) -> RedisReply {
        guard stream.send(Self.encode(parts), by: deadline) else { throw failure("the command could not be sent") }
        return try reply(by: deadline)
    }

    /// Sends two commands at once; gives the reply to the second.
    func ask(_ first: [[UInt8]], then parts: [[UInt8]], by deadline: Int64) throws(Failure) -> RedisReply {
        guard stream.send(Self.encode(first) + Self.encode(parts), by: deadline) else {
            throw failure("the command could not be sent")
        }
        _ = try reply(by: deadline)
        return try reply(by: deadline)
    }

    private func reply(by deadline: Int64) throws(Failure) -> RedisReply {
        while true {
            do throws(RedisReplyReader.Malformed) {
                if let reply = try reader.next() { return reply }
            } catch {
                throw failure("the answer is not one of Redis")
            }
            guard stream.receive(into: &reader.buffer, by: deadline) else {
                throw failure("no answer in time, or the connection has ended")
            }
        }
    }

    private static func encode(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(32) { $0 + $1.count + 24 })
        bytes += Text("*\(parts.count)\r\n").bytes
        for part in parts {
            bytes += Text("$\(part.count)\r\n").bytes
            bytes += part
            bytes.append("\r\n")
        }
        return bytes
    }
}

extension AbsoluteURL {
    /// For operators: host and port.
    var redisName: Text { Text(wellFormed: origin.bytes.dropFirst(isSecure ? 8 : 7)) }
}
