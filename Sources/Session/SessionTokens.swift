package import Basics
import JSON

/// What of a login's tokens is kept beside its session, and where the session ends at the provider.
package struct SessionTokens: Equatable, Sendable {
    package var idToken: Text?
    package var accessToken: Text?
    /// As the metadata had it at the login, so that a logout needs no request to the provider.
    package var endSessionEndpoint: Text?

    package init(idToken: Text? = nil, accessToken: Text? = nil, endSessionEndpoint: Text? = nil) {
        self.idToken = idToken
        self.accessToken = accessToken
        self.endSessionEndpoint = endSessionEndpoint
    }

    /// Nil for anything but what `encoded()` gives.
    init?(_ bytes: [UInt8]) {
        guard let members = JSONObject(parsing: bytes) else { return nil }
        idToken = members["id"]?.text
        accessToken = members["access"]?.text
        endSessionEndpoint = members["end_session"]?.text
    }

    func encoded() throws(Failure) -> [UInt8] {
        var members = exposed(["id", "access"])
        if let endSessionEndpoint { members["end_session"] = .string(endSessionEndpoint) }
        guard let text = members.encoded() else { throw Failure(.internalError, "the tokens could not be written") }
        return text.bytes
    }

    var isEmpty: Bool { self == SessionTokens() }

    /// Those of these kinds, "id" and "access", as an application gets them.
    func exposed(_ kinds: [Text]) -> JSONObject {
        var tokens = JSONObject()
        if kinds.contains("id"), let idToken { tokens["id"] = .string(idToken) }
        if kinds.contains("access"), let accessToken { tokens["access"] = .string(accessToken) }
        return tokens
    }
}
