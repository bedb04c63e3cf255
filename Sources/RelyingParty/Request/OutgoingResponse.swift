import Basics
import OpenIDConnect

/// A response of the library.
struct OutgoingResponse {
    let status: Int32
    private(set) var headers: [HTTPHeader]
    let body: Text

    /// For every response to one user: no cache stores it.
    private static var noStore: HTTPHeader { HTTPHeader("Cache-Control", "no-store") }

    /// The same: no other site learns its URL, which may contain a code.
    private static func referrer(_ policy: Text = "no-referrer") -> HTTPHeader { HTTPHeader("Referrer-Policy", policy) }

    /// A redirect. 303 makes the browser GET the target of a POST.
    static func redirect(to location: Text, after method: Text) -> OutgoingResponse {
        OutgoingResponse(
            status: method == "POST" ? 303 : 302, headers: [HTTPHeader("Location", location), noStore, referrer()],
            body: "")
    }

    /// What a page may do.
    struct PagePolicy {
        /// Where its images come from; nil if it has none.
        let images: Text?
        let referrer: Text
        let formsStay: Bool
    }

    /// One of the library's own pages: it loads at most the site's logo, cannot be framed, and its forms stay on this site
    /// unless necessary.
    static func page(_ html: Text, status: Int32, policy: PagePolicy) -> OutgoingResponse {
        let forms: Text = policy.formsStay ? "form-action 'self'; " : ""
        let images: Text = policy.images.map { "img-src \($0); " } ?? ""
        let contents: Text =
            "default-src 'none'; style-src 'unsafe-inline'; \(images)\(forms)base-uri 'none'; frame-ancestors 'none'"
        return OutgoingResponse(
            status: status,
            headers: [
                HTTPHeader("Content-Type", "text/html; charset=utf-8"),
                HTTPHeader("Content-Security-Policy", contents),
                HTTPHeader("X-Content-Type-Options", "nosniff"), noStore, referrer(policy.referrer),
            ],
            body: html)
    }

    /// Data for a page of this site, and for no other.
    static func json(_ text: Text) -> OutgoingResponse {
        OutgoingResponse(
            status: 200,
            headers: [
                HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Content-Type-Options", "nosniff"),
                HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"), noStore, referrer(),
            ],
            body: text)
    }

    /// For a browser itself: no content. No other site can load or frame it.
    static func empty(status: Int32) -> OutgoingResponse {
        OutgoingResponse(
            status: status, headers: [HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"), noStore, referrer()],
            body: "")
    }

    /// For a provider: no content, with the status that the kind of report has, or an error as JSON (Back-Channel Logout 1.0,
    /// 2.8; RFC 8935 2.3). `retryAfter`: seconds.
    static func toProvider(
        _ report: LogoutReport, error: Failure? = nil, retryAfter: Int64? = nil
    ) -> OutgoingResponse {
        let isEvent = report == .securityEvent
        guard let error else {
            let status: Int32 = isEvent ? 202 : report == .backchannelLogout ? 200 : 204
            return OutgoingResponse(status: status, headers: [noStore], body: "")
        }
        let (code, text): (Text, Text) = isEvent ? ("err", "description") : ("error", "error_description")
        let name: Text = retryAfter == nil ? "invalid_request" : "temporarily_unavailable"
        return OutgoingResponse(
            status: retryAfter == nil ? 400 : 503,
            headers: [HTTPHeader("Content-Type", "application/json"), noStore]
                + (retryAfter.map { [HTTPHeader("Retry-After", Text($0))] } ?? []),
            body: #"{"\#(code)":"\#(name)","\#(text)":"\#(error.name)"}"#)
    }

    /// For a program that presents an access token.
    static func refusedToken(_ status: Int32, _ error: Text, _ code: Text, _ header: HTTPHeader?) -> OutgoingResponse {
        OutgoingResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "application/json"), noStore] + (header.map { [$0] } ?? []),
            body: #"{"error":"\#(error)","error_description":"\#(code)"}"#)
    }

    static var noContent: OutgoingResponse { OutgoingResponse(status: 204, headers: [noStore], body: "") }

    /// For a frame or an image on pages of these origins, whatever their policies ask of what they embed: an image that is a
    /// document too, without content.
    static func frontchannelLogout(framedBy origins: [Text]) -> OutgoingResponse {
        OutgoingResponse(
            status: 200,
            headers: [
                HTTPHeader("Content-Type", "image/svg+xml"),
                HTTPHeader(
                    "Content-Security-Policy", "default-src 'none'; frame-ancestors \(origins.joined(with: " "))"),
                HTTPHeader("X-Content-Type-Options", "nosniff"),
                HTTPHeader("Cross-Origin-Resource-Policy", "cross-origin"), noStore, referrer(),
            ],
            body: #"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#)
    }

    /// In place of that.
    static func frontchannelLogout(refusedWith status: Int32) -> OutgoingResponse {
        OutgoingResponse(
            status: status, headers: [HTTPHeader("Content-Type", "text/plain"), noStore, referrer()],
            body: "")
    }

    /// For a speculative request. No browser uses or stores an error in place of the page for the user's visit, as it would a
    /// redirect or a page with status 200. HEAD requests are referred to GET.
    static func later(after method: Text) -> OutgoingResponse {
        let isHead = method == "HEAD"
        return OutgoingResponse(
            status: isHead ? 405 : 503,
            headers: [HTTPHeader("Content-Type", "text/plain")] + (isHead ? [HTTPHeader("Allow", "GET")] : [])
                + [noStore, referrer()],
            body: "")
    }

    /// For a request that needs a user and could not follow a redirect to the login. `challenge`: how else to authenticate.
    static func notSignedIn(_ challenge: HTTPHeader?) -> OutgoingResponse {
        OutgoingResponse(
            status: 401,
            headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8"), noStore, referrer()]
                + (challenge.map { [$0] } ?? []),
            body: "Sign in first.\n\nnot_signed_in\n")
    }

    mutating func add(_ header: HTTPHeader) {
        headers.append(header)
    }
}
