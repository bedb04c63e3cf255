import Basics
import JSON
import OpenIDConnect
import Provider
import Settings

/// What of a login's tokens is kept beside its session, and where the session ends at the provider.
struct SessionTokens: Equatable {
    var idToken: Text?
    var accessToken: Text?
    /// As the metadata had it at the login, so that a logout needs no request to the provider.
    var endSessionEndpoint: Text?

    init(idToken: Text? = nil, accessToken: Text? = nil, endSessionEndpoint: Text? = nil) {
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

extension Application {
    /// What to keep of these tokens: what the application gets, and what a logout at the provider takes.
    func tokensToKeep(
        idToken: Text?, accessToken: Text, _ provider: Provider, _ metadata: ProviderMetadata
    ) -> SessionTokens {
        var kept = SessionTokens()
        if settings.exposedTokens.contains("id") { kept.idToken = idToken }
        if settings.exposedTokens.contains("access") { kept.accessToken = accessToken }
        guard provider.settings.logout.isAtProvider, let endpoint = metadata.endSessionEndpoint else { return kept }
        kept.endSessionEndpoint = endpoint.text
        if provider.settings.logout.style == .openIDConnect, let idToken,
            idToken.count <= EndSessionRequest.longestIDTokenHint
        {
            kept.idToken = idToken
        }
        return kept
    }
}
