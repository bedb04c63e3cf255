package import Basics
import Cryptography
import Environment
package import JSON
package import OpenIDConnect
import Settings

/// The steps after a successful authorization response: the tokens, and the user that they identify.
package struct CodeExchange {
    /// What a login knows about the user at its end.
    package struct Outcome {
        /// After every check of their sources.
        package let claims: JSONObject
        /// Signed, not encrypted: only this client can read the encrypted one. Nil without OpenID Connect.
        package let idToken: Text?
        package let accessToken: Text?
    }

    let provider: Provider
    let metadata: ProviderMetadata
    let codeVerifier: CodeVerifier
    let nonce: Text
    /// Of this login; at most what the provider's settings say.
    private let maxAge: Int64?
    let context: FlowContext
    /// The key that the access token is bound to, a new one each time; nil if it is unbound.
    let proofKey: PrivateKey?

    var now: Now { context.now }

    package init(
        _ provider: Provider, _ metadata: ProviderMetadata, codeVerifier: CodeVerifier, nonce: Text,
        maxAge: Int64?, _ context: FlowContext
    ) throws(Failure) {
        self.provider = provider
        self.metadata = metadata
        self.codeVerifier = codeVerifier
        self.nonce = nonce
        self.maxAge = maxAge ?? provider.settings.maxAge
        self.context = context
        proofKey = provider.client.tokens.bindsAccessTokens ? try Self.makeProofKey(context) : nil
    }

    private static func makeProofKey(_ context: FlowContext) throws(Failure) -> PrivateKey {
        let entry = try context.entry { () throws(Failure) in .proofKey(try PrivateKey.generate(.p256)) }
        guard case .proofKey(let key) = entry else { throw Journal.strayed }
        return key
    }

    package func redeem(_ code: Text) throws(Failure) -> Outcome {
        if let server = provider.settings.oauth2 { return try redeem(code, at: server) }
        try requireUserInfoEndpoint()
        let tokens = try requestTokens(code)
        let idToken = try validation.decrypt(tokens.idToken)
        let claims = try addingUserInfo(to: validate(idToken, accessToken: tokens.accessToken), tokens)
        return Outcome(claims: claims, idToken: idToken.text, accessToken: tokens.accessToken)
    }

    private func addingUserInfo(to claims: JSONObject, _ tokens: TokenResponse) throws(Failure) -> JSONObject {
        guard let userInfo = try requestUserInfo(tokens, idTokenClaims: claims) else {
            return addingSourcedClaims(of: [claims], to: claims)
        }
        return addingSourcedClaims(of: [claims, userInfo], to: UserInfo.merge(userInfo, under: claims))
    }

    private func requestTokens(_ code: Text) throws(Failure) -> TokenResponse {
        let response = try send(to: .authorizationServer) { (proof) throws(Failure) in
            try tokenRequest(code, proof).encoded(for: metadata)
        }
        return try TokenResponse(validating: response, isBound: proofKey != nil, to: tokenRequestName)
    }

    /// For messages.
    var tokenRequestName: Text {
        provider.client.naming("the token request", to: metadata.tokenEndpoint, of: metadata)
    }

    func tokenRequest(_ code: Text, _ proof: DPoPProof? = nil) throws(Failure) -> TokenRequest {
        TokenRequest(
            client: provider.client, grant: .authorizationCode(code, of: provider.client, codeVerifier),
            assertionID: try context.newID(), now: now.seconds, proof: proof)
    }

    private var validation: IDTokenValidation {
        IDTokenValidation(
            client: provider.client, metadata: metadata, nonce: nonce, maxAge: maxAge,
            now: now.seconds)
    }

    /// The claims of the ID token.
    private func validate(
        _ idToken: IDTokenValidation.SignedToken, accessToken: Text?
    ) throws(Failure) -> JSONObject {
        try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try validation.validate(idToken, accessToken: accessToken, keys: keys)
        }
    }
}
