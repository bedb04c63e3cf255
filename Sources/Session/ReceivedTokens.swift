package import Basics
package import Cryptography
import JSON
package import OpenIDConnect
package import Settings

/// The tokens that a provider gives at a login.
package struct ReceivedTokens {
    let response: TokenResponse
    /// Signed, not encrypted.
    let idToken: Text?
    let proofKey: PrivateKey?
    let statements: OriginalLogin.Statements?
    /// Seconds since 1970.
    let time: Int64

    package init(
        _ response: TokenResponse, idToken: Text?, proofKey: PrivateKey?, statements: OriginalLogin.Statements?,
        time: Int64
    ) {
        self.response = response
        self.idToken = idToken
        self.proofKey = proofKey
        self.statements = statements
        self.time = time
    }
}

extension SessionTokens {
    /// How long before its expiry an access token is refreshed, in seconds.
    private static let margin: Int64 = 60

    /// Keeps what the response says of the access token.
    package mutating func takeAccessToken(_ response: TokenResponse, at time: Int64) {
        accessToken = response.accessToken
        scope = response.scope ?? scope
        expiry = response.lifetime.map { time + $0 }
        refreshTime = response.lifetime.map { time + $0 - min(Self.margin, $0 / 2) }
    }
}

extension SessionWriter {
    /// What to keep of a login's tokens: those for the application, those for a refresh, and those for a logout at the
    /// provider.
    package func tokensToKeep(
        _ received: ReceivedTokens, at provider: ProviderSettings, endSessionEndpoint: AbsoluteURL?
    ) throws(Failure) -> SessionTokens {
        var kept = SessionTokens()
        guard keepsTokens else { return kept }
        let idToken = received.idToken
        if exposedTokens.contains(.id) { kept.idToken = idToken }
        if exposedTokens.contains(.access) {
            kept.takeAccessToken(received.response, at: received.time)
            _ = try TokenResponse.require(kept.accessToken, for: "expose_tokens")
        }
        if keepsRefreshTokens, let refreshToken = received.response.refreshToken {
            kept.refreshToken = refreshToken
            kept.proofKey = received.proofKey?.curveNumbers
            kept.statements = received.statements
            kept.claimsTime = received.time
        }
        guard provider.logout.isAtProvider, let endSessionEndpoint else { return kept }
        kept.endSessionEndpoint = endSessionEndpoint.text
        if provider.logout.style != .cognito, let idToken, EndSessionRequest.mayHint(with: idToken) {
            kept.idToken = idToken
        }
        return kept
    }
}
