import NIOCore
import Synchronization

/// What belongs to one event loop: its connections, and those to the app.
final class Worker {
    let gateway: Gateway
    let pool: UpstreamPool
    var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var webSockets: [ObjectIdentifier: any Channel] = [:]
    private(set) var isDraining = false
    var date = HTTPDate()

    init(_ gateway: Gateway, _ loop: any EventLoop) {
        self.gateway = gateway
        pool = UpstreamPool(loop)
    }

    func count(webSocket channel: any Channel) {
        let id = ObjectIdentifier(channel)
        webSockets[id] = channel
        gateway.counters.webSockets.add(1, ordering: .relaxed)
        channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in
            self?.webSockets[id] = nil
            self?.gateway.counters.webSockets.subtract(1, ordering: .relaxed)
        }
    }

    /// Ends WebSockets and idle connections; requests in progress may finish.
    func drain() {
        isDraining = true
        for channel in Array(webSockets.values) { channel.close(promise: nil) }
        for connection in Array(connections.values) { connection.drain() }
    }
}
