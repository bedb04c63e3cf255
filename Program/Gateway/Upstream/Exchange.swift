import Basics
import Cryptography
import NIOCore
import NIOHTTP1
import Terminal

/// One request on its way to the app, and the response on its way back. Belongs to one event loop.
final class Exchange {
    /// Why the app's response does not come.
    enum Fault {
        case unreachable, closed, late, invalid
    }

    private let request: HTTPRequestHead
    private let settings: GatewaySettings
    private let name: SocketName
    private let pool: UpstreamPool
    private weak var browser: ConnectionHandler?
    private var upstream: UpstreamConnection?
    /// What came of the body before there was a connection.
    private var waiting: [HTTPClientRequestPart] = []
    private var isReused = false
    private var hasBody = false
    private(set) var hasRequestEnded = false
    private(set) var hasResponseBegun = false
    private var mayKeepUpstream = false
    /// The app's agreement to a WebSocket, until the decoder has done with it.
    private var agreement: HTTPResponseHead?
    private var isOver = false
    private var deadline: MovingDeadline?

    init(
        _ request: HTTPRequestHead, to name: SocketName, _ settings: GatewaySettings, _ pool: UpstreamPool,
        for browser: ConnectionHandler
    ) {
        (self.request, self.name, self.settings) = (request, name, settings)
        (self.pool, self.browser) = (pool, browser)
    }

    /// Whether it may be sent again if the app closes a connection that had waited (RFC 9110 9.2.2).
    private var isRepeatable: Bool {
        hasRequestEnded && !hasBody && [.GET, .HEAD, .OPTIONS].contains(request.method)
    }

    func start(on loop: any EventLoop) {
        deadline = MovingDeadline(loop) { [weak self] in self?.fail(.late) }
        deadline?.set(settings.timeouts.upstream)
        let mayRepeat = request.method == .GET || request.method == .HEAD
        if let connection = pool.take(to: name, isRepeatable: mayRepeat) {
            isReused = true
            send(over: connection)
        } else {
            connect()
        }
    }

    private func connect() {
        isReused = false
        pool.connect(to: name, within: settings.timeouts.connect).whenComplete { result in
            switch result {
            case .success(let connection) where self.isOver: connection.close()
            case .success(let connection): self.send(over: connection)
            case .failure: self.fail(.unreachable)
            }
        }
    }

    private func send(over connection: UpstreamConnection) {
        upstream = connection
        connection.exchange = self
        connection.write(.head(request))
        for part in waiting { connection.write(part) }
        waiting = []
        connection.flush()
        browser?.setReading(connection.isWritable)
    }

    // MARK: - From the browser

    func send(_ body: ByteBuffer) {
        hasBody = true
        forward(.body(.byteBuffer(body)))
        upstream?.flush()
        if upstream?.isWritable != true { browser?.setReading(false) }
    }

    func sendEnd() {
        hasRequestEnded = true
        forward(.end(nil))
        upstream?.flush()
    }

    private func forward(_ part: HTTPClientRequestPart) {
        deadline?.set(settings.timeouts.upstream)
        if let upstream { upstream.write(part) } else { waiting.append(part) }
    }

    func browserBecame(writable isWritable: Bool) { upstream?.read(isWritable) }

    /// The browser has gone.
    func cancel() {
        end()
        upstream?.close()
    }

    // MARK: - From the app

    func received(_ part: HTTPClientResponsePart) {
        guard !isOver else { return }
        deadline?.set(settings.timeouts.upstream)
        switch part {
        case .head(let head): receivedHead(head)
        case .body(let body):
            browser?.write(body)
            if browser?.isWritable == false { upstream?.read(false) }
        case .end:
            finish()
        }
    }

    private func receivedHead(_ head: HTTPResponseHead) {
        if head.status == .switchingProtocols {
            guard request.isWebSocketHandshake, head.agrees(to: request) else { return fail(.invalid) }
            agreement = head
            return
        }
        hasResponseBegun = true
        mayKeepUpstream = head.isKeepAlive
        browser?.begin(head)
    }

    func receivedAllForNow() { browser?.flush() }

    private func finish() {
        end()
        if let agreement, let upstream {
            browser?.open(upstream, agreement)
            return
        }
        if let upstream {
            if mayKeepUpstream, hasRequestEnded { pool.put(upstream) } else { upstream.close() }
        }
        upstream = nil
        browser?.finish()
    }

    func upstreamBecame(writable isWritable: Bool) { browser?.setReading(isWritable) }

    func upstreamClosed(_ connection: UpstreamConnection) {
        guard !isOver, connection === upstream else { return }
        upstream = nil
        guard isReused, isRepeatable, !hasResponseBegun else { return fail(.closed) }
        waiting = [.end(nil)]
        connect()
    }

    private func fail(_ fault: Fault) {
        guard !isOver else { return }
        end()
        upstream?.close()
        upstream = nil
        browser?.fail(fault, hasBegun: hasResponseBegun)
    }

    private func end() {
        isOver = true
        deadline?.end()
    }
}

extension HTTPResponseHead {
    /// Whether it opens the WebSocket that this request asks for (RFC 6455 4.1).
    fileprivate func agrees(to request: HTTPRequestHead) -> Bool {
        let keys = request.headers["sec-websocket-key"]
        guard keys.count == 1, headers["upgrade"].map({ $0.lowercased() }) == ["websocket"],
            let hash = try? Digest.sha1.hash(Array((keys[0] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        else { return false }
        return headers["sec-websocket-accept"] == [String(Base64.encode(hash))]
    }
}
