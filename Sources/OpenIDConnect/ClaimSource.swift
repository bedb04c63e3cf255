package import Basics
package import JOSE
package import JSON

/// Another issuer that makes claims about the user (OIDC Core 5.6.2), as named by the provider.
package struct ClaimSource: Sendable {
    package enum Place: Equatable, Sendable {
        /// Aggregated claims: the token itself.
        case token(Text)
        /// Distributed claims: to be fetched, with this access token if there is one.
        case endpoint(AbsoluteURL, accessToken: Text?)
    }

    package let place: Place
    /// The only claims to accept from there.
    package let claimNames: [Text]

    /// More sources than this are ignored.
    package static let most = 8
    /// These never reach anyone: they may contain access tokens.
    package static var memberNames: [Text] { ["_claim_names", "_claim_sources"] }

    /// The sources in a document, in its order. Malformed ones are skipped.
    package static func read(_ document: JSONObject) -> [ClaimSource] {
        guard let names = document["_claim_names"]?.object, let sources = document["_claim_sources"]?.object else {
            return []
        }
        return sources.members.prefix(most).compactMap { source in
            let claimNames = names.members.filter { $0.value == .string(source.name) }.map { $0.name }
            guard !claimNames.isEmpty, let place = source.value.object.flatMap(readPlace) else { return nil }
            return ClaimSource(place: place, claimNames: claimNames)
        }
    }

    private static func readPlace(_ members: JSONObject) -> Place? {
        if let token = members["JWT"]?.text { return .token(token) }
        guard let endpoint = members["endpoint"]?.text.flatMap({ AbsoluteURL($0) }) else { return nil }
        guard let accessToken = members["access_token"] else { return .endpoint(endpoint, accessToken: nil) }
        guard let text = accessToken.text, text.isVisibleASCII,
            (1...TokenResponse.longestAccessToken).contains(text.count)
        else { return nil }
        return .endpoint(endpoint, accessToken: text)
    }

    /// 5.6.2.2: with the source's own access token, never with that of the login.
    package static func request(at endpoint: AbsoluteURL, accessToken: Text?) -> HTTPRequest {
        let authorization = accessToken.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []
        return HTTPRequest(.get, endpoint, headers: authorization + [HTTPHeader("Accept", "application/jwt")])
    }
}

/// A JWT with claims of another issuer, not yet verified.
package struct ClaimsToken {
    /// The expected signer.
    package let issuer: Text
    private let jws: JWS

    /// "sub", a name assigned by the issuer (5.6.2).
    package var subject: JSON? { jws.payload["sub"] }

    package init(_ token: Text) throws(Failure) {
        guard let jws = JWS(token), jws.type?.isJWTType ?? true, let issuer = jws.payload["iss"]?.text else {
            throw Self.invalid("is not a signed JWT of an issuer")
        }
        self.jws = jws
        self.issuer = issuer
    }

    /// The response of a claims endpoint.
    package init(validating response: HTTPResponse) throws(Failure) {
        guard response.status == 200, response.isJWT, let token = Text(validating: response.body) else {
            throw Self.invalid("could not be fetched: status \(response.status), or not application/jwt")
        }
        try self.init(token)
    }

    /// The claims of these names, if one of the issuer's keys verifies the signature. Fails with `.userInfoKeyUnknown`
    /// when `keys` has no key for it. "aud", if present, must name the client (RFC 7519 4.1.3).
    package func claims(
        _ names: [Text], keys: JWKSet, algorithms: [SigningAlgorithm], clientID: Text, now: Int64
    ) throws(Failure) -> JSONObject {
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), algorithms.contains(algorithm) else {
            throw Self.invalid("is signed with an algorithm that its issuer does not list")
        }
        switch jws.verify(with: keys, algorithm: algorithm) {
        case .genuine: break
        case .forged: throw Self.invalid("has a wrong signature")
        case .keyUnknown: throw Failure(.userInfoKeyUnknown, "the issuer of a claim source has no key for its token")
        }
        guard jws.payload["aud"] == nil || jws.payload.isFor(clientID) else {
            throw Self.invalid("is for another client")
        }
        guard jws.payload.isCurrent(now) else { throw Self.invalid("has expired, or is not valid yet") }
        var claims = JSONObject()
        for name in names { claims[name] = jws.payload[name] }
        return claims
    }

    private static func invalid(_ message: Text) -> Failure {
        Failure(.userInfoInvalid, "the token of a claim source \(message)")
    }
}
