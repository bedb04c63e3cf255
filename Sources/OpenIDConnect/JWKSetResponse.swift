package import Basics
package import JOSE
import JSON

extension JWKSet {
    /// The media types that a JWK set may have (RFC 7517 8.5.2).
    package static var accept: HTTPHeader { HTTPHeader("Accept", "application/json, application/jwk-set+json") }

    /// Validates the answer to a request for a provider's jwks_uri (OIDC Discovery 3).
    package init(validating response: HTTPResponse) throws(Failure) {
        let object = try response.jsonObject(orFailWith: .jwkSetInvalid, what: "the provider's JWK set")
        guard let set = JWKSet(object) else {
            throw Failure(.jwkSetInvalid, "the provider's JWK set has no list of keys, or more than \(Self.mostKeys)")
        }
        self = set
    }
}
