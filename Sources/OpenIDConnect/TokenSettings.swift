import Basics
package import JOSE

/// The registered form of tokens and UserInfo for this client (OIDC Registration 2).
package struct TokenSettings: Sendable {
    /// Nil: ID tokens are only signed.
    package var idTokenEncryption: TokenEncryption?
    /// The only algorithms accepted for signing UserInfo; nil if it is not signed.
    package var userInfoAlgorithms: [SigningAlgorithm]?
    /// Nil: UserInfo is not encrypted.
    package var userInfoEncryption: TokenEncryption?
    /// Required for public-key encryption; the other algorithms use the client secret.
    package var decryptionKey: DecryptionKey?
    /// RFC 6750 2.2, for a provider that ignores the Authorization header at its UserInfo endpoint.
    package var sendsAccessTokenInBody = false
    /// dpop_bound_access_tokens (RFC 9449 5.2).
    package var bindsAccessTokens = false

    package init() {}

    /// OIDC Core 5.3.2: a signed or encrypted response is a JWT.
    package var hasUserInfoJWT: Bool { userInfoAlgorithms != nil || userInfoEncryption != nil }
}

/// "alg" and "enc" of a JWE, agreed on in advance and never the token's choice.
package struct TokenEncryption: Equatable, Sendable {
    package let algorithm: KeyManagementAlgorithm
    package let encryption: ContentEncryption

    package init(algorithm: KeyManagementAlgorithm, encryption: ContentEncryption) {
        self.algorithm = algorithm
        self.encryption = encryption
    }
}

extension Client {
    /// The content of an encrypted token. Nil if it cannot be decrypted, for whatever reason: the sender learns nothing.
    /// `isNested`: whether the content is a signed token (RFC 7519 5.2). `ownType`: the value other than JWT that "typ" may
    /// have.
    func decrypt(
        _ token: Text, _ encryption: TokenEncryption, isNested: Bool, ownType: Text? = nil
    ) throws(Failure) -> [UInt8]? {
        guard let jwe = CompactJWE(token), jwe.type?.isJWTType(or: ownType) ?? true,
            isNested ? jwe.contentType?.isJWTType ?? false : jwe.contentType == nil
        else { return nil }
        let keys = try decryptionKeys(for: encryption.algorithm)
        let outcome = try jwe.decrypt(
            with: keys, algorithms: [encryption.algorithm], encryptions: [encryption.encryption])
        guard case .plaintext(let plaintext) = outcome else { return nil }
        return plaintext
    }

    /// OIDC Core 10.2: the symmetric algorithms use a key derived from the client secret.
    private func decryptionKeys(for algorithm: KeyManagementAlgorithm) throws(Failure) -> [DecryptionKey] {
        if algorithm.isSymmetric, let secret { return [DecryptionKey(.clientSecret(secret))] }
        if !algorithm.isSymmetric, let key = tokens.decryptionKey { return [key] }
        throw Failure(.configurationInvalid, "\(algorithm.name) requires a key, but none is configured")
    }

    /// Verifies a signature with the provider's keys, or a MAC with the client secret's bytes (OIDC Core 10.1): only the
    /// configuration can allow a MAC algorithm, and no key from the network is ever used with it.
    func verify(_ jws: JWS, algorithm: SigningAlgorithm, keys: JWKSet) throws(Failure) -> JWS.Verdict {
        guard algorithm.isSymmetric else { return jws.verify(with: keys, algorithm: algorithm) }
        guard let secret else {
            throw Failure(.configurationInvalid, "\(algorithm.name) requires a client_secret")
        }
        return try jws.verify(with: secret, algorithm: algorithm)
    }
}

extension Text {
    /// "typ" or "cty" of a JWT without a special purpose, unlike "at+jwt" (RFC 8725 3.11).
    var isJWTType: Bool { isJWTType(or: nil) }

    /// Whether it is that, or the type of the token's one purpose.
    func isJWTType(or own: Text?) -> Bool {
        let type = lowercasedASCII()
        return type == "jwt" || type == own
    }

    /// Whether it has as many parts as a JWE in compact form.
    var hasFiveParts: Bool { bytes.count(of: 0x2E) == 4 }
}
