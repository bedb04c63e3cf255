package import Basics

/// Which access tokens of a provider the site itself accepts, as a protected resource.
package final class AccessTokenSettings: Sendable {
    /// Whether JWTs are verified here (RFC 9068).
    package let verifiesJWTs: Bool
    /// Whether the provider is asked about all others (RFC 7662).
    package let introspects: Bool
    /// One of these must be in "aud".
    package let audiences: [Text]
    /// All of these must be in "scope".
    package let scopes: [Text]
    /// Whether only tokens that are bound to a key are accepted (RFC 9449).
    package let requiresProof: Bool
    /// Whether an introspection may lack "aud".
    package let allowsMissingAudience: Bool
    /// Seconds that an introspection counts.
    package let introspectionLifetime: Int64

    package init(
        verifiesJWTs: Bool, introspects: Bool, audiences: [Text], scopes: [Text], requiresProof: Bool,
        allowsMissingAudience: Bool, introspectionLifetime: Int64
    ) {
        self.verifiesJWTs = verifiesJWTs
        self.introspects = introspects
        self.audiences = audiences
        self.scopes = scopes
        self.requiresProof = requiresProof
        self.allowsMissingAudience = allowsMissingAudience
        self.introspectionLifetime = introspectionLifetime
    }
}
