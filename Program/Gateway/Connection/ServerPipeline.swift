import NIOCore
import NIOHTTP1

/// The handlers of a connection that speak HTTP.
struct ServerPipeline {
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let others: [any ChannelHandler & RemovableChannelHandler]

    /// `last`: whoever judges and answers.
    init(_ channel: any Channel, limits: GatewaySettings, last: ConnectionHandler) throws {
        var framing = HTTPResponseEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        encoder = HTTPResponseEncoder(configuration: framing)
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.longestHead
        decoderLimits.maxHeaderListSize = limits.longestHead
        decoderLimits.maxHeaderFieldCount = 200
        decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
        others = [
            HTTPServerPipelineHandler(), NIOHTTPResponseHeadersValidator(), HTTPServerProtocolErrorHandler(), last,
        ]
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(encoder)
        try pipeline.addHandler(decoder)
        for handler in others { try pipeline.addHandler(handler) }
    }

    /// From here on the connection has bytes.
    func remove(from channel: any Channel) -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        let removed = others.reversed().map { pipeline.removeHandler($0) } + [pipeline.removeHandler(encoder)]
        // Last: it passes on what it has not read.
        return .andAllComplete(removed + [pipeline.removeHandler(decoder)], on: channel.eventLoop)
    }
}

/// The end of HTTP on two connections, after the app has agreed to a WebSocket.
struct WebSocketOpening {
    let browser: any Channel
    let pipeline: ServerPipeline
    let upstream: UpstreamConnection
    let worker: Worker

    func run() {
        guard let app = upstream.channel, app.isActive, browser.isActive else { return end() }
        do {
            try browser.pipeline.syncOperations.addHandler(Tunnel(to: app))
            try app.pipeline.syncOperations.addHandler(Tunnel(to: browser))
        } catch {
            return end()
        }
        worker.count(webSocket: browser)
        // What either side said early has been passed on, but not sent.
        upstream.leave(app).whenComplete { [browser] _ in browser.flush() }
        pipeline.remove(from: browser).whenComplete { _ in app.flush() }
        browser.setReading(true)
        app.setReading(true)
    }

    private func end() {
        browser.close(promise: nil)
        upstream.close()
    }
}
