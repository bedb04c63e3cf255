package import Basics
package import JOSE
import JSON

extension JWKSet {
    /// Validates the answer to a request for a provider's jwks_uri (OIDC Discovery 3).
    package init(validating response: HTTPResponse) throws(Failure) {
        let object = try response.jsonObject(orFailWith: .jwkSetInvalid, what: "the provider's JWK set")
        guard let set = JWKSet(object) else {
            throw Failure(.jwkSetInvalid, "the provider's JWK set has no list of keys, or more than \(Self.mostKeys)")
        }
        self = set
    }
}
