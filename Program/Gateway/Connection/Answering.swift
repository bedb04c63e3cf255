import Basics
import Environment
import NIOCore
import NIOHTTP1
import Synchronization
import Terminal

/// Responses: the library's, the app's, and those that there must be if the app has none.
extension ConnectionHandler {
    /// For the rest of a body that nobody wants: who hangs up at once may take the answer away from the client.
    private static let lingering = TimeAmount.seconds(5)

    var isWritable: Bool { channel.isWritable }

    func flush() { channel.flush() }

    /// Stops or resumes reading; after the request's end, that is not ours to do.
    func setReading(_ isOn: Bool) {
        if !hasRequestEnded || isOn { channel.setReading(isOn) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .forwarding(let exchange) = state { exchange.browserBecame(writable: channel.isWritable) }
        context.fireChannelWritabilityChanged()
    }

    func writePart(_ part: HTTPServerResponsePart) {
        channel.pipeline.syncOperations.write(NIOAny(part), promise: nil)
    }

    func begin(_ response: HTTPResponseHead) {
        var response = HeaderRules(site: site).response(response, to: head, library: libraryHeaders)
        let isFramed =
            response.headers.contains(name: "content-length") || response.headers.contains(name: "transfer-encoding")
        if !isFramed, head.method != .HEAD, response.status.code != 204, response.status.code != 304 {
            keepsOpen = false
        }
        mark(&response)
        writePart(.head(response))
    }

    /// Says whether the connection stays open.
    private func mark(_ response: inout HTTPResponseHead) {
        if !hasRequestEnded, response.status.code >= 400 { keepsOpen = false }
        if !keepsOpen {
            response.headers.add(name: "Connection", value: "close")
        } else if head.version == .http1_0 {
            response.headers.add(name: "Connection", value: "keep-alive")
        }
    }

    func write(_ body: ByteBuffer) {
        if head.method != .HEAD { writePart(.body(.byteBuffer(body))) }
    }

    /// Ends the response. The next request may come in before this returns.
    func finish() {
        let isClosing = !keepsOpen && hasRequestEnded
        if hasRequestEnded {
            state = isClosing ? .over : .idle
            deadline?.set(site.settings.timeouts.idle)
        } else {
            state = .discarding
            keepsOpen = false
            deadline?.set(Self.lingering)
            setReading(true)
        }
        let channel = channel
        let end = NIOAny(HTTPServerResponsePart.end(nil))
        guard isClosing else { return channel.pipeline.syncOperations.writeAndFlush(end, promise: nil) }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.pipeline.syncOperations.writeAndFlush(end, promise: promise)
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }

    func answer(_ response: LibraryResponse) {
        let status = HTTPResponseStatus(statusCode: response.status == 0 ? 500 : response.status)
        var head = HTTPResponseHead(version: .http1_1, status: status)
        for header in response.headers { head.headers.add(name: String(header.name), value: String(header.value)) }
        if status.code >= 200, status.code != 204, status.code != 304 {
            head.headers.add(name: "Content-Length", value: String(response.body.count))
        }
        mark(&head)
        writePart(.head(head))
        if !response.body.isEmpty, status.code != 204 { write(ByteBuffer(bytes: response.body.bytes)) }
        finish()
    }

    func refuse(_ screening: Screening) {
        worker.gateway.counters.refused.add(1, ordering: .relaxed)
        GatewayLog.shared.report(.info, "request_refused", screening.reason)
        keepsOpen = false
        // Where it ends is not known: what follows is nothing to read.
        if screening.status == .badRequest { hasRequestEnded = true }
        answer(
            LibraryResponse(
                status: Int(screening.status.code),
                headers: [
                    HTTPHeader("Content-Type", "text/plain; charset=utf-8"), HTTPHeader("Cache-Control", "no-store"),
                ],
                body: "The request is refused: \(screening.reason).\n"))
    }

    /// The app has not answered, or not to the end.
    func fail(_ fault: Exchange.Fault, hasBegun: Bool) {
        worker.gateway.counters.faults.add(1, ordering: .relaxed)
        GatewayLog.shared.report(.warning, "upstream_failed", fault.text)
        // Of a response that has begun, only the connection's end shows that it is not whole.
        guard !hasBegun else { return close() }
        answer(
            fault == .late
                ? site.page(504, "The app takes too long", "It did not answer in time. Please try again soon.")
                : site.page(502, "The app is not responding", "It could not be reached. Please try again soon."))
    }

    /// Makes both connections a WebSocket.
    func open(_ upstream: UpstreamConnection, _ response: HTTPResponseHead) {
        var response = HeaderRules(site: site).response(response, to: head, library: libraryHeaders)
        response.headers.add(name: "Connection", value: "Upgrade")
        response.headers.add(name: "Upgrade", value: "websocket")
        state = .over
        writePart(.head(response))
        channel.pipeline.syncOperations.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: nil)
        guard let pipeline else { return close() }
        WebSocketOpening(browser: channel, pipeline: pipeline, upstream: upstream, worker: worker, rest: sessionRest)
            .run()
    }
}

extension Exchange.Fault {
    var text: Text {
        switch self {
        case .unreachable: "the connection failed"
        case .closed: "the app closed the connection"
        case .late: "nothing came in time"
        case .invalid: "the response was not one to this request"
        }
    }
}

/// A value that one thread at a time has.
struct Sole<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
