import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect

/// What follows an authorization response that says yes: the tokens, and who they say that the user is.
struct CodeExchange {
    let application: Application
    let provider: Provider
    let metadata: ProviderMetadata
    let transaction: LoginTransaction
    let now: Now

    /// The user's claims, after every check of what they come from, and the tokens that are kept.
    func claims(for code: Text) throws(Failure) -> (JSONObject, SessionTokens) {
        if let server = provider.settings.oauth2 { return try claims(for: code, from: server) }
        try requireUserInfoEndpoint()
        let tokens = try requestTokens(code)
        let claims = try addingUserInfo(to: validate(tokens), tokens)
        return (claims, tokensToKeep(idToken: tokens.idToken, accessToken: tokens.accessToken))
    }

    func tokensToKeep(idToken: Text?, accessToken: Text) -> SessionTokens {
        application.tokensToKeep(idToken: idToken, accessToken: accessToken, provider, metadata)
    }

    private func requestTokens(_ code: Text) throws(Failure) -> TokenResponse {
        try provider.requestTokens(tokenRequest(code), metadata)
    }

    func tokenRequest(_ code: Text) throws(Failure) -> TokenRequest {
        TokenRequest(
            client: provider.client, code: code, codeVerifier: transaction.codeVerifier,
            assertionID: Base64URL.encode(try application.environment.random.bytes(16)), now: now.seconds)
    }

    /// The claims of the ID token.
    private func validate(_ tokens: TokenResponse) throws(Failure) -> JSONObject {
        let validation = IDTokenValidation(
            client: provider.client, metadata: metadata, nonce: transaction.nonce, maxAge: provider.settings.maxAge,
            now: now.seconds)
        return try application.withKeys(of: provider, metadata, now, unless: .idTokenKeyUnknown) {
            (keys) throws(Failure) in
            try validation.validate(tokens.idToken, accessToken: tokens.accessToken, keys: keys)
        }
    }
}
