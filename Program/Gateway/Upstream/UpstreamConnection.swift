import NIOCore
import NIOHTTP1

/// A connection to the app. It serves one exchange after the other, and belongs to one event loop.
final class UpstreamConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The exchange that is going on; nil while the connection waits for the next one.
    weak var exchange: Exchange?
    /// Where it waits.
    weak var pool: UpstreamPool?
    let name: SocketName
    private(set) var channel: (any Channel)?
    /// Since when it has waited.
    var idleSince = NIODeadline.now()
    let decoder: ByteToMessageHandler<HTTPResponseDecoder>
    let encoder: HTTPRequestEncoder

    init(to name: SocketName) {
        self.name = name
        var framing = HTTPRequestEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        encoder = HTTPRequestEncoder(configuration: framing)
        decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
    }

    func addHandlers(to channel: any Channel) throws {
        self.channel = channel
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, self])
    }

    var isActive: Bool { channel?.isActive ?? false }
    var isWritable: Bool { channel?.isWritable ?? false }

    func write(_ part: HTTPClientRequestPart) {
        channel?.pipeline.syncOperations.write(NIOAny(part), promise: nil)
    }

    func flush() { channel?.flush() }

    func close() {
        exchange = nil
        channel?.close(promise: nil)
    }

    /// Ends HTTP: from here on `next` gets bytes.
    func replace(by next: any ChannelHandler, in channel: any Channel) throws -> EventLoopFuture<Void> {
        (exchange, pool) = (nil, nil)
        let pipeline = channel.pipeline.syncOperations
        let removed = [pipeline.removeHandler(self), pipeline.removeHandler(encoder)]
        try pipeline.addHandler(next)
        // The decoder last: it passes on what it has not read.
        return .andAllComplete(removed + [pipeline.removeHandler(decoder)], on: channel.eventLoop)
    }

    /// Stops or resumes reading, so that neither side gets more than the other takes.
    func read(_ isOn: Bool) { channel?.setReading(isOn) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else {
            // Nobody has asked.
            context.close(promise: nil)
            return
        }
        exchange.received(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) { exchange?.receivedAllForNow() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        exchange?.upstreamBecame(writable: context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pool?.forget(self)
        exchange?.upstreamClosed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension Channel {
    /// On its own event loop.
    func setReading(_ isOn: Bool) { try? syncOptions?.setOption(.autoRead, value: isOn) }
}
