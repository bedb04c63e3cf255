import Basics
import Session

/// What a flow makes of a request: a response of the library's, and what else changes.
struct Answer {
    enum SessionChange {
        case none
        /// With who the user is, as JSON.
        case began(Session, userJSON: Text)
        case ended
    }

    var response: OutgoingResponse
    var session = SessionChange.none
    /// Set-Cookie lines for the session; nil if those that the request has so far stay.
    var sessionHeaders: [HTTPHeader]?
    /// Set-Cookie lines for pending logins and logouts; nil as above.
    var pendingHeaders: [HTTPHeader]?
    /// Why the request was refused, if it was.
    var failure: Failure?

    init(_ response: OutgoingResponse, failure: Failure? = nil) {
        self.response = response
        self.failure = failure
    }
}
