import Basics
import Environment
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import RelyingParty
import Synchronization
import Terminal

/// What operators and their monitoring read, on a socket of its own: no browser gets there.
struct Operations: Sendable {
    let gateway: Gateway

    /// Runs until its task is cancelled.
    func run(at name: SocketName) async throws {
        let router = Router()
        router.get("health") { _, _ in "ok\n" }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: metrics)))
        }
        let address: BindAddress =
            switch name {
            case .internet(let host, let port): .hostname(host, port: port)
            case .file(let path): .unixDomainSocket(path: path)
            }
        let application = Hummingbird.Application(
            router: router, configuration: .init(address: address),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.map { Text($0) } ?? Text(name.description)
                GatewayLog.shared.report(.info, "operations_listening", port)
            },
            logger: Logger(label: "stauth", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await application.run()
    }

    /// The library's statistics and the gateway's own, for Prometheus.
    private var metrics: String {
        let own: [(String, String, Int)] = [
            ("stauth_gateway_connections", "gauge", gateway.counters.connections.load(ordering: .relaxed)),
            ("stauth_gateway_websockets", "gauge", gateway.counters.webSockets.load(ordering: .relaxed)),
            ("stauth_gateway_requests_total", "counter", gateway.counters.requests.load(ordering: .relaxed)),
            ("stauth_gateway_refused_total", "counter", gateway.counters.refused.load(ordering: .relaxed)),
            ("stauth_gateway_upstream_faults_total", "counter", gateway.counters.faults.load(ordering: .relaxed)),
        ]
        let lines = own.map { "# TYPE \($0.0) \($0.1)\n\($0.0) \($0.2)\n" }.joined()
        return String(gateway.site.application.statisticsForPrometheus()) + lines
    }
}
