package import Basics
package import Cryptography
package import JOSE
import JSON

/// How the client makes the JWTs that authenticate it (OIDC Core 9, RFC 7523 2.2).
package struct ClientAssertionSettings: Sendable {
    package enum Audience: Sendable {
        /// As in FAPI 2.0 and draft-ietf-oauth-rfc7523bis: no other server can pass such a JWT on as its own.
        case issuer
        /// As in OIDC Core 9.
        case tokenEndpoint
        /// The address that the request goes to, for servers that accept nothing else with pushed requests, although RFC
        /// 9126 2 requires them to accept both of the above.
        case endpoint
    }

    /// For private_key_jwt.
    package var key: PrivateKey?
    package var keyID: Text?
    /// Nil for the first algorithm for the key that the provider lists; HS256 for a secret.
    package var algorithm: SigningAlgorithm?
    package var audience = Audience.issuer
    /// The team that signs the client secret, at Apple; nil if a client secret is text.
    package var team: Text?

    package init() {}

    fileprivate func audience(of metadata: ProviderMetadata, at endpoint: AbsoluteURL) -> Text {
        switch audience {
        case .issuer: metadata.issuer
        case .tokenEndpoint: metadata.tokenEndpoint.text
        case .endpoint: endpoint.text
        }
    }
}

extension Client {
    /// `request` to `endpoint` as messages name it: with the audience of the client's JWT, if there is one, to which
    /// providers that refuse it object most often.
    package func naming(_ request: Text, to endpoint: AbsoluteURL, of metadata: ProviderMetadata) -> Text {
        guard authenticationMethod?.usesAssertion ?? false else { return request }
        let audience = assertion.audience(of: metadata, at: endpoint).forMessage
        return "\(request), with a JWT for \(audience), which client_assertion_audience changes"
    }
}

/// One such JWT, for one request (RFC 7523 3).
struct ClientAssertion {
    /// "jti", never used before.
    let id: Text
    let now: Int64

    /// Seconds. Long enough for a slow clock, short enough to be of little use to anyone who sees it.
    static let lifetime: Int64 = 60

    /// `endpoint`: the recipient.
    func signed(by client: Client, for metadata: ProviderMetadata, at endpoint: AbsoluteURL) throws(Failure) -> Text {
        guard let key = client.assertion.key else {
            throw Failure(.configurationInvalid, "private_key_jwt requires a client_private_key")
        }
        guard let algorithm = client.assertion.algorithm ?? Self.algorithm(for: key.kind, metadata) else {
            throw Failure(.configurationInvalid, "the client_private_key cannot sign")
        }
        return try JWS.sign(
            claims(client, metadata, endpoint), header: header(client.assertion.keyID), with: key, algorithm: algorithm)
    }

    func authenticated(
        by client: Client, with secret: Secret, for metadata: ProviderMetadata, at endpoint: AbsoluteURL
    ) throws(Failure) -> Text {
        try JWS.authenticate(
            claims(client, metadata, endpoint), header: header(nil), with: secret,
            algorithm: client.assertion.algorithm ?? .hs256)
    }

    /// The first of our algorithms for the key that the provider lists; our first one if it lists none of them.
    private static func algorithm(for kind: KeyKind, _ metadata: ProviderMetadata) -> SigningAlgorithm? {
        let fitting = SigningAlgorithm.allCases.filter { $0.fits(kind) }
        let listed = metadata.tokenEndpointSigningAlgorithms ?? []
        return fitting.first { listed.contains($0.name) } ?? fitting.first
    }

    /// "JWT", because servers that check "typ" know it; draft-ietf-oauth-rfc7523bis defines a separate type, which older
    /// ones refuse.
    private func header(_ keyID: Text?) -> JWS.Header { .init(type: "JWT", keyID: keyID) }

    /// Without "nbf": a provider with a slow clock would refuse it.
    private func claims(_ client: Client, _ metadata: ProviderMetadata, _ endpoint: AbsoluteURL) -> JSONObject {
        var claims = JSONObject()
        claims["iss"] = .string(client.id)
        claims["sub"] = .string(client.id)
        claims["aud"] = .string(client.assertion.audience(of: metadata, at: endpoint))
        claims["jti"] = .string(id)
        claims["iat"] = .integer(now)
        claims["exp"] = .integer(now + Self.lifetime)
        return claims
    }
}
