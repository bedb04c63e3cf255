package import Basics
package import Cryptography
import Environment
package import JSON
package import OpenIDConnect
import Settings

/// The steps after a successful authorization response: the tokens, and the user that they identify.
extension TokenExchange {
    /// What a login knows about the user at its end.
    package struct Outcome {
        /// After every check of their sources.
        package let claims: JSONObject
        /// Signed, not encrypted: only this client can read the encrypted one. Nil without OpenID Connect.
        package let idToken: Text?
        package let response: TokenResponse
        package let proofKey: PrivateKey?
        /// What a refreshed ID token must repeat; nil without one.
        package let statements: OriginalLogin.Statements?
    }

    /// `maxAge`: of this login, if it sets its own limit; at most what the provider's settings say.
    package func redeem(
        _ code: Text, _ codeVerifier: CodeVerifier, nonce: Text, maxAge: Int64?
    ) throws(Failure) -> Outcome {
        let response = try tokens(for: .authorizationCode(code, of: provider.client, codeVerifier))
        return try outcome(of: response, nonce: nonce, maxAge: maxAge)
    }

    /// What the token endpoint gives for the grant of a login.
    package func tokens(for grant: TokenGrant) throws(Failure) -> TokenResponse {
        guard provider.settings.oauth2 == nil else {
            return try TokenResponse(validating: send(grant), requiresIDToken: false, to: requestName)
        }
        try requireUserInfoEndpoint()
        return try TokenResponse(validating: send(grant), isBound: proofKey != nil, to: requestName)
    }

    /// The user that these tokens identify. `nonce`: nil if the login had none to send.
    package func outcome(of response: TokenResponse, nonce: Text?, maxAge: Int64?) throws(Failure) -> Outcome {
        if let server = provider.settings.oauth2 { return try outcome(of: response, at: server) }
        guard let token = response.idToken else { throw Failure(.idTokenMissing, "the response has no id_token") }
        let validation = IDTokenValidation(
            client: provider.client, metadata: metadata, nonce: nonce, maxAge: maxAge ?? provider.settings.maxAge,
            now: now.seconds)
        let idToken = try validation.decrypt(token)
        let claims = try validate(idToken, validation, accessToken: response.accessToken)
        return Outcome(
            claims: try addingUserInfo(to: claims, accessToken: response.accessToken), idToken: idToken.text,
            response: response, proofKey: proofKey, statements: try .init(in: claims, nonce: nonce ?? ""))
    }
}
