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
            DateHandler(last.worker), HTTPServerPipelineHandler(), NIOHTTPResponseHeadersValidator(),
            HTTPServerProtocolErrorHandler(), last,
        ]
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(encoder)
        try pipeline.addHandler(decoder)
        for handler in others { try pipeline.addHandler(handler) }
    }

    /// From here on `next` gets bytes.
    func replace(by next: any ChannelHandler, in channel: any Channel) throws -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        let removed = others.reversed().map { pipeline.removeHandler($0) } + [pipeline.removeHandler(encoder)]
        // Only now: a handler that leaves passes on requests that it has kept, and those are for nobody.
        try pipeline.addHandler(next)
        // Last: it passes on the bytes that it has not read.
        return .andAllComplete(removed + [pipeline.removeHandler(decoder)], on: channel.eventLoop)
    }
}

/// The end of HTTP on two connections, after the app has agreed to a WebSocket.
struct WebSocketOpening {
    let browser: any Channel
    let pipeline: ServerPipeline
    let upstream: UpstreamConnection
    let worker: Worker
    /// Seconds until the session ends; nil without one.
    let rest: Int64?

    func run() {
        guard let app = upstream.channel, app.isActive, browser.isActive else { return end() }
        do {
            // What either side said early has been passed on, but not sent.
            try upstream.replace(by: Tunnel(to: browser), in: app).whenComplete { [browser] _ in browser.flush() }
            try pipeline.replace(by: Tunnel(to: app), in: browser).whenComplete { _ in app.flush() }
        } catch {
            return end()
        }
        worker.count(webSocket: browser)
        endWithSession()
        for channel in [browser, app] {
            // A WebSocket may be silent for hours: TCP asks whether the other end is still there.
            try? channel.syncOptions?.setOption(.socketOption(.so_keepalive), value: 1)
            channel.setReading(true)
            // A handler that has left may have put off reading.
            channel.read()
        }
    }

    private func endWithSession() {
        guard let rest else { return }
        let browser = browser
        let end = browser.eventLoop.assumeIsolated().scheduleTask(in: .seconds(max(0, rest))) {
            browser.close(promise: nil)
        }
        browser.closeFuture.assumeIsolated().whenComplete { _ in end.cancel() }
    }

    private func end() {
        browser.close(promise: nil)
        upstream.close()
    }
}
