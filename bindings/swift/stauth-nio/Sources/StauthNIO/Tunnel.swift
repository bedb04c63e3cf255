internal import NIOCore

/// Has the proxy pass on bytes to the provider (RFC 9110, section 9.3.6).
func makeTunnel(in channel: any Channel, to url: Address, through proxy: Address) async throws {
    let end = url.host.contains(":") ? "[\(url.host)]:\(url.port)" : "\(url.host):\(url.port)"
    let credentials = proxy.credentials.map { "Proxy-Authorization: \($0)\r\n" } ?? ""
    let promise = channel.eventLoop.makePromise(of: Void.self)
    let asked = channel.eventLoop.submit {
        guard channel.isActive else { throw ClientError.noTunnel }
        try channel.pipeline.syncOperations.addHandler(TunnelHandler(promise))
        let request = ByteBuffer(string: "CONNECT \(end) HTTP/1.1\r\nHost: \(end)\r\n\(credentials)\r\n")
        channel.pipeline.syncOperations.writeAndFlush(NIOAny(request), promise: nil)
    }
    asked.whenFailure { promise.fail($0) }
    try await promise.futureResult.get()
}

/// Reads the proxy's reply, and goes. The provider says nothing before TLS begins.
private final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private static let longestHead = 8192
    private let promise: EventLoopPromise<Void>
    private var head: [UInt8] = []

    init(_ promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += unwrapInboundIn(data).readableBytesView
        let isWhole = head.suffix(4) == Array("\r\n\r\n".utf8)[...]
        guard isWhole || head.count > Self.longestHead else { return }
        let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self).split(separator: " ")
        if isWhole, line.count > 1, line[0].hasPrefix("HTTP/1."), line[1] == "200" {
            context.pipeline.syncOperations.removeHandler(self, promise: promise)
        } else {
            promise.fail(ClientError.noTunnel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ClientError.noTunnel)
    }
}
