import Basics
import OpenIDConnect

/// What the browser brings to the callback: the query of a redirect, or the form of a page of the provider's
/// (OAuth 2.0 Form Post Response Mode 2).
struct CallbackMessage {
    let isPosted: Bool
    private let path: Text
    private let fields: Text?

    init(_ request: IncomingRequest) {
        path = request.path
        isPosted = request.method == "POST"
        // A form that is posted has all of the response; what an address has beside it is not the provider's.
        fields = isPosted ? (request.isForm ? request.body : nil) : request.query
    }

    /// Refuses a response to one provider's login that comes to where another one sends its users (RFC 9700 4.4.2.2).
    func validate(_ redirectURI: AbsoluteURL) throws(Failure) {
        guard path == redirectURI.path else {
            throw Failure(
                .responseRedirectURIMismatch,
                "the response came to \(path), and the login was begun with \(redirectURI.path) as redirect_uri")
        }
    }

    /// Form-encoded.
    func parameters() throws(Failure) -> Text {
        guard let fields else {
            throw Failure(.responseMalformed, "the callback was sent something that is not a form")
        }
        return fields
    }

    /// Refuses a response that comes in another way than the provider was asked for: whoever made it is not whom we asked,
    /// or does not do as asked.
    func validate(_ mode: ResponseMode) throws(Failure) {
        guard isPosted == mode.isFormPost else {
            let way: Text = isPosted ? "a POST" : "the address"
            throw Failure(.responseModeMismatch, "the response came in \(way), and response_mode is \(mode.name)")
        }
    }
}
