package import Basics
import JSON

/// The tokens (OIDC Core 3.1.3.3), none of them validated yet.
package struct TokenResponse: Sendable {
    package static let longestAccessToken = 64 * 1024
    package static let longestRefreshToken = 8 * 1024
    package static let longestScope = 4 * 1024
    /// Seconds; a longer lifetime is a mistake, and counts as none.
    package static let longestLifetime: Int64 = 10 * 366 * 86_400

    /// Nil if there is none: some providers send an ID token alone.
    package let accessToken: Text?
    /// Nil only if it is not required.
    package let idToken: Text?
    /// Nil without a usable one.
    package let refreshToken: Text?
    /// Seconds that the access token is valid; nil if unknown.
    package let lifetime: Int64?
    /// The granted scope; nil if it is the requested one.
    package let scope: Text?

    /// `isBound`: whether the access token must be bound to the key of a DPoP proof (RFC 9449 5). `request`: for messages.
    package init(
        validating response: HTTPResponse, isBound: Bool = false, requiresIDToken: Bool = true,
        to request: Text = "the token request"
    ) throws(Failure) {
        let (accessToken, members) = try Self.validate(response, isBound: isBound, to: request)
        let idToken = members["id_token"]
        guard idToken != nil || !requiresIDToken else {
            throw Failure(
                .idTokenMissing, "the token endpoint's response has no id_token; does the scope contain openid?")
        }
        guard idToken == nil || idToken?.text != nil else {
            throw Failure(.idTokenMalformed, "the token endpoint's response has an id_token that is not text")
        }
        self.accessToken = accessToken
        self.idToken = idToken?.text
        refreshToken = Self.visible(members["refresh_token"], limit: Self.longestRefreshToken)
        // RFC 6749 5.1 has a number; some servers write it as text.
        let seconds = members["expires_in"].flatMap { $0.seconds ?? $0.text?.asDecimal() } ?? 0
        lifetime = (1...Self.longestLifetime).contains(seconds) ? seconds : nil
        let scope = members["scope"]?.text
        self.scope = scope.flatMap { $0.isPrintableASCII && (1...Self.longestScope).contains($0.count) ? $0 : nil }
    }

    static func visible(_ value: JSON?, limit: Int) -> Text? {
        guard let text = value?.text, text.isVisibleASCII, (1...limit).contains(text.count) else { return nil }
        return text
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
    private static func validate(
        _ response: HTTPResponse, isBound: Bool, to request: Text
    ) throws(Failure) -> (accessToken: Text?, members: JSONObject) {
        let members = try response.answer(
            to: request, with: 200...200, orFailWith: .tokenResponseInvalid, refused: .tokenRequestRefused)
        guard let stated = members.nonEmpty("access_token") else { return (nil, members) }
        // In any case (RFC 6749 5.1). Anyone could use a Bearer token in place of a bound one.
        let type: Text = isBound ? "DPoP" : "Bearer"
        guard members["token_type"]?.text?.lowercasedASCII() == type.lowercasedASCII() else {
            throw Failure(.tokenResponseInvalid, "the token endpoint's response has a token_type other than \(type)")
        }
        guard let accessToken = visible(stated, limit: longestAccessToken)
        else { throw Failure(.tokenResponseInvalid, "the token endpoint's response has no usable access_token") }
        return (accessToken, members)
    }
}
