package import Basics
package import Environment
import Platform
package import Settings

/// Sessions in Redis: one server, a master that sentinels watch, or a cluster. A value is the version, eight bytes, and the
/// record.
package final class RedisStore: SessionStore {
    /// Writes only over the expected version, in one step.
    private static var replaceScript: Text {
        """
        if redis.call('GETRANGE',KEYS[1],0,7)==ARGV[1] then redis.call('SET',KEYS[1],ARGV[2],'PX',ARGV[3]) return 1 end \
        return 0
        """
    }
    private static let versionLength = 8
    /// How often a command is sent on to another server.
    private static let mostRedirections = 5

    private let settings: RedisSettings
    private let connections = RedisConnections()
    private let servers: RedisServers

    package init(_ settings: RedisSettings) {
        self.settings = settings
        servers = RedisServers(settings)
    }

    package var mayBlock: Bool { true }

    package func get(_ key: StoreKey) throws(Failure) -> StoredRecord? {
        switch try run(key, ["GET"], []) {
        case .nothing: return nil
        case .bytes(let bytes):
            return StoredRecord(
                version: bytes.bigEndianNumber(at: 0), bytes: Array(bytes.dropFirst(Self.versionLength)))
        case let reply: throw unexpected(reply)
        }
    }

    package func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool {
        let value = [UInt8](bigEndian: record.version) + record.bytes
        let time = Text(lifetime * 1000).bytes
        guard let version else {
            switch try run(key, ["SET"], [value, Text("PX").bytes, time, Text("NX").bytes]) {
            case .status("OK"): return true
            case .nothing: return false
            case let reply: throw unexpected(reply)
            }
        }
        switch try run(key, ["EVAL", Self.replaceScript, "1"], [[UInt8](bigEndian: version), value, time]) {
        case .number(1): return true
        case .number(0): return false
        case let reply: throw unexpected(reply)
        }
    }

    package func delete(_ key: StoreKey) throws(Failure) {
        let reply = try run(key, ["DEL"], [])
        guard case .number = reply else { throw unexpected(reply) }
    }

    private func unexpected(_ reply: RedisReply) -> Failure {
        guard case .error(let text) = reply else {
            return Failure(.sessionStoreFailed, "Redis gave an answer of another kind than its command has")
        }
        return Failure(.sessionStoreFailed, "Redis refused a command: \(text.prefix(atMost: 200))")
    }

    // MARK: - Commands

    /// Runs a command on the server that has the key.
    private func run(_ key: StoreKey, _ command: [Text], _ rest: [[UInt8]]) throws(Failure) -> RedisReply {
        let deadline = platform_monotonic_clock() + settings.timeout
        let place = Text("\(settings.prefix):\(key.text)").bytes
        let parts = command.map { $0.bytes } + [place] + rest
        // Who the master is costs time as well, so sentinels and masters are left alone together.
        guard let master = settings.master else { return try run(parts, place, by: deadline) }
        guard connections.mayAsk(master) else { throw Self.pause }
        do throws(Failure) {
            let reply = try run(parts, place, by: deadline)
            connections.record(isAnswered: true, by: master)
            return reply
        } catch {
            connections.record(isAnswered: false, by: master)
            throw error
        }
    }

    private static var pause: Failure {
        Failure(.sessionStoreFailed, "Redis failed a moment ago, and is not asked again yet")
    }

    private func mayAsk(_ server: AbsoluteURL) -> Bool { settings.master != nil || connections.mayAsk(server.origin) }

    private func record(isAnswered: Bool, by server: AbsoluteURL) {
        if settings.master == nil { connections.record(isAnswered: isAnswered, by: server.origin) }
    }

    private func run(_ parts: [[UInt8]], _ key: [UInt8], by deadline: Int64) throws(Failure) -> RedisReply {
        var server = servers.known(for: key)
        var (isAsking, isSent) = (false, false)
        for _ in 0..<Self.mostRedirections {
            let connection = try connection(to: &server, orOthers: !isSent, by: deadline)
            guard let reached = server else { break }
            let reply: RedisReply
            do throws(Failure) {
                reply =
                    isAsking
                    ? try connection.ask([Text("ASKING").bytes], then: parts, by: deadline)
                    : try connection.ask(parts, by: deadline)
            } catch {
                record(isAnswered: false, by: reached)
                servers.forget(reached)
                throw error
            }
            record(isAnswered: true, by: reached)
            connections.give(connection)
            guard case .error(let text) = reply else { return reply }
            isAsking = text.hasPrefix("ASK ")
            if isAsking || text.hasPrefix("MOVED ") {
                server = servers.follow(text, from: reached)
                isSent = server != nil
            } else if text.hasPrefix("READONLY") {
                // It was the master a moment ago.
                servers.forget(reached)
                server = nil
            } else {
                return reply
            }
        }
        throw Failure(.sessionStoreFailed, "Redis sends the command from one server to the next")
    }

    /// A connection to this server; otherwise, `orOthers`, to the first one that answers, which knows where to go on.
    private func connection(
        to server: inout AbsoluteURL?, orOthers: Bool, by deadline: Int64
    ) throws(Failure) -> RedisConnection {
        var problem = Self.pause
        let known = server
        if let known {
            do throws(Failure) {
                return try reach(known, by: deadline)
            } catch {
                guard orOthers else { throw error }
                servers.forget(known)
                problem = error
            }
        }
        for candidate in try servers.candidates(by: deadline) where candidate != known {
            server = candidate
            do throws(Failure) {
                // Where there are several servers, one that does not answer must not use up the time of all.
                let now = platform_monotonic_clock()
                let isOnly = settings.addresses.count == 1 || settings.master != nil
                let connection = try reach(candidate, by: isOnly ? deadline : now + max(1, (deadline - now) / 2))
                servers.remember(candidate)
                return connection
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private func reach(_ server: AbsoluteURL, by deadline: Int64) throws(Failure) -> RedisConnection {
        guard mayAsk(server) else { throw Self.pause }
        if let kept = connections.take(server.origin) { return kept }
        do throws(Failure) {
            return try RedisConnection.open(to: server, settings, by: deadline)
        } catch {
            record(isAnswered: false, by: server)
            throw error
        }
    }
}
