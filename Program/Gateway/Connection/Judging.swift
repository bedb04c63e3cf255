import Basics
import NIOCore
import NIOHTTP1
import NIOPosix
import RelyingParty
import Terminal

/// Who answers a request, and what comes of judging it.
extension ConnectionHandler {
    func decide(_ head: HTTPRequestHead) {
        let target = Text(head.uri)
        let path = target.splitOnce(at: "?")?.before ?? target
        do throws(Failure) {
            switch path {
            case site.paths.verify, site.paths.forward:
                guard site.settings.answersServers else { return answer(site.nothingHere) }
                try ForwardAuthentication(site, peer, passesOnAnswer: path == site.paths.forward).run(head, for: self)
            case site.paths.keySet where site.identity.keySet != nil:
                answer(LibraryResponse(keySet: site.identity.keySet ?? ""))
            default:
                let visitor = try Visitor(
                    site, method: Text(head.method.rawValue), target: target, headers: headersForLibrary(head),
                    address: clientAddress(head))
                if visitor.request.wantsBody, !hasRequestEnded {
                    state = .collecting(visitor, ByteBuffer())
                } else {
                    judge(visitor)
                }
            }
        } catch {
            answer(LibraryResponse(error, at: site.application))
        }
    }

    /// Strangers do not say under which name the browser sees the site.
    private func headersForLibrary(_ head: HTTPRequestHead) -> [(name: Text, value: Text)] {
        let isTrusted = site.settings.trustedProxies.contains(peer)
        return head.headers.compactMap { header in
            guard site.settings.showsLibrary(header.name), isTrusted || !IdentityNames.isOfProxy(header.name) else {
                return nil
            }
            return (Text(header.name), Text(header.value))
        }
    }

    /// The last address in X-Forwarded-For that no trusted server has.
    func clientAddress(_ head: HTTPRequestHead) -> Text? {
        guard site.settings.trustedProxies.contains(peer) else { return peer.text }
        let way = head.headers[canonicalForm: "x-forwarded-for"].map { Text(String($0)) }
        return way.last { !site.settings.trustedProxies.contains($0) } ?? peer.text
    }

    func judge(_ visitor: Visitor) {
        judge(visitor) { [weak self] verdict in
            guard let self else { return }
            sessionRest = head.isWebSocketHandshake ? visitor.request.sessionRest : nil
            take(verdict)
        }
    }

    /// Here, or in another thread if it may wait. `then` runs here.
    func judge(_ visitor: Visitor, _ then: @escaping (Verdict) -> Void) {
        guard visitor.mayBlock else { return then(visitor.judge()) }
        state = .judging(hasRequestEnded ? [.end(nil)] : [])
        if !hasRequestEnded { setReading(false) }
        let sole = Sole(visitor)
        worker.gateway.threads.runIfActive(eventLoop: channel.eventLoop) { Sole(sole.value.judge()) }
            .assumeIsolated().whenComplete { [weak self] result in
                guard let self, case .judging = self.state else { return }
                if !self.hasRequestEnded { self.setReading(true) }
                switch result {
                case .success(let verdict): then(verdict.value)
                case .failure: self.close()
                }
            }
    }

    private func take(_ verdict: Verdict) {
        switch verdict {
        case .respond(let response): answer(response)
        case .proceed(let identity, let headers):
            libraryHeaders = headers
            forward(identity)
        }
    }

    private func forward(_ identity: [(name: String, value: String)]) {
        guard let upstream = site.settings.upstream else {
            return answer(site.nothingHere)
        }
        let request = HeaderRules(site: site).request(
            head, from: peer, identity: identity, isUpgrade: head.isWebSocketHandshake)
        let exchange = Exchange(request, to: upstream, site.settings, worker.pool, for: self)
        var parts: [HTTPServerRequestPart] = []
        if case .judging(let waiting) = state { parts = waiting }
        if hasRequestEnded, parts.isEmpty { parts = [.end(nil)] }
        state = .forwarding(exchange)
        if head.headers.contains(name: "expect"), !hasRequestEnded, head.version == .http1_1 {
            writePart(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
            channel.flush()
        }
        for part in parts {
            if case .body(let body) = part { received(body) }
            if case .end = part { exchange.sendEnd() }
        }
        if case .forwarding = state { exchange.start(on: channel.eventLoop) }
    }
}
