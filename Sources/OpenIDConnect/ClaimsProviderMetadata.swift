package import Basics
package import JOSE
import JSON

/// The metadata of an issuer of aggregated or distributed claims (OIDC Discovery 3). Users need not be able to sign in
/// there, so it has less than ProviderMetadata.
package struct ClaimsProviderMetadata: Sendable {
    package let jwksURI: AbsoluteURL
    /// The algorithms that may sign its tokens.
    package let signingAlgorithms: [SigningAlgorithm]

    /// Validates the answer to a request for the metadata of `issuer`.
    package init(validating response: HTTPResponse, issuer: AbsoluteURL) throws(Failure) {
        let members = try response.jsonObject(orFailWith: .metadataInvalid, what: "a claims provider's metadata")
        let reader = MetadataReader(members: members, isSecure: issuer.isSecure)
        guard try reader.text("issuer") == issuer.text else {
            throw Failure(
                .metadataIssuerMismatch, "the metadata of \(issuer.text.forMessage) names another issuer")
        }
        jwksURI = try reader.endpoint("jwks_uri")
        signingAlgorithms = try reader.algorithms("id_token_signing_alg_values_supported")
    }
}
