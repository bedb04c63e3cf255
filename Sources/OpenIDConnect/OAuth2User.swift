package import Basics
package import JSON

/// Requests to a plain OAuth 2.0 server, and its answers: an access token without an ID token (RFC 6749 5.1), then JSON
/// about the user, in the server's own format.
package enum OAuth2User {
    /// Some servers, such as GitHub's, refuse a request that does not identify its sender.
    package static func request(accessToken: Text, at endpoint: AbsoluteURL) -> HTTPRequest {
        let request = UserInfo.request(accessToken: accessToken, at: endpoint)
        return HTTPRequest(
            request.method, request.url, headers: request.headers + [HTTPHeader("User-Agent", "stauth")])
    }

    package static func profile(validating response: HTTPResponse) throws(Failure) -> JSONObject {
        try response.jsonObject(orFailWith: .userInfoInvalid, what: "the user's profile")
    }

    /// The subject: text, or a number converted to text. A user stays the same if the server switches between the two.
    package static func subject(_ value: JSON?) throws(Failure) -> Text {
        let subject: Text? =
            switch value {
            case .string(let text): text
            case .integer(let number): Text(number)
            default: nil
            }
        guard let subject, (1...255).contains(subject.count), subject.isPrintableASCII else {
            throw Failure(
                .userInfoInvalid,
                "the sub that claim_map selects is neither a number nor text of 1 to 255 ASCII characters")
        }
        return subject
    }

    /// The address that is primary and verified by the server; nil without one.
    package static func primaryEmail(validating response: HTTPResponse) throws(Failure) -> Text? {
        let what: Text = "the user's e-mail addresses"
        guard response.status == 200 else { throw response.refusal(.providerStatus, what) }
        guard !response.isHTML, let entries = JSON(parsing: response.body)?.array else {
            throw Failure(.userInfoInvalid, "\(what): the response is not a JSON list")
        }
        let primary = entries.lazy.compactMap { $0.object }.first {
            $0["primary"] == .bool(true) && $0["verified"] == .bool(true)
        }
        return primary?["email"]?.text
    }
}
