package import Basics

/// The exchange of the code for tokens (OIDC Core 3.1.3.1).
package struct TokenRequest {
    let client: Client
    let code: Text
    let codeVerifier: CodeVerifier
    let assertion: ClientAssertion

    /// Nil unless access tokens are bound to a key (RFC 9449 5).
    let proof: DPoPProof?

    /// `assertionID`: a new one of 128 random bits, in case the client authenticates with a JWT.
    package init(
        client: Client, code: Text, codeVerifier: CodeVerifier, assertionID: Text, now: Int64, proof: DPoPProof? = nil
    ) {
        self.client = client
        self.code = code
        self.codeVerifier = codeVerifier
        self.proof = proof
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send. Its headers and body contain secrets.
    package func encoded(for metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        let fields: [FormEncoding.Field] = [
            .init("grant_type", "authorization_code"),
            .init("code", code),
            .init("redirect_uri", client.redirectURI.text),
            .init("code_verifier", codeVerifier.text),
        ]
        return try client.post(fields, to: metadata.tokenEndpoint, of: metadata, assertion, proof: proof)
    }
}
