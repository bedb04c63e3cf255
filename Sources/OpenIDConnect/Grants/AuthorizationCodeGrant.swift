package import Basics

extension TokenGrant {
    /// The code of an authorization response (OIDC Core 3.1.3.1), with the code verifier of its login (RFC 7636 4.5).
    package static func authorizationCode(_ code: Text, of client: Client, _ codeVerifier: CodeVerifier) -> TokenGrant {
        var parameters: [FormEncoding.Field] = [
            .init("code", code), .init("redirect_uri", client.redirectURI.text),
        ]
        if !client.authorization.omitsCodeChallenge { parameters.append(.init("code_verifier", codeVerifier.text)) }
        return TokenGrant(type: "authorization_code", parameters: parameters)
    }
}
