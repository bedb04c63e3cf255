import Basics

/// What a request is to the gate.
extension IncomingRequest {
    /// Whether a browser loads a page by it, so that a redirect can take the user to the login. Scripts' requests, forms,
    /// images and WebSockets could not follow one. Old browsers send no Sec-Fetch-Mode (Fetch Metadata), but ask for HTML.
    package var loadsPage: Bool {
        method == "GET" && !isWebSocketHandshake && navigates ?? acceptsHTML
    }

    /// Whether a browser asks here, before a request from another site, if it may send that (Fetch 3.2.2). It sends no
    /// cookies along, and the answer is the host's to give.
    var isPreflight: Bool { method == "OPTIONS" && origin != nil && announcesMethod }
}
