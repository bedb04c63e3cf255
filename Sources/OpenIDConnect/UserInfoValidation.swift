package import Basics
package import JOSE
package import JSON

/// Every check of a UserInfo response (OIDC Core 5.3.2, 5.3.4). A value: the caller supplies the keys and the time.
package struct UserInfoValidation {
    /// No specification defines a "typ" for UserInfo; this is glewlwyd's.
    private static var type: Text { "token-userinfo+jwt" }

    let client: Client
    /// From the ID token, which was validated.
    let issuer: Text
    let subject: Text
    /// Seconds since 1970-01-01 UTC.
    let now: Int64

    package init(client: Client, issuer: Text, subject: Text, now: Int64) {
        self.client = client
        self.issuer = issuer
        self.subject = subject
        self.now = now
    }

    /// The claims of a response about the ID token's user, in the registered form: plain is refused if signed is expected,
    /// and vice versa. Fails with `.userInfoKeyUnknown` when `keys` has no key for it: the provider may have new ones.
    package func validate(_ response: HTTPResponse, keys: JWKSet) throws(Failure) -> JSONObject {
        let claims = try client.tokens.hasUserInfoJWT ? readJWT(response, keys) : readPlain(response)
        // OIDC Core 5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match".
        guard claims["sub"]?.text == subject else {
            throw Failure(
                .userInfoSubjectMismatch, "UserInfo names a subject other than the ID token's, or none")
        }
        return claims
    }

    private func readPlain(_ response: HTTPResponse) throws(Failure) -> JSONObject {
        if response.status == 200, response.isJWT {
            throw invalid(
                "the response is a JWT; if the client is registered for that, set userinfo_signed_response_alg")
        }
        return try response.jsonObject(orFailWith: .userInfoInvalid, what: "UserInfo")
    }

    private func readJWT(_ response: HTTPResponse, _ keys: JWKSet) throws(Failure) -> JSONObject {
        guard response.status == 200 else { throw response.refusal(.providerStatus, "UserInfo") }
        // "If the UserInfo Response is signed and/or encrypted … the content-type MUST be application/jwt" (5.3.2).
        guard response.isJWT, let token = Text(validating: response.body) else {
            throw invalid("the response is not application/jwt, which userinfo_signed_response_alg requires")
        }
        let content = try decrypt(token)
        if client.tokens.userInfoAlgorithms != nil { return try readSigned(content, keys) }
        do throws(JSONProblem) {
            return try JSONObject(reading: content.bytes)
        } catch {
            throw invalid("the encrypted content \(error.sentence)")
        }
    }

    private func decrypt(_ token: Text) throws(Failure) -> Text {
        guard let encryption = client.tokens.userInfoEncryption else { return token }
        guard token.hasFiveParts else { throw invalid("the response is not encrypted") }
        let isNested = client.tokens.userInfoAlgorithms != nil
        guard let plaintext = try client.decrypt(token, encryption, isNested: isNested, ownType: Self.type) else {
            throw Failure(
                .userInfoUndecryptable,
                "UserInfo cannot be decrypted; compare alg, enc and the client's key with the registration")
        }
        guard let text = Text(validating: plaintext) else { throw invalid("the encrypted content is not UTF-8") }
        return text
    }

    /// 5.3.2: "iss" and "aud" SHOULD be present. Some providers omit them, and a plain response has neither: sent over TLS,
    /// for this access token, it is about the user. Those of another issuer or client are refused.
    private func readSigned(_ token: Text, _ keys: JWKSet) throws(Failure) -> JSONObject {
        guard let jws = JWS(token) else { throw invalid("the response \(JWS.problem(of: token))") }
        guard jws.type?.isJWTType(or: Self.type) ?? true else {
            throw invalid("the JWT's typ is for another purpose")
        }
        let allowed = client.tokens.userInfoAlgorithms ?? []
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), allowed.contains(algorithm) else {
            throw invalid("the JWT's alg \(jws.algorithm.forMessage) is not that of userinfo_signed_response_alg")
        }
        guard jws.payload["iss"].map({ $0.text == issuer }) ?? true else {
            throw invalid("the JWT's iss is another issuer's")
        }
        guard jws.payload["aud"] == nil || jws.payload.isFor(client.id) else {
            throw invalid("the JWT's aud does not contain this client_id")
        }
        switch try client.verify(jws, algorithm: algorithm, keys: keys) {
        case .genuine: break
        case .forged: throw Failure(.userInfoSignatureInvalid, "the signature of UserInfo is wrong")
        case .keyUnknown: throw Failure(.userInfoKeyUnknown, "the provider's JWK set has no key for UserInfo")
        }
        guard jws.payload.isCurrent(now) else { throw invalid("the JWT has expired, or is not valid yet") }
        return jws.payload
    }

    private func invalid(_ message: Text) -> Failure {
        Failure(.userInfoInvalid, "UserInfo: \(message)")
    }
}
