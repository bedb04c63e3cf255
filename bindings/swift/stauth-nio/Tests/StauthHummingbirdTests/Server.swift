import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import Stauth

func exchange(
    _ url: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: String = "",
    timeout: Duration = .seconds(20), proxy: String? = nil, caFile: String? = nil, allowsLoopback: Bool = true
) -> Exchange {
    Exchange(
        method: method, url: url, headers: headers, body: Array(body.utf8), timeout: timeout,
        connectTimeout: .seconds(10),
        proxy: proxy, caFile: caFile, allowsLoopback: allowsLoopback)
}

/// Answers the first bytes of each connection with any text, and closes it; or is silent. With `tunnel` it is a proxy and
/// the provider behind it in one.
final class Server: Sendable {
    private struct Seen {
        var connections = 0
        var requests: [String] = []
    }

    private let seen: Seens
    private let channel: any Channel

    private final class Seens: Sendable {
        let all = Mutex(Seen())
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [String] { seen.all.withLock { $0.requests } }
    var connections: Int { seen.all.withLock { $0.connections } }

    init(
        tls: NIOSSLContext? = nil, tunnel: NIOSSLContext? = nil, _ answer: @escaping @Sendable (String) -> String?
    ) async throws {
        let seen = Seens()
        self.seen = seen
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    seen.all.withLock { $0.connections += 1 }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    let note: @Sendable (String) -> Void = { text in seen.all.withLock { $0.requests.append(text) } }
                    try channel.pipeline.syncOperations.addHandler(Handler(tunnel, note, answer))
                }
            }
            .bind(host: "::", port: 0).get()
    }

    func stop() async throws {
        try await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let note: @Sendable (String) -> Void
        private let answer: @Sendable (String) -> String?

        private let tunnel: NIOSSLContext?

        init(
            _ tunnel: NIOSSLContext?, _ note: @escaping @Sendable (String) -> Void,
            _ answer: @escaping @Sendable (String) -> String?
        ) {
            (self.tunnel, self.note, self.answer) = (tunnel, note, answer)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let request = String(buffer: unwrapInboundIn(data))
            note(request)
            if let tunnel, request.hasPrefix("CONNECT ") {
                context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
                let handler = NIOSSLServerHandler(context: tunnel)
                _ = try? context.pipeline.syncOperations.addHandler(handler, position: .first)
                return
            }
            guard let text = answer(request) else { return }
            let channel = context.channel
            context.writeAndFlush(NIOAny(ByteBuffer(string: text))).whenComplete { _ in
                channel.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
