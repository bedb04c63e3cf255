package import Basics

/// The request to the provider (OIDC Core 3.1.2.1).
package struct AuthorizationRequest: Sendable {
    package let client: Client
    let fields: [FormEncoding.Field]

    /// `parameters`: scope, prompt and anything else that the configuration adds. `nonce`: nil for a plain OAuth 2.0 server,
    /// which has no ID token to contain it.
    package init(
        client: Client, parameters: [FormEncoding.Field], state: Text, nonce: Text?, codeVerifier: CodeVerifier
    ) throws(Failure) {
        self.client = client
        var fields: [FormEncoding.Field] = []
        fields.reserveCapacity(parameters.count + 8)
        fields.append(.init("response_type", "code"))
        fields.append(.init("client_id", client.id))
        fields.append(.init("redirect_uri", client.redirectURI.text))
        // "query" is the default for a code (OAuth 2.0 Multiple Response Type Encoding Practices 2.1).
        let mode = client.authorization.responseMode
        if mode != .query { fields.append(.init("response_mode", mode.name)) }
        fields += parameters
        fields.append(.init("state", state))
        if let nonce { fields.append(.init("nonce", nonce)) }
        if !client.authorization.omitsCodeChallenge {
            fields.append(.init("code_challenge", try codeVerifier.challenge()))
            fields.append(.init("code_challenge_method", "S256"))
        }
        self.fields = fields
    }

    /// The URL for the browser, with all parameters in it; with a `requestObject`, the parameters are in that instead. Those
    /// that OAuth 2.0 and OpenID Connect require of every request stay next to it (OIDC Core 6.1, RFC 9101 5).
    package func url(at metadata: ProviderMetadata, requestObject: Text? = nil) -> Text {
        guard let requestObject else { return metadata.authorizationEndpoint.adding(fields) }
        let outside = fields.filter { ["response_type", "client_id", "redirect_uri", "scope"].contains($0.name) }
        return metadata.authorizationEndpoint.adding(outside + [.init("request", requestObject)])
    }

    /// The URL for the browser after the request was pushed (RFC 9126 4).
    package func url(at metadata: ProviderMetadata, requestURI: Text) -> Text {
        metadata.authorizationEndpoint.adding([.init("client_id", client.id), .init("request_uri", requestURI)])
    }
}
