import Basics
package import JOSE

/// In what form the provider sends tokens and UserInfo to this client, as it was registered (OIDC Registration 2).
package struct TokenSettings: Sendable {
    /// Nil: ID tokens are signed only.
    package var idTokenEncryption: TokenEncryption?
    /// The only algorithms that UserInfo may be signed with; nil: it is not signed.
    package var userInfoAlgorithms: [SigningAlgorithm]?
    /// Nil: UserInfo is not encrypted.
    package var userInfoEncryption: TokenEncryption?
    /// Needed for what is encrypted with a public key; the other algorithms use the client secret.
    package var decryptionKey: DecryptionKey?
    /// RFC 6750 2.2, for a provider that reads no Authorization header at its UserInfo endpoint.
    package var sendsAccessTokenInBody = false
    /// dpop_bound_access_tokens (RFC 9449 5.2).
    package var bindsAccessTokens = false

    package init() {}

    /// OIDC Core 5.3.2: an answer that is signed or encrypted is a JWT.
    package var hasUserInfoJWT: Bool { userInfoAlgorithms != nil || userInfoEncryption != nil }
}

/// "alg" and "enc" of a JWE, which are agreed on and never the token's choice.
package struct TokenEncryption: Equatable, Sendable {
    package let algorithm: KeyManagementAlgorithm
    package let encryption: ContentEncryption

    package init(algorithm: KeyManagementAlgorithm, encryption: ContentEncryption) {
        self.algorithm = algorithm
        self.encryption = encryption
    }
}

extension Client {
    /// What is in an encrypted token. Nil if it cannot be had, for whatever reason: who sends tokens learns nothing by it.
    /// `isNested`: whether there is a signed token inside (RFC 7519 5.2). `ownType`: what "typ" may be beside JWT.
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

    /// OIDC Core 10.2: the symmetric algorithms use a key made of the client secret.
    private func decryptionKeys(for algorithm: KeyManagementAlgorithm) throws(Failure) -> [DecryptionKey] {
        if algorithm.isSymmetric, let secret { return [DecryptionKey(.clientSecret(secret))] }
        if !algorithm.isSymmetric, let key = tokens.decryptionKey { return [key] }
        throw Failure(.configurationInvalid, "\(algorithm.name) needs a key, which is not configured")
    }

    /// Verifies a signature with the provider's keys, or a MAC with the client secret's bytes (OIDC Core 10.1): such an
    /// algorithm is only ever allowed by configuration, and no key from the network is used with it.
    func verify(_ jws: JWS, algorithm: SigningAlgorithm, keys: JWKSet) throws(Failure) -> JWS.Verdict {
        guard algorithm.isSymmetric else { return jws.verify(with: keys, algorithm: algorithm) }
        guard let secret else {
            throw Failure(.configurationInvalid, "\(algorithm.name) needs a client_secret, which is not configured")
        }
        return try jws.verify(with: secret, algorithm: algorithm)
    }
}

extension Text {
    /// "typ" or "cty" of a JWT that is for no special purpose, such as "at+jwt" is (RFC 8725 3.11).
    var isJWTType: Bool { isJWTType(or: nil) }

    /// Whether it is that, or the type of the one purpose that the token is to have.
    func isJWTType(or own: Text?) -> Bool {
        let type = lowercasedASCII()
        return type == "jwt" || type == own
    }

    /// Whether it has as many parts as a JWE in compact form.
    var hasFiveParts: Bool { bytes.count(of: 0x2E) == 4 }
}
