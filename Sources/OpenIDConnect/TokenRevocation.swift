package import Basics

/// The end of a token at the provider, before its time (RFC 7009).
package struct TokenRevocation {
    /// A token, and what the provider calls its kind (2.1).
    package struct Token {
        let value: Text
        let kind: Text

        package init(_ value: Text, _ kind: Text) {
            self.value = value
            self.kind = kind
        }
    }

    private let token: Token
    private let assertion: ClientAssertion

    /// `assertionID`: a new one of 128 random bits, in case the client authenticates with a JWT.
    package init(of token: Token, assertionID: Text, now: Int64) {
        self.token = token
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send. Its headers and body contain secrets.
    package func encoded(for client: Client, _ metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        guard let endpoint = metadata.revocationEndpoint else {
            throw Failure(.metadataInvalid, "the provider's metadata has no revocation_endpoint that is an https URL")
        }
        return try client.post(
            [.init("token", token.value), .init("token_type_hint", token.kind)], to: endpoint, of: metadata, assertion)
    }

    /// Whether the token is worth nothing now; false if the provider revokes no tokens of this kind (2.2.1). A token that was
    /// worth nothing before is no error (2.2).
    package static func isDone(_ response: HTTPResponse) throws(Failure) -> Bool {
        if (200...299).contains(response.status) { return true }
        let failure = response.refusal(.providerStatus, "the revocation")
        if failure.providerCode == "unsupported_token_type" { return false }
        throw failure
    }
}
