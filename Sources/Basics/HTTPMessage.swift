/// A request to a provider, as a value: the code that builds it does not send it.
package struct HTTPRequest: Sendable {
    package enum Method: Sendable { case get, post }

    package let method: Method
    package let url: AbsoluteURL
    package let headers: [HTTPHeader]
    package let body: Text

    package init(_ method: Method, _ url: AbsoluteURL, headers: [HTTPHeader] = [], body: Text = "") {
        self.method = method
        self.url = url
        // Without it, any coding would be fine (RFC 9110 12.5.3), and few of those who make requests for us decode one.
        self.headers = headers + [HTTPHeader("Accept-Encoding", "identity")]
        self.body = body
    }
}

/// What a provider answered, as far as anyone asks.
package struct HTTPResponse: Sendable {
    package let status: Int32
    package let contentType: Text?
    package let cacheControl: Text?
    /// DPoP-Nonce (RFC 9449 8).
    package let dpopNonce: Text?
    /// The values of WWW-Authenticate.
    package let challenges: [Text]
    /// Where a redirect, which is never followed, leads; for messages.
    package let location: Text?
    /// Of bounded size.
    package let body: [UInt8]

    package init(
        status: Int32, contentType: Text? = nil, cacheControl: Text? = nil, dpopNonce: Text? = nil,
        challenges: [Text] = [], location: Text? = nil, body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.dpopNonce = dpopNonce
        self.challenges = challenges
        self.location = location
        self.body = body
    }
}

package struct HTTPHeader: Equatable, Sendable {
    package let name: Text
    package let value: Text

    package init(_ name: Text, _ value: Text) {
        self.name = name
        self.value = value
    }
}
