package import Basics

/// The exchange of the code for tokens (OIDC Core 3.1.3.1).
package struct TokenRequest {
    let client: Client
    let code: Text
    let codeVerifier: CodeVerifier
    let assertion: ClientAssertion

    /// `assertionID`: a new one of 128 random bits, in case that the client authenticates itself with a JWT.
    package init(client: Client, code: Text, codeVerifier: CodeVerifier, assertionID: Text, now: Int64) {
        self.client = client
        self.code = code
        self.codeVerifier = codeVerifier
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send. Its headers and body hold secrets.
    package func encoded(for metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        let (headers, fields) = try client.authentication(with: metadata, at: metadata.tokenEndpoint, assertion)
        let body = FormEncoding.encode(
            [
                .init("grant_type", "authorization_code"),
                .init("code", code),
                .init("redirect_uri", client.redirectURI.text),
                .init("code_verifier", codeVerifier.text),
            ] + fields)
        return HTTPRequest(
            .post, metadata.tokenEndpoint,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"),
            ] + headers,
            body: body)
    }
}
