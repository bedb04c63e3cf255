internal import NIOCore
internal import NIOHTTP1
internal import Stauth

/// The library accepts no larger reply.
private let longestReply = 1024 * 1024

/// Refuses to connect to this machine, whatever a name resolves to.
final class LoopbackGuard: ChannelOutboundHandler {
    typealias OutboundIn = Never

    func connect(context: ChannelHandlerContext, to address: SocketAddress, promise: EventLoopPromise<Void>?) {
        if address.isLoopback {
            promise?.fail(ClientError.loopbackAddress)
        } else {
            context.connect(to: address, promise: promise)
        }
    }
}

/// The one reply of a connection.
private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull

    private let promise: EventLoopPromise<Reply>

    init(_ promise: EventLoopPromise<Reply>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let reply = unwrapInboundIn(data)
        guard reply.head.headers["Content-Encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
            promise.fail(ClientError.encodedReply)
            return
        }
        let body = reply.body.map { Array($0.readableBytesView) } ?? []
        let headers = reply.head.headers.map { (name: $0.name, value: $0.value) }
        promise.succeed(Reply(status: Int(reply.head.status.code), headers: headers, body: body))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ClientError.noReply)
    }
}

extension Channel {
    /// Sends a request, and waits for its reply.
    func exchange(_ head: HTTPRequestHead, _ body: [UInt8]) async throws -> Reply {
        let promise = eventLoop.makePromise(of: Reply.self)
        let sent = eventLoop.submit {
            let pipeline = self.pipeline.syncOperations
            guard self.isActive else { throw ClientError.noReply }
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: longestReply))
            try pipeline.addHandler(ReplyHandler(promise))
            pipeline.write(NIOAny(HTTPClientRequestPart.head(head)), promise: nil)
            pipeline.write(NIOAny(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            pipeline.writeAndFlush(NIOAny(HTTPClientRequestPart.end(nil)), promise: nil)
        }
        sent.whenFailure { promise.fail($0) }
        return try await promise.futureResult.get()
    }
}
