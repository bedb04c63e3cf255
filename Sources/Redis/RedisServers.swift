import Basics
import Platform
import Settings

/// Which server has a key: the one that is configured, the master that the sentinels name, or the node of a cluster that
/// others have pointed to. Redis decides; this only remembers what it said.
///
/// The library's lock guards all state.
final class RedisServers: @unchecked Sendable {
    private static let slotCount = 16384
    private static let mostNodes = 255

    private let settings: RedisSettings
    /// The one that answered last, of the configured ones, or the master.
    private var current: AbsoluteURL?
    /// Of a cluster, in the order in which they were pointed to.
    private var nodes: [AbsoluteURL] = []
    /// For each slot, the position of its node plus 1; 0 if unknown. Empty without a cluster.
    private var slots: [UInt8] = []

    init(_ settings: RedisSettings) {
        self.settings = settings
    }

    /// The server for this key, if it is known.
    func known(for key: [UInt8]) -> AbsoluteURL? {
        withLock {
            guard !slots.isEmpty else { return current }
            let place = Int(slots[Self.slot(of: key)])
            return place > 0 ? nodes[place - 1] : current
        }
    }

    /// Those to try if none is known, or it fails.
    func candidates(by deadline: Int64) throws(Failure) -> [AbsoluteURL] {
        guard let master = settings.master else {
            let nodes = withLock { self.nodes }
            return settings.addresses + nodes.filter { !settings.addresses.contains($0) }
        }
        var problem = Failure(.sessionStoreFailed, "no sentinel knows the master")
        for sentinel in settings.addresses {
            do throws(Failure) {
                // The first must not use up the time of all.
                let now = platform_monotonic_clock()
                let share = now + max(1, (deadline - now) / 2)
                return [try ask(sentinel, for: master, by: share)]
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private func ask(_ sentinel: AbsoluteURL, for master: Text, by deadline: Int64) throws(Failure) -> AbsoluteURL {
        let connection = try RedisConnection.open(to: sentinel, settings, isSentinel: true, by: deadline)
        let command: [Text] = ["SENTINEL", "get-master-addr-by-name", master]
        guard case .list(let parts) = try connection.ask(command.map { $0.bytes }, by: deadline), parts.count == 2,
            let host = parts[0].text, let port = parts[1].text, let address = address(host, port)
        else { throw connection.failure("the sentinel knows no such master") }
        return address
    }

    private func address(_ host: Text, _ port: Text) -> AbsoluteURL? {
        let scheme: Text = settings.addresses.first?.isSecure ?? true ? "https" : "http"
        let host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return AbsoluteURL("\(scheme)://\(host):\(port)")
    }

    func remember(_ server: AbsoluteURL) {
        withLock { current = server }
    }

    /// That it did not answer, or is no master. The nodes of a cluster keep their slots until another one says otherwise.
    func forget(_ server: AbsoluteURL) {
        withLock { if current == server { current = nil } }
    }

    /// Where a redirection of a cluster leads, such as "MOVED 3999 127.0.0.1:6381"; remembered, if it is to stay.
    func follow(_ redirection: Text, from server: AbsoluteURL) -> AbsoluteURL? {
        let parts = redirection.split(at: " ")
        guard parts.count == 3, let slot = parts[1].asDecimal(), slot < Self.slotCount,
            let colon = parts[2].bytes.lastIndex(of: 0x3A)
        else { return nil }
        let host = Text(wellFormed: parts[2].bytes[..<colon])
        let port = Text(wellFormed: parts[2].bytes[(colon + 1)...])
        guard let node = address(host.isEmpty ? server.host : host, port) else { return nil }
        if parts[0] == "MOVED" { withLock { set(Int(slot), node) } }
        return node
    }

    private func set(_ slot: Int, _ node: AbsoluteURL) {
        if slots.isEmpty { slots = [UInt8](repeating: 0, count: Self.slotCount) }
        if !nodes.contains(node), nodes.count < Self.mostNodes { nodes.append(node) }
        if let place = nodes.firstIndex(of: node) { slots[slot] = UInt8(place + 1) }
    }

    /// CRC16 of the key (XMODEM), as in the specification of Redis Cluster. Keys of ours have no "{".
    static func slot(of key: [UInt8]) -> Int {
        var sum: UInt16 = 0
        for byte in key {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 != 0 ? sum << 1 ^ 0x1021 : sum << 1 }
        }
        return Int(sum) % slotCount
    }
}
