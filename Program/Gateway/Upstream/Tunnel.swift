import NIOCore

/// One end of a WebSocket: what it receives goes to the other end.
final class Tunnel: ChannelInboundHandler, RemovableChannelHandler {
    /// Bytes. Of anything else, NIO would trap if this were `ByteBuffer`.
    typealias InboundIn = Any

    /// For the other end to take what is on its way to it.
    private static let lingering = TimeAmount.seconds(30)

    private let other: any Channel

    /// `other`: of the same event loop.
    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .byteBuffer(let bytes)? = unwrapInboundIn(data) as? IOData else {
            context.close(promise: nil)
            return
        }
        other.write(bytes, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        other.flush()
        if !other.isWritable { context.channel.setReading(false) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        other.setReading(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    /// The other end gets what was said before, and then its end.
    func channelInactive(context: ChannelHandlerContext) {
        let other = other
        let late = other.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) { other.close(promise: nil) }
        other.writeAndFlush(ByteBuffer()).assumeIsolated().whenComplete { _ in
            late.cancel()
            other.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
