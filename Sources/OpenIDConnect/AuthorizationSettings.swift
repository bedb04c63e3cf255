package import Basics
package import JOSE

/// How the client asks for authorization, and what it wants to see in the answer.
package struct AuthorizationSettings: Sendable {
    package var responseMode = ResponseMode.query
    /// The only algorithms that a signed response may have; nil to go by the provider's metadata.
    package var responseAlgorithms: [SigningAlgorithm]?
    /// Whether requests are pushed also where the provider does not require it (RFC 9126 6).
    package var requiresPushedRequests = false
    /// Whether every response has to have an "iss", also where the provider does not announce it (FAPI 2.0 Security Profile
    /// 5.3.3).
    package var requiresResponseIssuer = false
    /// Nil for requests that are not signed.
    package var requestObjectAlgorithm: SigningAlgorithm?
    /// The ID token's acr has to be one of these; empty if it does not matter (OIDC Core 5.5.1.1).
    package var requiredContexts: [Text] = []
    /// Whether the ID token has to have auth_time also without max_age (OIDC Core 2).
    package var requiresAuthenticationTime = false

    package init() {}
}
