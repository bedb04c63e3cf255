package import Basics
import Cryptography
package import JOSE
package import JSON

/// Every check of an ID token from the token endpoint: OIDC Core 3.1.3.7, in its order, and the additions of RFC 8725.
///
/// A value: the caller supplies the keys and the time. Nothing is skipped because it is missing.
package struct IDTokenValidation {
    /// The maximum age of a token made for this very login, in seconds: far more than any login takes.
    package static let longestAge: Int64 = 24 * 60 * 60

    let client: Client
    let metadata: ProviderMetadata
    /// The nonce of the authorization request; nil if there was none, as for a device.
    let nonce: Text?
    /// The max_age of the authorization request, in seconds.
    let maxAge: Int64?
    /// The login that a refreshed token must be about; nil for the token of a login.
    let original: OriginalLogin?
    /// Seconds since 1970-01-01 UTC.
    let now: Int64

    package init(client: Client, metadata: ProviderMetadata, nonce: Text?, maxAge: Int64?, now: Int64) {
        self.client = client
        self.metadata = metadata
        self.nonce = nonce
        self.maxAge = maxAge
        self.now = now
        original = nil
    }

    /// For a refreshed token (12.2). max_age has been judged at the login.
    package init(client: Client, metadata: ProviderMetadata, refreshing original: OriginalLogin, now: Int64) {
        self.client = client
        self.metadata = metadata
        nonce = original.statements.nonce
        maxAge = nil
        self.now = now
        self.original = original
    }

    private var claimsValidation: ClaimsValidation {
        ClaimsValidation(client: client, issuer: metadata.issuer, maxAge: maxAge, now: now)
    }

    /// A token whose required encryption has been removed; only `decrypt` makes one.
    package struct SignedToken {
        package let text: Text

        fileprivate init(_ text: Text) { self.text = text }
    }

    /// The claims of a token that passes every check. Fails with `.idTokenKeyUnknown` when `keys` has no key for it: the
    /// provider may have new ones.
    package func validate(_ token: SignedToken, accessToken: Text?, keys: JWKSet) throws(Failure) -> JSONObject {
        guard let jws = JWS(token.text) else {
            throw Failure(.idTokenMalformed, "the ID token \(JWS.problem(of: token.text))")
        }
        let claims = jws.payload
        try validateType(jws)
        let algorithm = try validateOrigin(of: jws)
        try claimsValidation.validateSubject(claims)
        try verifySignature(jws, algorithm: algorithm, keys: keys)
        try validateTimes(claims)
        try validateNonce(claims)
        try claimsValidation.validateAuthenticationTime(claims)
        try claimsValidation.validateAuthenticationContext(claims)
        try validateAccessTokenHash(jws, accessToken: accessToken, algorithm: algorithm)
        try original?.validate(claims)
        return claims
    }

    /// Who issued it and for whom, and with which algorithm: the same for every token that is signed like an ID token.
    /// `isForClient`: false if its audience was judged before.
    func validateOrigin(of jws: JWS, isForClient: Bool = true) throws(Failure) -> SigningAlgorithm {
        try claimsValidation.validateIssuer(jws.payload)
        if isForClient {
            try claimsValidation.validateAudience(jws.payload)
            try claimsValidation.validateAuthorizedParty(jws.payload)
        }
        return try validateAlgorithm(jws)
    }

    /// The signed token inside the token endpoint's ID token. 3.1.3.7 (1): if encryption was registered, an unencrypted token
    /// is refused; if it was not, an encrypted one is refused later: it has five parts, unlike any JWS.
    package func decrypt(_ token: Text) throws(Failure) -> SignedToken {
        guard let encryption = client.tokens.idTokenEncryption else { return SignedToken(token) }
        guard token.hasFiveParts else {
            throw Failure(
                .idTokenMalformed, "the ID token is not encrypted, but id_token_encrypted_response_alg requires it")
        }
        guard let plaintext = try client.decrypt(token, encryption, isNested: true) else {
            throw Failure(
                .idTokenUndecryptable,
                "the ID token cannot be decrypted; compare alg, enc and the client's key with the registration")
        }
        return SignedToken(Text(validating: plaintext) ?? "")
    }

    /// RFC 8725 3.11: a JWT with another explicit type, such as "at+jwt" or "logout+jwt", is not an ID token.
    private func validateType(_ jws: JWS) throws(Failure) {
        guard let type = jws.type, !type.isJWTType else { return }
        throw Failure(.idTokenTypeRefused, "the ID token's typ is \(type.forMessage)")
    }

    /// 3.1.3.7 (7): the algorithm was agreed on: configured, otherwise listed by the provider; never merely the token's own
    /// choice. "none" is not an algorithm here.
    private func validateAlgorithm(_ jws: JWS) throws(Failure) -> SigningAlgorithm {
        let allowed = client.allowedAlgorithms ?? metadata.signingAlgorithms
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), allowed.contains(algorithm) else {
            throw Failure(
                .idTokenAlgorithmRefused,
                "the ID token's alg \(jws.algorithm.forMessage) is not allowed for this provider")
        }
        return algorithm
    }

    /// 3.1.3.7 (6): the signature, with a key of the issuer's JWK set. (8): a MAC, with the client secret's bytes.
    private func verifySignature(_ jws: JWS, algorithm: SigningAlgorithm, keys: JWKSet) throws(Failure) {
        switch try client.verify(jws, algorithm: algorithm, keys: usable(keys, for: jws.payload)) {
        case .genuine: return
        case .forged: throw Failure(.idTokenSignatureInvalid, "the ID token's signature is wrong")
        case .keyUnknown: throw Failure(.idTokenKeyUnknown, "the provider's JWK set has no key for the ID token")
        }
    }

    /// 3.1.3.7 (9): "The current time MUST be before the time represented by the exp Claim." (10): iat, which is required
    /// (2), "can be used to reject tokens that were issued too far away from the current time". nbf: RFC 7519 4.1.5.
    private func validateTimes(_ claims: JSONObject) throws(Failure) {
        let expiry = try claimsValidation.seconds("exp", claims)
        let issuedAt = try claimsValidation.seconds("iat", claims)
        let notBefore = claims["nbf"] == nil ? nil : try claimsValidation.seconds("nbf", claims)
        guard now < expiry + ClaimsValidation.leeway else {
            throw Failure(.idTokenExpired, "the ID token expired \(now - expiry) seconds ago; check the clocks")
        }
        guard issuedAt <= now + ClaimsValidation.leeway else {
            throw Failure(
                .idTokenIssuedInFuture,
                "the ID token was issued \(issuedAt - now) seconds in the future; check the clocks")
        }
        guard issuedAt > now - Self.longestAge else {
            throw Failure(.idTokenTooOld, "the ID token was issued more than a day ago")
        }
        guard notBefore.map({ $0 <= now + ClaimsValidation.leeway }) ?? true else {
            throw Failure(.idTokenNotYetValid, "the ID token is not valid yet; check the clocks")
        }
    }

    /// 3.1.3.7 (11): "a nonce Claim MUST be present and its value checked". 12.2: optional in a refreshed token.
    private func validateNonce(_ claims: JSONObject) throws(Failure) {
        guard let nonce else { return }
        if claims["nonce"] == nil, original != nil || client.authorization.allowsMissingNonce { return }
        guard let stated = claims["nonce"]?.text, isEqualInConstantTime(stated.bytes, nonce.bytes) else {
            throw Failure(
                .idTokenNonceMismatch, "the ID token is not for this login: its nonce is wrong or missing")
        }
    }

    /// 3.1.3.8: at_hash, if present, is the left half of the access token's hash, with the hash of the token's algorithm.
    private func validateAccessTokenHash(
        _ jws: JWS, accessToken: Text?, algorithm: SigningAlgorithm
    ) throws(Failure) {
        guard let stated = jws.payload.nonEmpty("at_hash") else { return }
        let expected = try jws.tokenHash(
            of: TokenResponse.require(accessToken, for: "the ID token's at_hash"), algorithm: algorithm)
        guard let stated = stated.text, isEqualInConstantTime(stated.bytes, expected.bytes) else {
            throw Failure(.idTokenAccessTokenHashMismatch, "the ID token's at_hash does not match the access token")
        }
    }
}
