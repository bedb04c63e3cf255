package import Basics

/// A request to the token endpoint (RFC 6749 3.2).
package struct TokenRequest {
    let client: Client
    let grant: TokenGrant
    let assertion: ClientAssertion

    /// Nil unless access tokens are bound to a key (RFC 9449 5).
    let proof: DPoPProof?

    /// `assertionID`: a new one of 128 random bits, in case the client authenticates with a JWT.
    package init(
        client: Client, grant: TokenGrant, assertionID: Text, now: Int64, proof: DPoPProof? = nil
    ) {
        self.client = client
        self.grant = grant
        self.proof = proof
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send. Its headers and body contain secrets.
    package func encoded(for metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        let fields = [FormEncoding.Field("grant_type", grant.type)] + grant.parameters
        return try client.post(fields, to: metadata.tokenEndpoint, of: metadata, assertion, proof: proof)
    }
}
