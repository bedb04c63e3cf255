package import Basics
package import JOSE
package import JSON

/// Every check of an access token that a client presents here, as to a protected resource (RFC 9068 4, RFC 7662 2.2). A
/// value: the caller supplies the keys and the time.
package struct AccessTokenValidation {
    private let client: Client
    private let settings: AccessTokenSettings
    private let now: Int64

    /// Nil if the site accepts no tokens for this client.
    package init?(client: Client, now: Int64) {
        guard let settings = client.accessTokens else { return nil }
        self.client = client
        self.settings = settings
        self.now = now
    }

    // MARK: - JWTs

    /// Whether a token is a JWT made to be an access token (RFC 9068 4): no ID token is.
    package static func isAccessToken(_ jws: JWS) -> Bool {
        let type = jws.type?.lowercasedASCII()
        return type == "at+jwt" || type == "application/at+jwt"
    }

    /// Whether a JWT claims to be for this site.
    package func isForSite(_ jws: JWS) -> Bool { hasAudience(jws.payload) }

    /// Judges what needs no keys. Nothing in the token may be used before `verify`.
    package func validate(_ jws: JWS) throws(Failure) {
        let claims = jws.payload
        for name: Text in ["sub", "client_id", "jti"] where claims.nonEmpty(name)?.text == nil {
            throw Self.invalid("has no \(name)")
        }
        guard claims["exp"] != nil else { throw Self.invalid("has no exp") }
        try validateTimes(claims)
    }

    /// Judges who issued it, and verifies the signature: with a public key, whatever ID tokens have. Fails with
    /// `.accessTokenKeyUnknown` when `keys` has no key for it: the provider may have new ones.
    package func verify(_ jws: JWS, metadata: ProviderMetadata, keys: JWKSet) throws(Failure) {
        let judge = IDTokenValidation(client: client, metadata: metadata, nonce: "", maxAge: nil, now: now)
        let algorithm = try Self.asOfIDTokens { () throws(Failure) in
            try judge.validateOrigin(of: jws, isForClient: false)
        }
        guard !algorithm.isSymmetric else { throw Self.invalid("has a MAC instead of a signature") }
        switch jws.verify(with: judge.usable(keys, for: jws.payload), algorithm: algorithm) {
        case .genuine: return
        case .forged: throw Failure(.accessTokenSignatureInvalid, "the access token's signature is wrong")
        case .keyUnknown:
            throw Failure(.accessTokenKeyUnknown, "the provider's JWK set has no key for the access token")
        }
    }

    // MARK: - Introspection

    /// The claims of an introspection of an active token, with "iss", which may be missing.
    package func validate(introspected answer: JSONObject, issuer: Text) throws(Failure) -> JSONObject {
        var claims = answer
        for name: Text in ["token_type", "typ"] where !Self.isOfAccessTokens(claims.nonEmpty(name)) {
            throw Self.invalid("is not an access token by its \(name)")
        }
        guard claims["sub"]?.text != nil else { throw Self.invalid("belongs to nobody: its introspection has no sub") }
        guard settings.allowsMissingAudience && claims["aud"] == nil || hasAudience(claims) else {
            throw Self.invalid("is not for bearer_audience, or its introspection has no aud")
        }
        claims["iss"] = claims.nonEmpty("iss") ?? .string(issuer)
        try Self.asOfIDTokens { () throws(Failure) in
            try ClaimsValidation(client: client, issuer: issuer, maxAge: nil, now: now).validateIssuer(claims)
        }
        try validateTimes(claims)
        return claims
    }

    /// "token_type" (RFC 7662 2.2), and the names that some providers have instead. Refresh tokens are active, too.
    private static func isOfAccessTokens(_ type: JSON?) -> Bool {
        guard let type else { return true }
        let names: [Text] = ["bearer", "dpop", "access_token", "at+jwt", "jwt"]
        return type.text.map { names.contains($0.lowercasedASCII()) } ?? false
    }

    // MARK: - Both

    /// Judges the user and the scope of a token that is valid. `maxAge`: as for a login, at the time of issue.
    package func validateUse(of claims: JSONObject, maxAge: Int64?) throws(Failure) {
        try Self.asOfIDTokens { () throws(Failure) in
            let judge = ClaimsValidation(
                client: client, issuer: "", maxAge: maxAge, now: claims["iat"]?.seconds ?? now)
            try judge.validateSubject(claims)
            try judge.validateAuthenticationTime(claims)
            try judge.validateAuthenticationContext(claims)
        }
        let granted = claims["scope"]?.text?.split(at: " ") ?? []
        guard settings.scopes.allSatisfy(granted.contains) else {
            throw Failure(.insufficientScope, "the access token's scope lacks some of bearer_scopes")
        }
    }

    /// The thumbprint of the key that a token is bound to (RFC 9449 6); nil for none. Another binding (RFC 8705 3.1) cannot
    /// be examined here, and must not be ignored.
    package static func boundKey(of claims: JSONObject) throws(Failure) -> Text? {
        guard let confirmation = claims["cnf"] else {
            guard claims["token_type"]?.text?.lowercasedASCII() != "dpop" else {
                throw invalid("is of the type DPoP, but its introspection has no cnf")
            }
            return nil
        }
        guard let members = confirmation.object, members.members.count == 1, let thumbprint = members["jkt"]?.text
        else {
            throw invalid("is bound to something else than the key of a DPoP proof, or its cnf is malformed")
        }
        return thumbprint
    }

    private func hasAudience(_ claims: JSONObject) -> Bool { settings.audiences.contains { claims.isFor($0) } }

    /// "iat" is required: without it, the end of a user's sessions could not end the token.
    private func validateTimes(_ claims: JSONObject) throws(Failure) {
        guard let issuedAt = claims["iat"]?.seconds, issuedAt <= now + ClaimsValidation.leeway else {
            throw Self.invalid("has no iat, or one in the future; check the clocks")
        }
        guard claims.isCurrent(now) else { throw Self.invalid("has expired, or is not valid yet; check the clocks") }
    }

    /// Runs checks that ID tokens have, too.
    private static func asOfIDTokens<Result>(_ check: () throws(Failure) -> Result) throws(Failure) -> Result {
        do throws(Failure) {
            return try check()
        } catch {
            throw invalid("fails a check of ID tokens: \(error.message)")
        }
    }

    package static func invalid(_ problem: Text) -> Failure {
        Failure(.accessTokenInvalid, "the access token \(problem)")
    }
}
