package import Basics
package import JOSE
import JSON

/// What an issuer of aggregated or distributed claims says of itself (OIDC Discovery 3). It need not be a provider that
/// users sign in at, so it has less than ProviderMetadata.
package struct ClaimsProviderMetadata: Sendable {
    package let jwksURI: AbsoluteURL
    /// Those that its tokens may be signed with.
    package let signingAlgorithms: [SigningAlgorithm]

    /// Validates the answer to a request for the metadata of `issuer`.
    package init(validating response: HTTPResponse, issuer: AbsoluteURL) throws(Failure) {
        let members = try response.jsonObject(orFailWith: .metadataInvalid, what: "a claims provider's metadata")
        let reader = MetadataReader(members: members, isSecure: issuer.isSecure)
        guard try reader.text("issuer") == issuer.text else {
            throw Failure(
                .metadataIssuerMismatch, "the metadata of \(issuer.text.forMessage) is that of another issuer")
        }
        jwksURI = try reader.endpoint("jwks_uri")
        signingAlgorithms = try reader.algorithms("id_token_signing_alg_values_supported")
    }
}
