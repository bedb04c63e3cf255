package import Basics
package import JOSE
import JSON

/// An authorization response that is one signed JWT (JARM 2.1), not yet validated.
package struct SignedAuthorizationResponse {
    private let jws: JWS

    /// The form-encoded parameters of the callback. Nothing relevant may be outside the JWT, where anyone with the browser
    /// could have written it.
    package init(parsing parameters: Text) throws(Failure) {
        guard let fields = FormEncoding.decode(parameters) else {
            throw Failure(.responseMalformed, "the provider's response has an invalid percent-encoding")
        }
        for name: Text in ["code", "error", "state"] where !fields.values(of: name).isEmpty {
            throw Failure(.responseMalformed, "the response has the parameter \(name) outside its JWT")
        }
        guard let jws = try Self.jws(in: fields) else {
            throw Failure(.responseMalformed, "the response is not signed, but response_mode requires it")
        }
        self.jws = jws
    }

    /// The state in the JWT, the only value that may be read before its signature is verified: it merely names a login, and
    /// must belong to one of this browser (JARM 2.4). Nil without a JWT.
    static func unverifiedState(in fields: [FormEncoding.Field]) throws(Failure) -> Text? {
        try jws(in: fields)?.payload["state"]?.text
    }

    /// Whether the JWT has an error, before its signature is verified. False without a JWT.
    static func unverifiedlyRefuses(_ fields: [FormEncoding.Field]) throws(Failure) -> Bool {
        try jws(in: fields)?.payload["error"] != nil
    }

    private static func jws(in fields: [FormEncoding.Field]) throws(Failure) -> JWS? {
        let responses = fields.values(of: "response")
        guard responses.count < 2 else {
            throw Failure(.responseMalformed, "the provider's response has two of the parameter response")
        }
        guard let response = responses.first else { return nil }
        guard let jws = JWS(response) else {
            throw Failure(.responseMalformed, "the response \(JWS.problem(of: response))")
        }
        return jws
    }

    /// The response in the JWT (JARM 2.4). Fails with `.responseKeyUnknown` when `keys` has no key for it: the provider may
    /// have new ones.
    package func validate(
        client: Client, metadata: ProviderMetadata, keys: JWKSet, now: Int64
    ) throws(Failure) -> AuthorizationResponse {
        try verifySignature(client, metadata, keys)
        let claims = jws.payload
        guard let issuer = claims["iss"]?.text else {
            throw Failure(.responseIssuerMissing, "the response's JWT has no iss")
        }
        guard issuer == metadata.issuer else {
            throw Failure(.responseIssuerMismatch, "the response came from the issuer \(issuer.forMessage)")
        }
        guard claims["aud"] == .string(client.id) || claims["aud"] == .array([.string(client.id)]) else {
            throw Failure(
                .responseAudienceMismatch, "the response's JWT is not for this client_id, or not for it alone")
        }
        guard let expiry = claims["exp"]?.seconds else {
            throw Failure(.responseMalformed, "the response's JWT has no exp, or one that is not a number of seconds")
        }
        guard now < expiry + ClaimsValidation.leeway else {
            throw Failure(.responseExpired, "the response expired \(now - expiry) seconds ago; check the clocks")
        }
        return try AuthorizationResponse(claims: claims)
    }

    /// With a configured algorithm, or one that the provider lists; never merely the token's own choice.
    private func verifySignature(_ client: Client, _ metadata: ProviderMetadata, _ keys: JWKSet) throws(Failure) {
        let allowed = client.authorization.responseAlgorithms ?? metadata.responseSigningAlgorithms
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), allowed.contains(algorithm) else {
            throw Failure(
                .responseAlgorithmRefused,
                "the response's alg \(jws.algorithm.forMessage) is not allowed for this provider")
        }
        switch jws.verify(with: keys, algorithm: algorithm) {
        case .genuine: return
        case .forged: throw Failure(.responseSignatureInvalid, "the response's signature is wrong")
        case .keyUnknown: throw Failure(.responseKeyUnknown, "the provider's JWK set has no key for the response")
        }
    }
}
