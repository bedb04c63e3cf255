package import Basics

/// The request to the provider (OIDC Core 3.1.2.1).
package struct AuthorizationRequest: Sendable {
    /// What all requests of a client have in common, made once: requests are frequent, and texts cost allocations.
    package final class Template: Sendable {
        fileprivate let client: Client
        fileprivate let constants: [FormEncoding.Field]
        fileprivate let state: Text = "state"
        fileprivate let nonce: Text = "nonce"
        fileprivate let challenge: Text = "code_challenge"
        fileprivate let challengeMethod = FormEncoding.Field("code_challenge_method", "S256")

        package init(_ client: Client) {
            self.client = client
            var constants: [FormEncoding.Field] = [
                .init("response_type", "code"), .init("client_id", client.id),
                .init("redirect_uri", client.redirectURI.text),
            ]
            // "query" is the default for a code (OAuth 2.0 Multiple Response Type Encoding Practices 2.1).
            let mode = client.authorization.responseMode
            if mode != .query { constants.append(.init("response_mode", mode.name)) }
            self.constants = constants
        }
    }

    private let template: Template
    let fields: [FormEncoding.Field]

    package var client: Client { template.client }

    /// `parameters`: scope, prompt and anything else that the configuration adds. `nonce`: nil for a plain OAuth 2.0 server,
    /// which has no ID token to contain it.
    package init(
        _ template: Template, parameters: [FormEncoding.Field], state: Text, nonce: Text?, codeVerifier: CodeVerifier
    ) throws(Failure) {
        self.template = template
        var fields: [FormEncoding.Field] = []
        fields.reserveCapacity(template.constants.count + parameters.count + 4)
        fields += template.constants
        fields += parameters
        fields.append(.init(template.state, state))
        if let nonce { fields.append(.init(template.nonce, nonce)) }
        if !template.client.authorization.omitsCodeChallenge {
            fields.append(.init(template.challenge, try codeVerifier.challenge()))
            fields.append(template.challengeMethod)
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
