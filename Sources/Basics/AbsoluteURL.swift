/// An http or https URL of the plain kind that configuration and provider metadata may contain.
///
/// Deliberately stricter than RFC 3986: ASCII only, no user information, no fragment, no white space, no backslash, a host
/// that is a name or an address literal. libcurl or a browser cannot read an accepted URL differently.
package struct AbsoluteURL: Equatable, Sendable {
    /// The whole URL, exactly as written. URLs are equal if this is.
    package let text: Text
    package let isSecure: Bool
    /// Nil if the URL names none.
    package let port: UInt16?
    // Positions in `text`: a URL is one text, which is cheap to pass on.
    private let hostRange: Range<Int>
    private let pathRange: Range<Int>

    /// In the spelling of the URL; an IPv6 address with its brackets.
    package var host: Text { Text(wellFormed: text.bytes[hostRange]) }
    /// "" or starting with "/".
    package var path: Text { Text(wellFormed: text.bytes[pathRange]) }
    /// What follows "?", nil without one.
    package var query: Text? {
        pathRange.upperBound < text.count ? Text(wellFormed: text.bytes[pathRange.upperBound...].dropFirst()) : nil
    }

    package static let longest = 2048

    /// Nil if `text` is not such a URL.
    package init?(_ text: Text) {
        guard text.count <= Self.longest, text.bytes.allSatisfy(Self.isAllowed) else { return nil }
        let rest: Text
        if let secure = text.dropping(prefix: "https://") {
            (isSecure, rest) = (true, secure)
        } else if let plain = text.dropping(prefix: "http://") {
            (isSecure, rest) = (false, plain)
        } else {
            return nil
        }
        let authorityEnd = rest.bytes.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.count
        let authority = Text(wellFormed: rest.bytes[..<authorityEnd])
        guard let (host, port) = Self.parseAuthority(authority) else { return nil }
        let start = text.count - rest.count
        let pathStart = start + authorityEnd
        self.text = text
        self.port = port
        hostRange = start..<start + host.count
        pathRange = pathStart..<(text.bytes[pathStart...].firstIndex(of: 0x3F) ?? text.count)
    }

    /// scheme://host[:port], without the default port, in lower case: what a browser sends as Origin.
    package var origin: Text {
        let defaultPort: UInt16 = isSecure ? 443 : 80
        let scheme: Text = isSecure ? "https://" : "http://"
        guard let port, port != defaultPort else { return scheme + host.lowercasedASCII() }
        return "\(scheme)\(host.lowercasedASCII()):\(port)"
    }

    /// Whether the host is this machine: localhost or a loopback address.
    package var isLoopback: Bool {
        let host = host.lowercasedASCII()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]"
            || host.hasPrefix("127.") && address != nil
    }

    /// The host's address; nil for a name.
    package var address: NetworkAddress? { NetworkAddress(literal: host) }

    /// The URL with these fields added to the query.
    package func adding(_ fields: [FormEncoding.Field]) -> Text {
        FormEncoding.encode(fields, inQueryAfter: text, query == nil ? "?" : query == "" ? "" : "&")
    }

    /// RFC 3986's characters without "#"; "@" in the authority is refused below.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        if FormEncoding.isUnreserved(byte) { return true }
        return Text("!$&'()*+,;=:@/?%[]").bytes.contains(byte)
    }

    private static func parseAuthority(_ authority: Text) -> (host: Text, port: UInt16?)? {
        if authority.hasPrefix("[") {
            guard let (start, rest) = authority.splitOnce(at: "]"), NetworkAddress(literal: start + "]") != nil else {
                return nil
            }
            return parsePort(rest).map { (start + "]", $0) }
        }
        let hostEnd = authority.bytes.firstIndex(of: 0x3A) ?? authority.count
        let host = Text(wellFormed: authority.bytes[..<hostEnd])
        guard isHostName(host) else { return nil }
        return parsePort(Text(wellFormed: authority.bytes[hostEnd...])).map { (host, $0) }
    }

    /// "" or ":" and a port from 1 to 65535. The outer optional is nil for anything else.
    private static func parsePort(_ text: Text) -> UInt16?? {
        if text.isEmpty { return .some(nil) }
        guard let number = text.dropping(prefix: ":")?.asDecimal(), number > 0 else { return nil }
        return UInt16(exactly: number).map { .some($0) }
    }

    /// Labels of letters, digits, "-" and "_". A name whose last label starts with a digit must be a dotted quad, so no
    /// other spelling of an address (2130706433, 0x7f.1, 127.1) gets through.
    private static func isHostName(_ host: Text) -> Bool {
        let labels = host.split(at: ".")
        let isLabel = { (label: Text) in
            !label.isEmpty && label.count <= 63
                && label.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x2E && $0 != 0x7E }
        }
        guard host.count <= 253, labels.allSatisfy(isLabel), let last = labels.last?.bytes.first else { return false }
        return !(0x30...0x39).contains(last) || NetworkAddress(literal: host) != nil
    }
}
