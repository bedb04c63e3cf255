import Dispatch
import NIOCore
import NIOHTTP1
import NIOPosix
import Setup
import Synchronization

/// Waits on 127.0.0.1 for the browser that a provider sends back (RFC 8252 7.3). Any program of this machine, and any page of
/// any site, can reach it too: it serves few connections, briefly, and passes on nothing but small GET requests for itself.
final class LoopbackListener: Sendable {
    static let mostConnections = 16
    /// Requests whose turn has yet to come: their connections may have gone, and others come.
    static let mostWaiting = 16
    /// Of everything before the body. A signed authorization response is some kilobytes.
    static let longestHead = 32_768
    /// For a request to arrive, and for its response to leave.
    static let patience = TimeAmount.seconds(10)

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let connections = Atomic<Int>(0)
    private let arrived: Mutex<[LoopbackRequest]> = Mutex([])
    private let arrivals = DispatchSemaphore(value: 0)
    private let socket: Mutex<(any Channel)?> = Mutex(nil)

    /// `port`: nil for a free one.
    init(port: UInt16?) throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 16)
            // A login before, at the same port, leaves connections behind for a minute.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
        do {
            let bound = try bootstrap.bind(host: "127.0.0.1", port: Int(port ?? 0)).wait()
            socket.withLock { $0 = bound }
        } catch {
            try? group.syncShutdownGracefully()
            throw Refusal(
                port.map {
                    "cannot listen at 127.0.0.1:\($0), perhaps because another program does: choose another --port"
                }
                    ?? "cannot listen at 127.0.0.1: sign in with --device")
        }
    }

    var port: UInt16 {
        UInt16(clamping: socket.withLock { $0?.localAddress?.port } ?? 0)
    }

    private func accept(_ channel: any Channel) throws {
        let open = connections.add(1, ordering: .relaxed).newValue
        channel.closeFuture.whenComplete { _ in self.connections.subtract(1, ordering: .relaxed) }
        guard open <= Self.mostConnections else { throw ChannelError.ioOnClosedChannel }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.longestHead
        limits.maxHeaderListSize = Self.longestHead
        limits.maxHeaderFieldCount = 100
        var framing = HTTPResponseEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPResponseEncoder(configuration: framing))
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
        try pipeline.addHandler(LoopbackHandler(port: port, arrive: arrive))
    }

    /// Whether there is room for it.
    @Sendable private func arrive(_ request: LoopbackRequest) -> Bool {
        let isTaken = arrived.withLock { arrived in
            guard arrived.count < Self.mostWaiting else { return false }
            arrived.append(request)
            return true
        }
        if isTaken { arrivals.signal() }
        return isTaken
    }

    /// The next request; nil if none comes before that, or it is over: a flood of requests does not put it off.
    func next(until end: NIODeadline) throws(Interrupted) -> LoopbackRequest? {
        while end > .now() {
            try Interruption.check()
            let pause = min(end, .now() + .milliseconds(Interruption.attention))
            let time = DispatchTime(uptimeNanoseconds: pause.uptimeNanoseconds)
            guard arrivals.wait(timeout: time) == .success else { continue }
            return arrived.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        return nil
    }

    /// Listens no more, and ends every connection.
    func close() {
        try? group.syncShutdownGracefully()
    }
}
