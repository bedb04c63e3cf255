import Basics
import NIOCore
import NIOHTTP1
import Synchronization
import Terminal

/// A connection of a browser, or of a server in front: each request is judged, and then forwarded or answered.
///
/// Belongs to one event loop. A request comes only after the response to the one before (`HTTPServerPipelineHandler`).
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        /// Between two requests.
        case idle
        /// A request without a body is as good as here.
        case ending
        /// The library reads the body of this request.
        case collecting(Visitor, ByteBuffer)
        /// Another thread has the request; what comes of its body waits.
        case judging([HTTPServerRequestPart])
        case forwarding(Exchange)
        /// Answered before all of the body was there: the rest is thrown away.
        case discarding
        /// Nothing is read any more.
        case over
    }

    let worker: Worker
    let peer: Peer
    let channel: any Channel
    /// To be removed when the connection becomes a WebSocket.
    var pipeline: ServerPipeline?
    /// Of the current request.
    private(set) var site: GuardedSite
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    var state = State.idle
    var hasRequestEnded = true
    var keepsOpen = true
    private var bodyLength: Int64 = 0
    /// The library's headers for the app's response.
    var libraryHeaders: [HTTPHeader] = []
    /// Of a WebSocket's handshake: seconds until the session ends.
    var sessionRest: Int64?
    var deadline: MovingDeadline?

    init(_ worker: Worker, _ channel: any Channel) {
        self.worker = worker
        self.channel = channel
        peer = Peer(of: channel)
        site = worker.gateway.site
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = MovingDeadline(channel.eventLoop) { [weak self] in self?.runOutOfTime() }
        deadline?.set(site.settings.timeouts.head)
        worker.connections[ObjectIdentifier(self)] = self
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        if case .forwarding(let exchange) = state { exchange.cancel() }
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        state = .over
        deadline?.end()
        worker.connections[ObjectIdentifier(self)] = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// The client is too slow, or has nothing more to ask.
    private func runOutOfTime() {
        if case .forwarding = state, hasRequestEnded { return }
        channel.close(promise: nil)
    }

    /// The program ends: what is going on may finish.
    func drain() {
        keepsOpen = false
        if case .idle = state { channel.close(promise: nil) }
    }

    // MARK: - From the browser

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let body): received(body)
        case .end: receivedEnd()
        }
    }

    private func received(_ head: HTTPRequestHead) {
        guard case .idle = state else { return }
        deadline?.set(site.settings.timeouts.idle)
        site = worker.gateway.site
        worker.gateway.counters.requests.add(1, ordering: .relaxed)
        self.head = head
        (hasRequestEnded, bodyLength, libraryHeaders) = (false, 0, [])
        keepsOpen = head.leavesConnectionOpen && !worker.isDraining
        state = .discarding
        if let screening = Screening(head) { return refuse(screening) }
        if let length = head.headers.first(name: "content-length").flatMap({ Text($0).asDecimal() }), isTooLong(length)
        {
            return refuse(Screening(.payloadTooLarge, "its body is too long"))
        }
        if head.announcesBody { decide(head) } else { state = .ending }
    }

    private func isTooLong(_ length: Int64) -> Bool { site.settings.longestBody.map { length > $0 } ?? false }

    func received(_ body: ByteBuffer) {
        if case .discarding = state { return }
        deadline?.set(site.settings.timeouts.idle)
        switch state {
        case .collecting(let visitor, var collected):
            let missing = max(0, Visitor.longestBody + 1 - collected.readableBytes)
            collected.writeImmutableBuffer(
                body.getSlice(at: body.readerIndex, length: min(missing, body.readableBytes)) ?? body)
            state = .collecting(visitor, collected)
        case .judging(var parts):
            parts.append(.body(body))
            state = .judging(parts)
        case .forwarding(let exchange):
            bodyLength += Int64(body.readableBytes)
            guard !isTooLong(bodyLength) else {
                exchange.cancel()
                return exchange.hasResponseBegun
                    ? close() : refuse(Screening(.payloadTooLarge, "its body is too long"))
            }
            exchange.send(body)
        case .idle, .ending, .discarding, .over: break
        }
    }

    private func receivedEnd() {
        hasRequestEnded = true
        switch state {
        case .ending:
            state = .discarding
            decide(head)
        case .collecting(let visitor, let body):
            state = .discarding
            visitor.setBody(body)
            judge(visitor)
        case .judging(var parts):
            parts.append(.end(nil))
            state = .judging(parts)
        case .forwarding(let exchange): exchange.sendEnd()
        case .discarding: becomeIdle()
        case .idle, .over: break
        }
    }

    /// After the response, once the request has ended as well.
    private func becomeIdle() {
        guard keepsOpen else { return close() }
        state = .idle
        deadline?.set(site.settings.timeouts.idle)
    }

    func close() {
        state = .over
        channel.close(promise: nil)
    }
}
