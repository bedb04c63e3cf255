import Basics
import JSON
import OpenIDConnect
import Settings

extension OAuth2Settings {
    /// What is known about the server without asking it.
    func metadata(issuer: Text) -> ProviderMetadata {
        ProviderMetadata(
            issuer: issuer, authorizationEndpoint: authorizationEndpoint, tokenEndpoint: tokenEndpoint,
            userInfoEndpoint: userInfoEndpoint)
    }

    /// The user's claims, as the map finds them in the server's answer. A claim that is absent or null is omitted.
    func claims(in profile: JSONObject, issuer: Text) throws(Failure) -> JSONObject {
        var claims = JSONObject()
        claims["iss"] = .string(issuer)
        for mapping in claimMap {
            let value = mapping.path.value(in: profile)
            if mapping.claim == "sub" {
                claims["sub"] = .string(try OAuth2User.subject(value))
            } else if let value, value != .null {
                claims[mapping.claim] = value
            }
        }
        return claims
    }
}

extension TokenExchange {
    /// Identifies the user of a plain OAuth 2.0 server. No ID token binds the answer to this login, as a nonce does in OpenID
    /// Connect: only PKCE ensures that the code belongs to this browser (RFC 9700 4.5.3).
    func redeem(
        _ grant: TokenGrant, at server: OAuth2Settings, then answered: () -> Void
    ) throws(Failure) -> Outcome {
        let response = try TokenResponse(validating: send(grant), requiresIDToken: false, to: requestName)
        answered()
        return Outcome(
            claims: try claims(of: response.accessToken, at: server), idToken: nil, response: response, proofKey: nil,
            statements: nil, endSessionEndpoint: nil)
    }

    /// Whose access token it is, as the server says.
    func claims(of accessToken: Text?, at server: OAuth2Settings) throws(Failure) -> JSONObject {
        let accessToken = try TokenResponse.require(accessToken, for: "a provider without ID tokens")
        let profile = try OAuth2User.profile(validating: ask(server.userInfoEndpoint, accessToken))
        var claims = try server.claims(in: profile, issuer: metadata.issuer)
        if let emails = server.emailsEndpoint, let email = try primaryEmail(accessToken, at: emails) {
            claims["email"] = .string(email)
            claims["email_verified"] = .bool(true)
        }
        return claims
    }

    private func primaryEmail(_ accessToken: Text, at endpoint: AbsoluteURL) throws(Failure) -> Text? {
        try OAuth2User.primaryEmail(validating: ask(endpoint, accessToken))
    }

    private func ask(_ endpoint: AbsoluteURL, _ accessToken: Text) throws(Failure) -> HTTPResponse {
        try provider.sendAsClient(context) { OAuth2User.request(accessToken: accessToken, at: endpoint) }
    }
}
