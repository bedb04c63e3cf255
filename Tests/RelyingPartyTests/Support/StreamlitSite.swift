import RelyingParty
import TestSupport

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
