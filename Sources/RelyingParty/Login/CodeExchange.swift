import Basics
import Cryptography
import JSON
import OpenIDConnect
import Settings

/// What follows an authorization response that says yes: the tokens, and who they say that the user is.
struct CodeExchange {
    let application: Application
    let provider: Provider
    let metadata: ProviderMetadata
    let transaction: LoginTransaction
    let now: Now
    /// What was sent in confidence so far.
    let secrets: SentSecrets
    /// The key that the access token is bound to, a new one each time; nil if it is bound to none.
    let proofKey: PrivateKey?

    init(
        _ application: Application, _ provider: Provider, _ metadata: ProviderMetadata,
        _ transaction: LoginTransaction, now: Now, noting secrets: SentSecrets
    ) throws(Failure) {
        self.application = application
        self.provider = provider
        self.metadata = metadata
        self.transaction = transaction
        self.now = now
        self.secrets = secrets
        proofKey = provider.client.tokens.bindsAccessTokens ? try PrivateKey.generate(.p256) : nil
    }

    /// The user's claims, after every check of what they come from, and the tokens that are kept.
    func claims(for code: Text) throws(Failure) -> (JSONObject, SessionTokens) {
        if let server = provider.settings.oauth2 { return try claims(for: code, from: server) }
        try requireUserInfoEndpoint()
        let tokens = try requestTokens(code)
        let idToken = try validation.decrypt(tokens.idToken)
        let claims = try addingUserInfo(to: validate(idToken, accessToken: tokens.accessToken), tokens)
        // What is kept is the signed token: nobody but this client can read the encrypted one.
        return (claims, tokensToKeep(idToken: idToken.text, accessToken: tokens.accessToken))
    }

    private func addingUserInfo(to claims: JSONObject, _ tokens: TokenResponse) throws(Failure) -> JSONObject {
        guard let userInfo = try requestUserInfo(tokens, idTokenClaims: claims) else {
            return addingSourcedClaims(of: [claims], to: claims)
        }
        return addingSourcedClaims(of: [claims, userInfo], to: UserInfo.merge(userInfo, under: claims))
    }

    func tokensToKeep(idToken: Text?, accessToken: Text) -> SessionTokens {
        application.tokensToKeep(idToken: idToken, accessToken: accessToken, provider, metadata)
    }

    private func requestTokens(_ code: Text) throws(Failure) -> TokenResponse {
        let response = try send(to: .authorizationServer) { (proof) throws(Failure) in
            try tokenRequest(code, proof).encoded(for: metadata)
        }
        return try TokenResponse(validating: response, isBound: proofKey != nil)
    }

    func tokenRequest(_ code: Text, _ proof: DPoPProof? = nil) throws(Failure) -> TokenRequest {
        TokenRequest(
            client: provider.client, code: code, codeVerifier: transaction.codeVerifier,
            assertionID: try application.newID(), now: now.seconds, proof: proof)
    }

    private var validation: IDTokenValidation {
        IDTokenValidation(
            client: provider.client, metadata: metadata, nonce: transaction.nonce, maxAge: provider.settings.maxAge,
            now: now.seconds)
    }

    /// The claims of the ID token.
    private func validate(
        _ idToken: IDTokenValidation.SignedToken, accessToken: Text
    ) throws(Failure) -> JSONObject {
        try application.withKeys(of: provider, metadata, now, hiding: secrets, unless: .idTokenKeyUnknown) {
            (keys) throws(Failure) in
            try validation.validate(idToken, accessToken: accessToken, keys: keys)
        }
    }
}
