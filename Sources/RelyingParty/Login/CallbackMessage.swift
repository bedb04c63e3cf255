import Basics
import OpenIDConnect

/// What the browser brings to the callback: the query of a redirect, or the form of a page of the provider
/// (OAuth 2.0 Form Post Response Mode 2).
struct CallbackMessage {
    let isPosted: Bool
    private let path: Text
    private let fields: Text?

    init(_ request: IncomingRequest) {
        path = request.path
        isPosted = request.method == "POST"
        // A posted form contains the whole response; parameters in the URL are not the provider's.
        fields = isPosted ? (request.isForm ? request.body : nil) : request.query
    }

    /// Refuses a response to one provider's login that arrives at another provider's address (RFC 9700 4.4.2.2).
    func validate(_ redirectURI: AbsoluteURL) throws(Failure) {
        guard path == redirectURI.path else {
            throw Failure(
                .responseRedirectURIMismatch,
                "the response arrived at \(path), but the login began with \(redirectURI.path) as redirect_uri")
        }
    }

    /// Form-encoded.
    func parameters() throws(Failure) -> Text {
        guard let fields else {
            throw Failure(.responseMalformed, "the callback received a body that is not a form")
        }
        return fields
    }

    /// Refuses a response in another mode than requested: whoever made it is not the provider, or does not follow the
    /// request.
    func validate(_ mode: ResponseMode) throws(Failure) {
        guard isPosted == mode.isFormPost else {
            let way: Text = isPosted ? "a POST" : "the URL"
            throw Failure(.responseModeMismatch, "the response came in \(way), but response_mode is \(mode.name)")
        }
    }
}
