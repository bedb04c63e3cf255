package import Basics
package import JOSE
import JSON

/// An authorization request as a signed JWT (RFC 9101 4).
package struct RequestObject {
    /// "jti", never used before.
    let id: Text
    let now: Int64

    /// Seconds. The browser takes it to the provider at once.
    private static let lifetime: Int64 = 300
    /// Seconds that the provider's clock may be slow. FAPI 2.0 Message Signing 5.3.2 requires "nbf", at most an hour old.
    private static let leeway: Int64 = 60

    package init(id: Text, now: Int64) {
        self.id = id
        self.now = now
    }

    package func signed(
        _ request: AuthorizationRequest, algorithm: SigningAlgorithm, for metadata: ProviderMetadata
    ) throws(Failure) -> Text {
        guard let key = request.client.assertion.key else {
            throw Failure(
                .configurationInvalid, "request_object_signing_alg requires a client_private_key")
        }
        // RFC 9101 10.8: an explicit type, so it is not mistaken for anything else.
        let header = JWS.Header(type: "oauth-authz-req+jwt", keyID: request.client.assertion.keyID)
        return try JWS.sign(try claims(request, metadata), header: header, with: key, algorithm: algorithm)
    }

    /// Without "sub": with the client's id it could be mistaken for a client assertion (RFC 9101 10.8).
    private func claims(_ request: AuthorizationRequest, _ metadata: ProviderMetadata) throws(Failure) -> JSONObject {
        var claims = JSONObject()
        claims["iss"] = .string(request.client.id)
        claims["aud"] = .string(metadata.issuer)
        claims["jti"] = .string(id)
        claims["iat"] = .integer(now)
        claims["nbf"] = .integer(now - Self.leeway)
        claims["exp"] = .integer(now + Self.lifetime)
        for field in request.fields { claims[field.name] = try Self.value(of: field) }
        return claims
    }

    /// In JSON, numbers are numbers (RFC 9101 4), and JSON from a URL parameter is JSON here (OIDC Core 6.1,
    /// RFC 9396 2).
    private static func value(of field: FormEncoding.Field) throws(Failure) -> JSON {
        switch field.name {
        case "max_age": if let seconds = field.value.asDecimal() { return .integer(seconds) }
        case "claims", "authorization_details": if let value = JSON(parsing: field.value.bytes) { return value }
        default: return .string(field.value)
        }
        throw Failure(.internalError, "the parameter \(field.name) cannot be written into a request object")
    }
}
