import Basics
import Terminal

/// Where a socket is: an address and a port, or a file.
enum SocketName: Equatable, Sendable {
    case internet(host: String, port: Int)
    case file(String)

    /// "127.0.0.1:4180", "[::1]:4180", "localhost:4180" or "unix:/run/stauth.sock".
    init?(_ text: Text) {
        if let path = text.dropping(prefix: "unix:") {
            guard path.hasPrefix("/"), path.count <= 100 else { return nil }
            self = .file(String(path))
            return
        }
        guard let colon = text.bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = Text(wellFormed: text.bytes[colon...].dropFirst()).asDecimal(), (0...65535).contains(port)
        else { return nil }
        var host = Text(wellFormed: text.bytes[..<colon])
        if host.hasPrefix("[") {
            guard let inner = host.dropping(prefix: "[")?.dropping(suffix: "]"), inner.contains(":") else { return nil }
            host = inner
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.isVisibleASCII, !host.contains("/"), !host.contains("@") else { return nil }
        self = .internet(host: String(host), port: Int(port))
    }

    /// As the Host header of a request to it.
    var authority: String {
        switch self {
        case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .file: "localhost"
        }
    }

    /// As messages name it.
    var description: String {
        switch self {
        case .internet: authority
        case .file(let path): "unix:\(path)"
        }
    }
}
