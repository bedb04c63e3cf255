package import Basics
import JSON
import Settings

/// The tokens kept from a login in addition to its session, and where to end the session at the provider.
package struct SessionTokens: Equatable, Sendable {
    package var idToken: Text?
    package var accessToken: Text?
    /// From the metadata at the login, so a logout needs no request to the provider.
    package var endSessionEndpoint: Text?

    package init(idToken: Text? = nil, accessToken: Text? = nil, endSessionEndpoint: Text? = nil) {
        self.idToken = idToken
        self.accessToken = accessToken
        self.endSessionEndpoint = endSessionEndpoint
    }

    /// Nil for anything but the result of `encoded()`.
    init?(_ bytes: [UInt8]) {
        guard let members = JSONObject(parsing: bytes) else { return nil }
        idToken = members[TokenKind.id.name]?.text
        accessToken = members[TokenKind.access.name]?.text
        endSessionEndpoint = members["end_session"]?.text
    }

    func encoded() throws(Failure) -> [UInt8] {
        var members = exposed(TokenKind.allCases)
        if let endSessionEndpoint { members["end_session"] = .string(endSessionEndpoint) }
        guard let text = members.encoded() else { throw Failure(.internalError, "the tokens could not be written") }
        return text.bytes
    }

    var isEmpty: Bool { self == SessionTokens() }

    /// Those of these kinds, as an application gets them, the ID token first.
    func exposed(_ kinds: [TokenKind]) -> JSONObject {
        var tokens = JSONObject()
        for kind in TokenKind.allCases where kinds.contains(kind) {
            if let token = self[kind] { tokens[kind.name] = .string(token) }
        }
        return tokens
    }

    private subscript(kind: TokenKind) -> Text? {
        switch kind {
        case .id: idToken
        case .access: accessToken
        }
    }
}
