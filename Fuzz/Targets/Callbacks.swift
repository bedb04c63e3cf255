import Basics
import JSON
import TestSupport
import Transport

@testable import RelyingParty

/// What comes to the callback, for a login that has just begun: "{state}" in the input is its state.
enum Callbacks {
    private static func replacing(_ bytes: [UInt8], _ state: Text) -> Text? {
        Text(validating: bytes)?.replacing("{state}", with: state)
    }

    /// The provider gives tokens to whom it may concern, but no ID token that is right.
    private static func answer(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.url.text.hasSuffix("/token") else { return FuzzSite.documents(request) }
        return .json(["access_token": "a", "token_type": "Bearer", "id_token": "e30.e30.AA"])
    }

    static func query(_ bytes: [UInt8]) {
        let site = FuzzSite.plain
        let (state, cookies) = site.beginLogin()
        site.provider.answer = answer
        guard let query = replacing(bytes, state) else { return }
        expectNobody(site.send("GET", "/oauth2callback?\(query)", cookies: cookies))
    }

    static func form(_ bytes: [UInt8]) {
        let site = FuzzSite.posting
        let (state, cookies) = site.beginLogin()
        site.provider.answer = answer
        guard let form = replacing(bytes, state) else { return }
        let type: Text = "application/x-www-form-urlencoded"
        expectNobody(site.send("POST", "/oauth2callback", cookies: cookies, body: form, type: type))
    }

    private static func expectNobody(_ request: HostRequest?) {
        guard let request else { return }
        promise(request.userJSON == #"{"is_logged_in":false}"#, "nobody is signed in without an ID token")
    }
}
