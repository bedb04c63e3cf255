import Basics
import NIOCore
import NIOHTTP1
import Terminal

/// A request that a browser may have sent.
struct LoopbackRequest: Sendable {
    let target: String
    let acceptLanguage: String
    fileprivate let channel: any Channel

    /// Returns when the response has left, or cannot.
    func answer(status: Int32, headers: [HTTPHeader], body: Text) {
        let response = LoopbackResponse(
            status: HTTPResponseStatus(statusCode: Int(status)),
            headers: HTTPHeaders(headers.map { (String($0.name), String($0.value)) }), body: body.bytes)
        try? channel.writeAndFlush(response).wait()
    }
}

/// A whole response, after which the connection ends.
struct LoopbackResponse: Sendable {
    let status: HTTPResponseStatus
    var headers = HTTPHeaders()
    var body: [UInt8] = []
}

/// One connection, with one request. Belongs to one event loop.
final class LoopbackHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = LoopbackResponse
    typealias OutboundOut = HTTPServerResponsePart

    private let port: UInt16
    private let arrive: @Sendable (LoopbackRequest) -> Bool
    private var head: HTTPRequestHead?
    private var isOver = false
    private var deadline: Scheduled<Void>?

    init(port: UInt16, arrive: @escaping @Sendable (LoopbackRequest) -> Bool) {
        (self.port, self.arrive) = (port, arrive)
    }

    func channelActive(context: ChannelHandlerContext) {
        limitTime(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    private func limitTime(_ context: ChannelHandlerContext) {
        let channel = context.channel
        deadline?.cancel()
        deadline = context.eventLoop.scheduleTask(in: LoopbackListener.patience) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            if let status = refusal(of: head) { refuse(status, context) }
        case .body: refuse(.badRequest, context)
        case .end:
            guard let head else { return }
            isOver = true
            deadline?.cancel()
            let language = head.headers.first(name: "Accept-Language") ?? ""
            let request = LoopbackRequest(target: head.uri, acceptLanguage: language, channel: context.channel)
            if !arrive(request) { refuse(.serviceUnavailable, context) }
        }
    }

    /// Another host name is that of a site which has its name lead here, to read what this program answers.
    private func refusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(head.headers["Host"].joined(separator: " ")) else {
            return .misdirectedRequest
        }
        guard head.method == .GET else { return .methodNotAllowed }
        return head.uri.hasPrefix("/") ? nil : .badRequest
    }

    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isOver = true
        context.channel.writeAndFlush(LoopbackResponse(status: status), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver, error is HTTPParserError || error is NIOHTTPDecoderError else {
            return context.close(promise: nil)
        }
        refuse(.badRequest, context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let response = unwrapOutboundIn(data)
        limitTime(context)
        var headers = response.headers
        headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.count)")
        headers.replaceOrAdd(name: "Connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: response.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        let done = promise ?? context.eventLoop.makePromise()
        context.write(wrapOutboundOut(.end(nil)), promise: done)
        let channel = context.channel
        done.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
}
