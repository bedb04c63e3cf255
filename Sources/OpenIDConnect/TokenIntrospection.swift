package import Basics
package import JSON

/// The question whether an access token is active, which the client asks as a protected resource (RFC 7662).
package struct TokenIntrospection {
    /// Bytes of an answer.
    private static let longestAnswer = 64 * 1024

    private let token: Text
    private let assertion: ClientAssertion

    /// `assertionID`: a new one of 128 random bits, in case the client authenticates with a JWT.
    package init(of token: Text, assertionID: Text, now: Int64) {
        self.token = token
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send (2.1). Its headers and body contain secrets.
    package func encoded(for client: Client, _ metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        guard let endpoint = metadata.introspectionEndpoint else {
            throw Failure(
                .metadataInvalid, "the provider's metadata has no introspection_endpoint that is an https URL")
        }
        return try client.post(
            [.init("token", token), .init("token_type_hint", "access_token")], to: endpoint, of: metadata, assertion)
    }

    /// What the provider says about an active token; nil if it is not active (2.2).
    package static func claims(in response: HTTPResponse) throws(Failure) -> JSONObject? {
        let what: Text = "the introspection"
        let answer = try response.answer(
            to: what, with: 200...200, orFailWith: .introspectionInvalid, refused: .introspectionRefused)
        guard response.body.count <= longestAnswer, let isActive = answer["active"]?.bool else {
            throw Failure(
                .introspectionInvalid, "\(what): the response is too long, or has no active that is a boolean")
        }
        var claims = answer
        claims["active"] = nil
        return isActive ? claims : nil
    }
}
