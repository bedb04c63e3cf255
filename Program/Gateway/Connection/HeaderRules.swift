import Basics
import NIOHTTP1
import Terminal

/// Which headers of a request the app gets, and which of its response the browser gets.
struct HeaderRules {
    let site: GuardedSite

    /// Those of one connection (RFC 9110 7.6.1).
    private static let ofConnection: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length",
        "proxy-authenticate", "proxy-authorization", "expect", "http2-settings",
    ]

    // MARK: - To the app

    /// `identity`: what the app learns of the user.
    func request(
        _ head: HTTPRequestHead, from peer: Peer, identity: [(name: String, value: String)], isUpgrade: Bool
    ) -> HTTPRequestHead {
        var request = HTTPRequestHead(version: .http1_1, method: head.method, uri: head.uri)
        let isTrusted = site.settings.trustedProxies.contains(peer)
        let dropped = Self.named(inConnection: head.headers)
        for (name, value) in head.headers where passes(name, isTrusted: isTrusted) {
            let small = name.lowercased()
            guard !Self.ofConnection.contains(small), !dropped.contains(small), small != "host" else { continue }
            if small == "cookie" {
                if let rest = withoutOwnCookies(value) { request.headers.add(name: name, value: rest) }
            } else {
                request.headers.add(name: name, value: value)
            }
        }
        addPlace(of: head, from: peer, isTrusted, to: &request.headers)
        for (name, value) in identity { request.headers.add(name: name, value: value) }
        addFraming(of: head, isUpgrade, to: &request.headers)
        return request
    }

    /// False for what only the gateway may say, and from strangers for what only a server in front may say. Also for names
    /// that CGI would give another header's variable, and by which servers of apps choose a page (SCRIPT_NAME at gunicorn).
    private func passes(_ name: String, isTrusted: Bool) -> Bool {
        guard IdentityNames.isPlain(name) else { return false }
        guard let first = name.utf8.first, [0x58, 0x78, 0x46, 0x66].contains(first) else { return true }  // X or F
        if IdentityNames.isReserved(name) { return false }
        return isTrusted ? true : !IdentityNames.isOfProxy(name)
    }

    private static func named(inConnection headers: HTTPHeaders) -> Set<String> {
        var names = Set(headers[canonicalForm: "connection"].map { $0.lowercased() })
        names.remove("host")
        return names
    }

    /// Nil if nothing is left.
    private func withoutOwnCookies(_ value: String) -> String? {
        let pairs = value.utf8.split(separator: UInt8(ascii: ";")).map { pair in pair.drop { $0 == 0x20 || $0 == 0x09 }
        }
        let rest = pairs.filter { !site.isOwnCookie($0) }
        if rest.count == pairs.count { return value }
        return rest.isEmpty ? nil : rest.map { String(Substring($0)) }.joined(separator: "; ")
    }

    /// Where the browser sees the site, and from where the request came.
    private func addPlace(of head: HTTPRequestHead, from peer: Peer, _ isTrusted: Bool, to headers: inout HTTPHeaders) {
        let host = head.headers.first(name: "host") ?? ""
        let seen = isTrusted ? headers.first(name: "x-forwarded-host") ?? host : host
        let scheme = isTrusted ? headers.first(name: "x-forwarded-proto") ?? site.scheme : site.scheme
        var way = headers["x-forwarded-for"]
        if let address = peer.text { way.append(String(address)) }
        for name in ["x-forwarded-host", "x-forwarded-proto", "x-forwarded-for"] { headers.remove(name: name) }
        headers.add(name: "Host", value: site.settings.keepsHost ? host : site.settings.upstream?.authority ?? host)
        headers.add(name: "X-Forwarded-Host", value: seen)
        headers.add(name: "X-Forwarded-Proto", value: scheme)
        if !way.isEmpty { headers.add(name: "X-Forwarded-For", value: way.joined(separator: ", ")) }
    }

    private func addFraming(of head: HTTPRequestHead, _ isUpgrade: Bool, to headers: inout HTTPHeaders) {
        if isUpgrade {
            headers.add(name: "Connection", value: "Upgrade")
            headers.add(name: "Upgrade", value: "websocket")
        } else if head.headers.contains(name: "transfer-encoding") {
            headers.add(name: "Transfer-Encoding", value: "chunked")
        } else if let length = head.headers.first(name: "content-length") {
            headers.add(name: "Content-Length", value: length)
        } else if [.POST, .PUT, .PATCH].contains(head.method) {
            headers.add(name: "Content-Length", value: "0")
        }
    }

    // MARK: - From the app

    /// `library`: its headers for this response.
    func response(
        _ head: HTTPResponseHead, to request: HTTPRequestHead, library: [HTTPHeader]
    ) -> HTTPResponseHead {
        var response = HTTPResponseHead(version: .http1_1, status: head.status)
        let dropped = Self.named(inConnection: head.headers)
        for (name, value) in head.headers {
            let small = name.lowercased()
            guard !Self.ofConnection.contains(small), !dropped.contains(small) else { continue }
            if small == "set-cookie", site.isOwnCookie(value.utf8) { continue }
            response.headers.add(name: name, value: value)
        }
        for header in library { response.headers.add(name: String(header.name), value: String(header.value)) }
        let mayHaveBody = head.status.code >= 200 && ![204, 304].contains(head.status.code)
        if let length = head.headers.first(name: "content-length"), mayHaveBody || head.status.code == 304 {
            response.headers.add(name: "Content-Length", value: length)
        } else if mayHaveBody, request.method != .HEAD, request.version == .http1_1 {
            response.headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        return response
    }
}

extension HTTPRequestHead {
    private var asksForUpgrade: Bool {
        headers.contains(name: "upgrade")
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// RFC 9112 6.3.
    var announcesBody: Bool {
        headers.contains(name: "transfer-encoding") || (headers.first(name: "content-length") ?? "0") != "0"
    }

    /// RFC 6455 4.1.
    var isWebSocketHandshake: Bool {
        asksForUpgrade && method == .GET && version == .http1_1
            && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && !headers.contains(name: "content-length") && !headers.contains(name: "transfer-encoding")
    }

    /// Whether another request may follow on the connection. After one that asks for another protocol nothing is read.
    var leavesConnectionOpen: Bool { isKeepAlive && !asksForUpgrade }
}
