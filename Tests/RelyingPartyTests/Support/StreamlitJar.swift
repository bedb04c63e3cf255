import Basics
import Cookies
import JSON
import RelyingParty
import TestSupport

/// Writes cookies as a Streamlit app with the site's cookie_secret does.
struct StreamlitJar {
    static let user: Text = "_streamlit_user"
    static let tokens: Text = "_streamlit_user_tokens"
    static let origin = "https://app.example.com"

    var secret = Site.cookieSecret
    var time = Site.start

    /// The claims of an ID token, and what Streamlit adds to them.
    static let claims: JSONObject = [
        "iss": "https://google.example.com", "sub": "user-1", "aud": "google-client", "exp": 1_795_003_600,
        "iat": 1_795_000_000, "nonce": "n-1", "name": "Ada", "origin": "\(origin)", "is_logged_in": true,
        "provider": "google",
    ]

    func value(_ text: Text, _ name: Text = user) throws -> String {
        try TimedSigner(secrets: [Secret(Text(secret))]).sign(text, cookie: name, time: time).string
    }

    /// A Cookie header with one cookie.
    func header(_ text: Text, _ name: Text = user) throws -> String {
        "\(name.string)=\(try value(text, name))"
    }

    func header(_ claims: JSONObject = claims) throws -> String {
        try header(Text(wellFormed: claims.bytes))
    }

    /// A Cookie header with the text in parts, and what Streamlit says of them.
    func header(parts: [Text], _ name: Text = user) throws -> String {
        let numbered = try parts.enumerated().map { try header($1, "\(name)_\($0 + 1)") }
        return ([try header("chunks-\(parts.count)", name)] + numbered).joined(separator: "; ")
    }

    /// What a login at Streamlit stores: claims, and the tokens that they come from.
    func header(_ claims: JSONObject = claims, idToken: JSONObject, access: JSON? = "access-1") throws -> String {
        var stored: JSONObject = ["id_token": .string(Self.token(idToken))]
        stored["access_token"] = access
        return "\(try header(claims)); \(try header(Text(wellFormed: stored.bytes), Self.tokens))"
    }

    static func token(_ payload: JSONObject) -> Text {
        let header: JSONObject = ["alg": "RS256", "kid": "k"]
        return "\(Base64URL.encode(header.bytes)).\(Base64URL.encode(payload.bytes)).AAAA"
    }
}

extension Site {
    /// A site beside a Streamlit app.
    static func streamlit(
        _ shared: String = "", secrets: [String] = [cookieSecret],
        redirectURI: String = "https://app.example.com/oauth2callback"
    ) throws -> Site {
        try Site("cookie_format = \"streamlit\"\n" + shared, redirectURI: redirectURI, secrets: secrets)
    }

    /// The user's JSON for this Cookie header. Both ways to it give the same.
    func user(_ header: String) throws -> String {
        let json = try application.userJSON(cookie: Array(header.utf8)).string
        let request = try HostRequest(application, IncomingRequest(method: "GET", target: "/"))
        try request.addHeader("Cookie", Array(header.utf8))
        _ = try request.begin()
        guard request.userJSON.string == json, request.responseHeaders.isEmpty else { return "two answers" }
        return json
    }
}
