package import Basics

/// The redirect that sends the user to the provider (OIDC Core 3.1.2.1).
package struct AuthorizationRequest: Sendable {
    private let fields: [FormEncoding.Field]

    /// `parameters`: scope, prompt and whatever else the configuration adds.
    package init(
        client: Client, parameters: [FormEncoding.Field], state: Text, nonce: Text, codeVerifier: CodeVerifier
    ) throws(Failure) {
        fields =
            [
                .init("response_type", "code"),
                .init("client_id", client.id),
                .init("redirect_uri", client.redirectURI.text),
            ] + parameters + [
                .init("state", state),
                .init("nonce", nonce),
                .init("code_challenge", try codeVerifier.challenge()),
                .init("code_challenge_method", "S256"),
            ]
    }

    /// Where to send the browser.
    package func url(at metadata: ProviderMetadata) -> Text {
        metadata.authorizationEndpoint.adding(fields)
    }
}
