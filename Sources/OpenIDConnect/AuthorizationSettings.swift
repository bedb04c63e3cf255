package import Basics
package import JOSE

/// How the client requests authorization, and what it requires of the response.
package struct AuthorizationSettings: Sendable {
    package var responseMode = ResponseMode.query
    /// The only algorithms accepted for a signed response; nil for those of the provider's metadata.
    package var responseAlgorithms: [SigningAlgorithm]?
    /// Whether requests are pushed even if the provider does not require it (RFC 9126 6).
    package var requiresPushedRequests = false
    /// Whether every response must contain "iss", even if the provider does not announce it (FAPI 2.0 Security Profile
    /// 5.3.3).
    package var requiresResponseIssuer = false
    /// Whether logins do without PKCE, for a provider that refuses it. A stolen code then rests on the nonce alone.
    package var omitsCodeChallenge = false
    /// Whether an ID token may lack the nonce of its login; a wrong one is refused all the same.
    package var allowsMissingNonce = false
    /// Nil for unsigned requests.
    package var requestObjectAlgorithm: SigningAlgorithm?
    /// The ID token's acr must be one of these; empty if any will do (OIDC Core 5.5.1.1).
    package var requiredContexts: [Text] = []
    /// Whether the ID token must contain auth_time even without max_age (OIDC Core 2).
    package var requiresAuthenticationTime = false

    package init() {}
}
