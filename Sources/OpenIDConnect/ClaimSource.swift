package import Basics
package import JOSE
package import JSON

/// Somebody else who says something about the user (OIDC Core 5.6.2), as the provider names them.
package struct ClaimSource: Sendable {
    package enum Place: Equatable, Sendable {
        /// Aggregated claims: here they are.
        case token(Text)
        /// Distributed claims: they have to be fetched, with this access token if there is one.
        case endpoint(AbsoluteURL, accessToken: Text?)
    }

    package let place: Place
    /// The only claims to take from there.
    package let claimNames: [Text]

    /// More sources than this are not looked at.
    package static let most = 8
    /// These never reach anyone: access tokens can be in them.
    package static var memberNames: [Text] { ["_claim_names", "_claim_sources"] }

    /// The sources in a document, in its order. What is malformed is none.
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

/// A JWT with claims of somebody else, not yet verified.
package struct ClaimsToken {
    /// Who is to have signed it.
    package let issuer: Text
    private let jws: JWS

    /// "sub", which is a name that the issuer gives (5.6.2).
    package var subject: JSON? { jws.payload["sub"] }

    package init(_ token: Text) throws(Failure) {
        guard let jws = JWS(token), jws.type?.isJWTType ?? true, let issuer = jws.payload["iss"]?.text else {
            throw Self.invalid("is not a signed JWT of an issuer")
        }
        self.jws = jws
        self.issuer = issuer
    }

    /// The answer of a claims endpoint.
    package init(validating response: HTTPResponse) throws(Failure) {
        guard response.status == 200, response.isJWT, let token = Text(validating: response.body) else {
            throw Self.invalid("could not be fetched: status \(response.status), or no application/jwt")
        }
        try self.init(token)
    }

    /// The claims of these names, if the signature is that of a key of the issuer's. Fails with `.userInfoKeyUnknown`
    /// when `keys` has no key for it. "aud", where there is one, must name the client (RFC 7519 4.1.3).
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
