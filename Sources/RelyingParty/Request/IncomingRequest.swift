package import Basics
import Cookies
import Environment

/// The parts of an HTTP request to the host that the library reads.
package struct IncomingRequest {
    static let longestMethod = 32
    static let longestTarget = 16 * 1024
    static let longestHeader = 64 * 1024
    static let longestBody = 64 * 1024

    let method: Text
    let path: Text
    let query: Text
    /// Path and query as received.
    let target: Text

    private var cookieBytes: [UInt8] = []
    private(set) var origin: Text?
    private(set) var referer: Text?
    private(set) var fetchSite: Text?
    private(set) var contentType: Text?
    /// Empty if there are two.
    private(set) var authorization: Text?
    /// The same of DPoP.
    private(set) var proof: Text?
    /// Whether a native program is its own browser, which shows it no other sites.
    private(set) var isNative = false
    /// Whether this requests a WebSocket (RFC 6455 4.1), which a redirect cannot replace.
    private(set) var isWebSocketHandshake = false
    private var asksAhead = false
    /// What Sec-Fetch-Mode says, where a browser sends it.
    private(set) var navigates: Bool?
    private(set) var acceptsHTML = false
    private(set) var announcesMethod = false
    /// Where the browser sees the site: the values of Host, X-Forwarded-Host and X-Forwarded-Proto, empty without them.
    private(set) var host: [UInt8] = []
    private(set) var forwardedHost: [UInt8] = []
    private(set) var forwardedScheme: [UInt8] = []
    /// The languages that the user reads. Of several headers, the first counts.
    private(set) var acceptLanguage: Text = ""
    /// The headers of Device Bound Session Credentials: a proof, the name of its session, and why there is none.
    private(set) var deviceProof: Text?
    private(set) var deviceSession: Text?
    private(set) var skippedProof: Text?
    /// For the log.
    var requester = Requester()
    /// The paths by which the host chooses the page, decoded; empty if that is the target's.
    var routedPaths: [[UInt8]] = []
    var body: Text = ""

    package init(method: Text, target: Text) throws(Failure) {
        guard (1...Self.longestMethod).contains(method.count), method.isVisibleASCII else {
            throw Failure(.invalidArgument, "the request's method is empty, too long, or not a token")
        }
        guard target.count <= Self.longestTarget else {
            throw Failure(.tooLarge, "the request's target is longer than \(Self.longestTarget) bytes")
        }
        guard target.bytes.first == 0x2F, !target.hasControls else {
            throw Failure(.invalidArgument, "the request's target does not start with / or contains control characters")
        }
        self.method = method
        self.target = target
        (path, query) = target.splitOnce(at: "?") ?? (target, "")
    }

    /// Of a native program with these cookies.
    init(native target: Text, cookies: Text, acceptLanguage: Text = "") throws(Failure) {
        try self.init(method: "GET", target: target)
        isNative = true
        fetchSite = "none"
        self.acceptLanguage = acceptLanguage
        setCookies(cookies)
    }

    /// Makes these the only cookies.
    mutating func setCookies(_ cookies: Text) { cookieBytes = cookies.bytes }

    /// Stores a header if it is relevant. Its bytes need not be UTF-8, because other programs' cookies may not be. Any other
    /// header that is not text counts as another site's.
    mutating func addHeader(_ name: Text, _ value: [UInt8]) throws(Failure) {
        guard value.count <= Self.longestHeader else { throw tooLong("a request header is") }
        guard !value.contains(0), !value.contains(0x0A), !value.contains(0x0D), name.isVisibleASCII, !name.isEmpty
        else {
            throw Failure(
                .invalidArgument, "a request header's name is not a token, or its value contains a line break or NUL")
        }
        switch name.lowercasedASCII() {
        case "cookie": try addCookies(value)
        case "origin": try Self.set(&origin, to: Text(validating: value) ?? "null", "Origin")
        case "referer": try Self.set(&referer, to: Text(validating: value) ?? "null", "Referer")
        case "sec-fetch-site": try Self.set(&fetchSite, to: Text(validating: value) ?? "cross-site", "Sec-Fetch-Site")
        case "content-type": try Self.set(&contentType, to: Text(validating: value) ?? "", "Content-Type")
        case "authorization": authorization = authorization == nil ? Text(validating: value) ?? "" : ""
        case "secure-session-response":
            try Self.set(&deviceProof, to: Self.structuredString(value), "Secure-Session-Response")
        case "sec-secure-session-id":
            try Self.set(&deviceSession, to: Self.structuredString(value), "Sec-Secure-Session-Id")
        case "secure-session-skipped": skippedProof = Text(validating: value)
        case "dpop": proof = proof == nil ? Text(validating: value) ?? "" : ""
        case "upgrade": isWebSocketHandshake = isWebSocketHandshake || Self.namesWebSocket(value)
        case "sec-purpose", "purpose", "x-purpose", "x-moz": asksAhead = asksAhead || Self.namesSpeculation(value)
        case "sec-fetch-mode" where !value.isEmpty:
            navigates = navigates != false && value == ("navigate" as Text).bytes
        case "accept": acceptsHTML = acceptsHTML || Text(validating: value)?.contains(text: "text/html") == true
        case "access-control-request-method": announcesMethod = true
        case "host": host = value
        case "x-forwarded-host": forwardedHost = value
        case "x-forwarded-proto": forwardedScheme = value
        case "accept-language" where acceptLanguage.isEmpty: acceptLanguage = Text(validating: value) ?? ""
        case "x-request-id": requester.setID(value)
        default: break
        }
    }

    /// A structured field's string without its parameters (RFC 9651 3.3.3), or what Chromium sends in its place: the same
    /// without quotes. Those that are read here have no character that needs an escape.
    private static func structuredString(_ value: [UInt8]) -> Text {
        let text = (Text(validating: value) ?? "").trimmed()
        let parts = text.split(at: "\"")
        guard parts.count < 3 || !parts[0].isEmpty else { return parts[1] }
        return (text.splitOnce(at: ";")?.before ?? text).trimmed()
    }

    /// The words of Sec-Purpose (HTML, Fetch) and of its predecessors, with parameters, as in "prefetch;prerender".
    private static func namesSpeculation(_ value: [UInt8]) -> Bool {
        let words: [Text] = ["prefetch", "prerender", "preview", "instant"]
        return (Text(validating: value) ?? "").lowercasedASCII().split(at: ",").contains { item in
            item.split(at: ";").contains { words.contains($0.trimmed()) }
        }
    }

    /// Whether this is not a visit yet: a browser asks ahead of its user, who may never come, or somebody wants only the
    /// headers. Such a request begins and ends nothing. A POST is always a visit.
    var isSpeculative: Bool { method == "HEAD" || (method == "GET" && asksAhead) }

    /// HTTP/2 lets a browser send several Cookie headers (RFC 9113 8.2.3).
    private mutating func addCookies(_ value: [UInt8]) throws(Failure) {
        if cookieBytes.isEmpty { return cookieBytes = value }
        guard cookieBytes.count + 2 + value.count <= Self.longestHeader else { throw tooLong("the Cookie headers are") }
        cookieBytes += Text("; ").bytes + value
    }

    private func tooLong(_ what: Text) -> Failure {
        Failure(.tooLarge, "\(what) longer than \(Self.longestHeader) bytes")
    }

    /// Sets a header that is not a list (RFC 9110 5.3). If two differ, it is unknown which is the browser's.
    private static func set(_ header: inout Text?, to value: Text, _ name: StaticString) throws(Failure) {
        if let header, header != value {
            throw Failure(.invalidArgument, "the request has two different \(name) headers")
        }
        header = value
    }

    /// Whether one of the protocols of an Upgrade header is "websocket" (RFC 9110 7.8), of whatever version.
    private static func namesWebSocket(_ value: [UInt8]) -> Bool {
        guard let list = Text(validating: value) else { return false }
        return list.split(at: ",").contains { item in
            let name = item.splitOnce(at: "/")?.before ?? item
            return name.trimmed().lowercasedASCII() == "websocket"
        }
    }

    var cookies: CookieHeader { CookieHeader(cookieBytes[...]) }

    /// Whether the body is a browser's form.
    var isForm: Bool { hasBody(of: "application/x-www-form-urlencoded") }

    func hasBody(of type: Text) -> Bool {
        guard method == "POST", let contentType else { return false }
        let mediaType = contentType.splitOnce(at: ";")?.before ?? contentType
        return mediaType.trimmed().lowercasedASCII() == type
    }

    /// The fields of the query, and of the body if that is a form.
    func fields() throws(Failure) -> [FormEncoding.Field] {
        let body = isForm ? body : ""
        guard let queryFields = FormEncoding.decode(query), let bodyFields = FormEncoding.decode(body) else {
            throw Failure(.invalidArgument, "the request has an invalid percent-encoding")
        }
        return queryFields + bodyFields
    }

    /// Whether a page of another site opens this WebSocket: the browser sends our cookies along with it (RFC 6455 10.2).
    /// Programs other than browsers send no Origin.
    func isForeignWebSocket(_ site: AbsoluteURL) -> Bool {
        guard isWebSocketHandshake, let origin else { return false }
        return origin != site.origin
    }

    /// Why this request can neither log in nor out, if it cannot.
    var handshakeFailure: Failure? {
        guard isWebSocketHandshake else { return nil }
        let advice: Text = "log in or out on a page, before it opens the WebSocket"
        return Failure(.webSocketHandshake, "a WebSocket handshake cannot be redirected: \(advice)")
    }

    /// Refuses a request that no page of this site caused. Browsers say so in Sec-Fetch-Site, which pages cannot change;
    /// older ones name the Origin of a POST, the oldest at least the previous page. `site`: any URL of ours.
    func validateSameSite(_ site: AbsoluteURL) throws(Failure) {
        let isOwn: Bool
        if let fetchSite {
            isOwn = fetchSite == "same-origin" || fetchSite == "none"
        } else if let origin {
            isOwn = origin == site.origin
        } else if let referer {
            isOwn = (referer + "/").hasPrefix(site.origin + "/")
        } else {
            throw Failure(
                .crossSiteRequest,
                "the request has none of the headers Sec-Fetch-Site, Origin and Referer, one of which must show that it is "
                    + "from this site")
        }
        guard isOwn else { throw Failure(.crossSiteRequest, "another site sent this request") }
    }
}
