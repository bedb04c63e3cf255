import Basics
import Session

/// The result of a flow: a response of the library, and other changes.
struct Answer {
    enum SessionChange {
        case none
        /// Including who the user is, as JSON.
        case began(Session, userJSON: Text)
        case ended
    }

    var response: OutgoingResponse
    var session = SessionChange.none
    /// Set-Cookie lines for the session; nil to keep those that the request has so far.
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
