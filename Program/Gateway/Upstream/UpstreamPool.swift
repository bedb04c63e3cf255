import NIOCore
import NIOPosix

/// Connections to the app that wait for the next request. Belongs to one event loop.
final class UpstreamPool {
    private static let most = 64
    /// Many servers close a connection after five seconds.
    private static let longestWait = TimeAmount.seconds(4)
    /// For a request that cannot be sent twice.
    private static let shortWait = TimeAmount.milliseconds(500)

    private let loop: any EventLoop
    private var idle: [UpstreamConnection] = []
    private var willSweep = false

    init(_ loop: any EventLoop) { self.loop = loop }

    /// A connection that waits. `isRepeatable`: whether the request may be sent again if the app has just closed it.
    func take(to name: SocketName, isRepeatable: Bool) -> UpstreamConnection? {
        let wait = isRepeatable ? Self.longestWait : Self.shortWait
        while let connection = idle.popLast() {
            if connection.name == name, connection.isActive, connection.idleSince + wait > .now() { return connection }
            connection.close()
        }
        return nil
    }

    func connect(to name: SocketName, within time: TimeAmount) -> EventLoopFuture<UpstreamConnection>.Isolated {
        let connection = UpstreamConnection(to: name)
        let bound = NIOLoopBound(connection, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(time)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.addHandlers(to: channel) }
            }
        let channel =
            switch name {
            case .internet(let host, let port): bootstrap.connect(host: host, port: port)
            case .file(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        return channel.assumeIsolated().map { [weak self] _ in
            connection.pool = self
            return connection
        }
    }

    /// Keeps a connection whose exchange is over, but only after what has come in is read: if the app has said more than the
    /// response, that is for nobody, and the connection ends.
    func put(_ connection: UpstreamConnection) {
        connection.exchange = nil
        connection.read(true)
        loop.assumeIsolated().execute { [weak self] in
            guard let self, self.idle.count < Self.most, connection.isActive else { return connection.close() }
            connection.idleSince = .now()
            self.idle.append(connection)
            self.sweepLater()
        }
    }

    /// Closes what has waited too long.
    private func sweepLater() {
        guard !willSweep else { return }
        willSweep = true
        loop.assumeIsolated().scheduleTask(in: Self.longestWait) { [weak self] in
            guard let self else { return }
            self.willSweep = false
            let now = NIODeadline.now()
            for connection in self.idle where connection.idleSince + Self.longestWait <= now { connection.close() }
            if !self.idle.isEmpty { self.sweepLater() }
        }
    }

    func forget(_ connection: UpstreamConnection) { idle.removeAll { $0 === connection } }
}
