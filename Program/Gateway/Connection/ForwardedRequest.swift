import Basics
import NIOHTTP1
import Terminal

/// The browser's request, as a server in front describes it to /auth/verify or /auth/forward.
struct ForwardedRequest {
    let method: Text
    let target: Text
    /// Those of the browser, with its Host.
    var headers: [(name: Text, value: Text)] = []

    /// Why the description is not believed. Nobody but a trusted server gets here.
    enum Problem: Error {
        case missing, ambiguous
    }

    init(_ head: HTTPRequestHead, _ settings: GatewaySettings) throws(Problem) {
        method = try Self.one(head, "X-Forwarded-Method") ?? "GET"
        guard let target = try Self.one(head, "X-Forwarded-Uri") else { throw .missing }
        guard Screening.problem(ofTarget: target) == nil else { throw .ambiguous }
        self.target = target
        let host = try Self.one(head, "X-Forwarded-Host")
        for (name, value) in head.headers where settings.showsLibrary(name) {
            let name = Text(name)
            if name.lowercasedASCII() == "host", host != nil { continue }
            headers.append((name, Text(value)))
        }
        // Servers keep Upgrade to their own connection; the library looks at Origin only for a WebSocket.
        let isWebSocket = ["sec-websocket-key", "sec-websocket-version"].contains { head.headers.contains(name: $0) }
        if isWebSocket, !head.headers.contains(name: "upgrade") { headers.append(("Upgrade", "websocket")) }
    }

    /// A header that is there once: of two, one may be the browser's own.
    private static func one(_ head: HTTPRequestHead, _ name: String) throws(Problem) -> Text? {
        let values = head.headers[name]
        guard values.count <= 1 else { throw .ambiguous }
        return values.first.map { Text($0) }
    }

    /// Without what makes the library answer with a redirect: for servers that cannot pass one on.
    var headersOfProgram: [(name: Text, value: Text)] {
        headers.filter { header in
            let name = header.name.lowercasedASCII()
            return name != "accept" && name != "sec-fetch-mode"
        }
    }
}
