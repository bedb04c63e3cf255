import Basics
import Environment
import NIOCore
import NIOHTTP1
import NIOPosix
import RelyingParty
import Synchronization
import Terminal

/// The running gateway: its sockets, its threads, and the site that it guards, which can be replaced.
final class Gateway: Sendable {
    /// What an operator's monitoring reads beside the library's statistics.
    struct Counters: ~Copyable, Sendable {
        let connections = Atomic<Int>(0)
        let webSockets = Atomic<Int>(0)
        let requests = Atomic<Int>(0)
        let refused = Atomic<Int>(0)
        let faults = Atomic<Int>(0)
    }

    let counters = Counters()
    let threads: NIOThreadPool
    private let group: MultiThreadedEventLoopGroup
    private let current: Mutex<GuardedSite>
    private let file: Text
    private let workers: Mutex<[ObjectIdentifier: NIOLoopBound<Worker>]> = Mutex([:])
    private let sockets: Mutex<[any Channel]> = Mutex([])

    var site: GuardedSite { current.withLock { $0 } }

    init(file: Text) throws(Failure) {
        self.file = file
        let site = try GuardedSite(file: file)
        current = Mutex(site)
        threads = NIOThreadPool(numberOfThreads: site.settings.threads)
        group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    }

    /// Begins to listen. `descriptors`: sockets that systemd has opened, in place of `listen`.
    func start(_ descriptors: [CInt]) throws {
        threads.start()
        for loop in group.makeIterator() {
            let worker = try loop.submit { NIOLoopBound(Worker(self, loop), eventLoop: loop) }.wait()
            workers.withLock { $0[ObjectIdentifier(loop)] = worker }
        }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
        if descriptors.isEmpty {
            try add(bootstrap.listening(at: site.settings.listen).wait())
        } else {
            for descriptor in descriptors { try add(bootstrap.withBoundSocket(descriptor).wait()) }
        }
    }

    private func add(_ socket: any Channel) { sockets.withLock { $0.append(socket) } }

    /// Where it listens, for the log.
    var addresses: [Text] {
        sockets.withLock { $0 }.map { socket in
            switch socket.localAddress {
            case .unixDomainSocket?: "unix:\(Text(socket.localAddress?.pathname ?? ""))"
            case let address?: "\(Text(address.ipAddress ?? "")):\(address.port ?? 0)"
            case nil: "a socket"
            }
        }
    }

    private func accept(_ channel: any Channel) throws {
        let open = counters.connections.add(1, ordering: .relaxed).newValue
        channel.closeFuture.whenComplete { _ in self.counters.connections.subtract(1, ordering: .relaxed) }
        guard open <= site.settings.mostConnections,
            let worker = workers.withLock({ $0[ObjectIdentifier(channel.eventLoop)] })
        else {
            throw ChannelError.ioOnClosedChannel
        }
        if case .unixDomainSocket? = channel.localAddress {
        } else {
            try channel.syncOptions?.setOption(.socketOption(.tcp_nodelay), value: 1)
        }
        let handler = ConnectionHandler(worker.value, channel)
        handler.pipeline = try ServerPipeline(channel, limits: site.settings, last: handler)
    }

    /// Reads the configuration anew. If it is wrong, everything stays as it is, and the log says why.
    func reload() {
        let former = site
        do throws(Failure) {
            let new = try GuardedSite(file: file, succeeding: former)
            current.withLock { $0 = new }
            GatewayLog.shared.report(.info, "configuration_read", file)
            if new.settings.listen != former.settings.listen
                || new.settings.operationsListen != former.settings.operationsListen
            {
                GatewayLog.shared.report(.warning, "restart_needed", "the gateway listens where it did before")
            }
        } catch {
            former.application.report(refused: error)
        }
    }

    /// Accepts nothing more, and waits for requests in progress, but not for ever.
    func stop() {
        for socket in sockets.withLock({ $0 }) { socket.close(promise: nil) }
        for worker in workers.withLock({ Array($0.values) }) {
            worker.eventLoop.execute { worker.value.drain() }
        }
        let end = NIODeadline.now() + site.settings.timeouts.shutdown
        while counters.connections.load(ordering: .relaxed) > 0, NIODeadline.now() < end {
            pause(milliseconds: 20)
        }
    }
}

extension ServerBootstrap {
    /// A file left by a process that has ended is replaced.
    func listening(at name: SocketName) -> EventLoopFuture<any Channel> {
        switch name {
        case .internet(let host, let port): bind(host: host, port: port)
        case .file(let path): bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
        }
    }
}
