import Basics
import Cookies
import JSON

/// Writes cookies as a Streamlit app with the site's cookie_secret does.
package struct StreamlitJar {
    package static let user: Text = "_streamlit_user"
    package static let tokens: Text = "_streamlit_user_tokens"
    package static let origin = "https://app.example.com"

    private let secret: String
    private let time: Int64

    package init(secret: String = TestSite.cookieSecret, time: Int64 = TestSite.start) {
        self.secret = secret
        self.time = time
    }

    /// The claims of an ID token, and what Streamlit adds to them.
    package static let claims: JSONObject = [
        "iss": "https://google.example.com", "sub": "user-1", "aud": "google-client", "exp": 1_795_003_600,
        "iat": 1_795_000_000, "nonce": "n-1", "name": "Ada", "origin": "\(origin)", "is_logged_in": true,
        "provider": "google",
    ]

    package func value(_ text: Text, _ name: Text = user) throws -> String {
        try TimedSigner(secrets: [Secret(Text(secret))]).sign(text, cookie: name, time: time).string
    }

    /// A Cookie header with one cookie.
    package func header(_ text: Text, _ name: Text = user) throws -> String {
        "\(name.string)=\(try value(text, name))"
    }

    package func header(_ claims: JSONObject = claims) throws -> String {
        try header(Text(wellFormed: claims.bytes))
    }

    /// A Cookie header with the text in parts, and what Streamlit says of them.
    package func header(parts: [Text], _ name: Text = user) throws -> String {
        let numbered = try parts.enumerated().map { try header($1, "\(name)_\($0 + 1)") }
        return ([try header("chunks-\(parts.count)", name)] + numbered).joined(separator: "; ")
    }

    /// What a login at Streamlit stores: claims, and the tokens that they come from.
    package func header(_ claims: JSONObject = claims, idToken: JSONObject, access: JSON? = "access-1") throws -> String
    {
        var stored: JSONObject = ["id_token": .string(Self.token(idToken))]
        stored["access_token"] = access
        return "\(try header(claims)); \(try header(Text(wellFormed: stored.bytes), Self.tokens))"
    }

    package static func token(_ payload: JSONObject) -> Text {
        let header: JSONObject = ["alg": "RS256", "kid": "k"]
        return "\(Base64URL.encode(header.bytes)).\(Base64URL.encode(payload.bytes)).AAAA"
    }
}
