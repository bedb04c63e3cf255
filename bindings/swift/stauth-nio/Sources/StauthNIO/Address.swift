internal import FoundationEssentials
internal import NIOCore

/// The parts of a URL.
struct Address: Sendable {
    let isTLS: Bool
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: Int
    /// Host and port as the URL has them.
    let authority: String
    /// The path with its query.
    let target: String
    /// Those of a proxy, as a header has them.
    let credentials: String?

    init(_ text: String) throws {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme),
            let encoded = url.percentEncodedHost, !encoded.isEmpty
        else { throw ClientError.invalidURL }
        isTLS = scheme == "https"
        host = encoded.hasPrefix("[") ? String(encoded.dropFirst().dropLast()) : encoded
        port = url.port ?? (isTLS ? 443 : 80)
        let name = host.contains(":") ? "[\(host)]" : host
        authority = url.port.map { "\(name):\($0)" } ?? name
        let path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
        target = url.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
        credentials = url.user.map { user in
            "Basic " + Data("\(user):\(url.password ?? "")".utf8).base64EncodedString()
        }
    }

    var isIPAddress: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }
}

extension SocketAddress {
    /// Whether a connection to it ends at this machine.
    var isLoopback: Bool {
        guard let text = ipAddress?.lowercased() else { return true }
        let mapped = text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
        return mapped.hasPrefix("127.") || mapped.hasPrefix("0.") || ["::1", "::"].contains(text)
    }
}
