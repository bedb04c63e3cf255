package import Basics
package import Cryptography
import Environment
package import JSON
package import OpenIDConnect
import Settings

/// The steps after a successful authorization response, or of a device whose user has signed in: the tokens, and the user
/// that they identify.
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
        /// Where logouts go.
        package let endSessionEndpoint: AbsoluteURL?
    }

    fileprivate func redeem(
        _ grant: TokenGrant, nonce: Text?, maxAge: Int64?, then answered: () -> Void
    ) throws(Failure) -> Outcome {
        if let server = provider.settings.oauth2 { return try redeem(grant, at: server, then: answered) }
        try requireUserInfoEndpoint()
        let response = try TokenResponse(validating: send(grant), isBound: proofKey != nil, to: requestName)
        answered()
        guard let token = response.idToken else { throw Failure(.idTokenMissing, "the response has no id_token") }
        let validation = IDTokenValidation(
            client: provider.client, metadata: metadata, nonce: nonce, maxAge: maxAge ?? provider.settings.maxAge,
            now: now.seconds)
        let idToken = try validation.decrypt(token)
        let claims = try validate(idToken, validation, accessToken: response.accessToken)
        return Outcome(
            claims: try addingUserInfo(to: claims, accessToken: response.accessToken), idToken: idToken.text,
            response: response, proofKey: proofKey, statements: try .init(in: claims, nonce: nonce ?? ""),
            endSessionEndpoint: metadata.endSessionEndpoint)
    }
}

extension Provider {
    /// The tokens for the grant of a login, and the user that they identify. `nonce`: nil if the login had none to send.
    /// `maxAge`: of this login, if it sets its own limit; at most what the provider's settings say. `answered` is called
    /// once the provider has given tokens, so that the grant is used up.
    package func redeem(
        _ grant: TokenGrant, _ metadata: ProviderMetadata, nonce: Text?, maxAge: Int64?, _ context: FlowContext,
        then answered: () -> Void = {}
    ) throws(Failure) -> TokenExchange.Outcome {
        try TokenExchange(self, metadata, context).redeem(grant, nonce: nonce, maxAge: maxAge, then: answered)
    }
}
