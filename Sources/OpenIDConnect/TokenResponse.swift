package import Basics
import JSON

/// The tokens (OIDC Core 3.1.3.3), none of them validated yet.
package struct TokenResponse: Sendable {
    package static let longestAccessToken = 64 * 1024

    /// Nil if there is none: some providers send an ID token alone.
    package let accessToken: Text?
    package let idToken: Text

    /// `isBound`: whether the access token must be bound to the key of a DPoP proof (RFC 9449 5). `request`: for messages.
    package init(
        validating response: HTTPResponse, isBound: Bool = false, to request: Text = "the token request"
    ) throws(Failure) {
        let (accessToken, members) = try Self.validate(response, isBound: isBound, to: request)
        guard let idToken = members["id_token"] else {
            throw Failure(
                .idTokenMissing, "the token endpoint's response has no id_token; does the scope contain openid?")
        }
        guard let idToken = idToken.text else {
            throw Failure(.idTokenMalformed, "the token endpoint's response has an id_token that is not text")
        }
        self.accessToken = accessToken
        self.idToken = idToken
    }

    /// Fails without an access token. `use`: what needs it.
    package static func require(_ accessToken: Text?, for use: Text) throws(Failure) -> Text {
        guard let accessToken else {
            throw Failure(
                .tokenResponseInvalid, "the token endpoint's response has no access_token, which is needed for \(use)")
        }
        return accessToken
    }

    /// The access token of a response, if there is one, and all other members (RFC 6749 5.1).
    static func validate(
        _ response: HTTPResponse, isBound: Bool = false, to request: Text
    ) throws(Failure) -> (accessToken: Text?, members: JSONObject) {
        let members = try response.answer(
            to: request, with: 200...200, orFailWith: .tokenResponseInvalid, refused: .tokenRequestRefused)
        guard let stated = members.nonEmpty("access_token") else { return (nil, members) }
        // In any case (RFC 6749 5.1). Anyone could use a Bearer token in place of a bound one.
        let type: Text = isBound ? "DPoP" : "Bearer"
        guard members["token_type"]?.text?.lowercasedASCII() == type.lowercasedASCII() else {
            throw Failure(.tokenResponseInvalid, "the token endpoint's response has a token_type other than \(type)")
        }
        guard let accessToken = stated.text, accessToken.isVisibleASCII,
            (1...Self.longestAccessToken).contains(accessToken.count)
        else { throw Failure(.tokenResponseInvalid, "the token endpoint's response has no usable access_token") }
        return (accessToken, members)
    }
}
