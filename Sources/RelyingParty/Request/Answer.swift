package import Basics
import Cookies
import Environment
import Session

/// The result of a flow: a response of the library, or none if the host's page follows, and other changes.
struct Answer {
    /// Indirect, like ProviderKind.
    indirect enum SessionChange {
        case none
        /// Including who the user is, as JSON.
        case began(Session, userJSON: Text)
        /// `everywhere`: and with it all of the user's.
        case ended(everywhere: Bool = false)
        /// Lasts for this request alone.
        case presented(Session)
        /// Has new tokens, perhaps with other claims.
        case refreshed(SessionTokens)
    }

    var response: OutgoingResponse?
    var session = SessionChange.none
    /// Set-Cookie lines for the session; nil to keep those that the request has so far.
    var sessionHeaders: [HTTPHeader]?
    /// Set-Cookie lines for pending logins and logouts; nil as above.
    var pendingHeaders: [HTTPHeader]?
    /// Why the request was refused, or the refresh not complete, if so.
    var failure: Failure?

    init(_ response: OutgoingResponse?, failure: Failure? = nil) {
        self.response = response
        self.failure = failure
    }
}

extension HostRequest {
    /// 0 if the host's page is the response.
    package var responseStatus: Int32 { response?.status ?? 0 }

    package var responseHeaders: [HTTPHeader] {
        guard let response else {
            let cookies = pendingHeaders + sessionHeaders
            return cachingHeaders(with: cookies) + cookies
        }
        var headers = response.headers
        headers.reserveCapacity(headers.count + pendingHeaders.count + sessionHeaders.count)
        headers += pendingHeaders
        headers += sessionHeaders
        return headers
    }

    package var responseBody: Text { response?.body ?? "" }

    /// The headers that caches need for a page of the host: a user's cookies and tokens are private, and on which headers the
    /// page depends. The host's own Cache-Control accompanies it; of two, the stricter one applies (RFC 9111 4.2.1).
    func cachingHeaders(with cookies: [HTTPHeader]) -> [HTTPHeader] {
        let isPrivate = !cookies.isEmpty || presentsToken
        guard isUserRead || isPrivate else { return [] }
        let varies = HTTPHeader("Vary", application.tokenProviders.isEmpty ? "Cookie" : "Cookie, Authorization")
        return (isPrivate ? [HTTPHeader("Cache-Control", "private")] : []) + [varies]
    }

    /// Warns the operator that servers in front may not pass this response on: nothing more can be omitted.
    func reportLongHeaders() {
        let length = HeaderBudget.length(of: responseHeaders)
        guard native == nil, length > HeaderBudget.response else { return }
        environment.report(.responseHeadersTooLarge(bytes: length))
    }
}
