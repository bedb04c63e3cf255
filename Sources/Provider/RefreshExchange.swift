package import Basics
package import Cryptography
import Environment
package import JSON
package import OpenIDConnect
import Settings

/// The result of a refresh (RFC 6749 6, OIDC Core 12).
package struct RefreshedTokens: Sendable {
    /// The one to use next time; nil if the old one stays.
    package let refreshToken: Text?
    /// Nil if the response cannot be trusted: then only the refresh token is new.
    package fileprivate(set) var response: TokenResponse?
    /// Signed, not encrypted.
    package fileprivate(set) var idToken: Text?
    /// Nil if they stay as they are.
    package fileprivate(set) var claims: JSONObject?
    /// Why something stays as it is, although the refresh token was accepted.
    package fileprivate(set) var failure: Failure?

    /// Bytes of memory, roughly.
    var size: Int {
        // The claims are those of the ID token, for the most part.
        [refreshToken, response?.accessToken, response?.idToken, idToken, idToken].reduce(512) { $0 + ($1?.count ?? 0) }
    }
}

/// What a session has for a refresh.
package struct RefreshRequest: Sendable {
    let refreshToken: Text
    let proofKey: PrivateKey?
    /// Nil without OpenID Connect, for the subject alone.
    let original: OriginalLogin?
    let subject: Text

    package init(refreshToken: Text, proofKey: PrivateKey?, original: OriginalLogin?, subject: Text) {
        self.refreshToken = refreshToken
        self.proofKey = proofKey
        self.original = original
        self.subject = subject
    }
}

extension TokenExchange {
    /// Redeems a refresh token. Once the provider has accepted it, the one that it gave in exchange is never lost, whatever
    /// is wrong with the rest of the response.
    func refresh(_ request: RefreshRequest) throws(Failure) -> RefreshedTokens {
        let response = try TokenResponse(
            validatingRefresh: send(.refreshToken(request.refreshToken)), isBound: proofKey != nil,
            to: requestName)
        if let token = response.refreshToken { context.secrets.add(token) }
        var tokens = RefreshedTokens(refreshToken: response.refreshToken)
        do throws(Failure) {
            _ = try TokenResponse.require(response.accessToken, for: "a refresh")
            let claims = try validatedClaims(of: response, request, &tokens)
            tokens.response = response
            tokens.claims = try claims.map { (claims) throws(Failure) in try completed(claims, of: response, request) }
        } catch {
            if error.code.endsSession { throw error }
            tokens.failure = context.secrets.hide(in: error)
        }
        return tokens
    }

    /// Those of the ID token, or of the server's API; nil without any.
    private func validatedClaims(
        of response: TokenResponse, _ request: RefreshRequest, _ tokens: inout RefreshedTokens
    ) throws(Failure) -> JSONObject? {
        if let server = provider.settings.oauth2 {
            let claims = try claims(of: response.accessToken, at: server)
            guard claims["sub"]?.text == request.subject else {
                throw Failure(.idTokenSubjectMismatch, "the server's answer is about another subject")
            }
            return claims
        }
        guard let token = response.idToken, let original = request.original else { return nil }
        let validation = IDTokenValidation(
            client: provider.client, metadata: metadata, refreshing: original, now: now.seconds)
        let idToken = try validation.decrypt(token)
        let claims = try validate(idToken, validation, accessToken: response.accessToken)
        tokens.idToken = idToken.text
        return claims
    }

    /// All claims, by which the user may still sign in.
    private func completed(
        _ claims: JSONObject, of response: TokenResponse, _ request: RefreshRequest
    ) throws(Failure) -> JSONObject {
        let isOAuth2 = provider.settings.oauth2 != nil
        let all = isOAuth2 ? claims : try addingUserInfo(to: claims, accessToken: response.accessToken)
        if !isOAuth2 { _ = try SessionExpiry.read(all) }
        if let refusal = provider.settings.authorizationRules.refusal(of: all) {
            throw Failure(.userNotAllowed, refusal)
        }
        return all
    }
}
