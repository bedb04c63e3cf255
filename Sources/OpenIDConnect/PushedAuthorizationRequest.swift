package import Basics
import JSON

/// An authorization request sent to the provider directly; the browser carries only a reference to it (RFC 9126).
package struct PushedAuthorizationRequest {
    private static let longestRequestURI = 1024

    private let request: AuthorizationRequest
    private let requestObject: Text?
    private let assertion: ClientAssertion

    /// `assertionID`: a new one of 128 random bits, in case the client authenticates with a JWT.
    package init(_ request: AuthorizationRequest, requestObject: Text?, assertionID: Text, now: Int64) {
        self.request = request
        self.requestObject = requestObject
        assertion = ClientAssertion(id: assertionID, now: now)
    }

    /// The request to send (RFC 9126 2.1, with a request object 3). Its headers and body contain secrets.
    package func encoded(for metadata: ProviderMetadata) throws(Failure) -> HTTPRequest {
        guard let endpoint = metadata.pushedAuthorizationRequestEndpoint else {
            throw Failure(
                .metadataInvalid,
                """
                requests must be pushed, but the provider's metadata has no pushed_authorization_request_endpoint that is \
                an https URL
                """)
        }
        let parameters: [FormEncoding.Field] =
            requestObject.map { [.init("client_id", request.client.id), .init("request", $0)] } ?? request.fields
        return try request.client.post(parameters, to: endpoint, of: metadata, assertion)
    }

    /// The request_uri of the response (RFC 9126 2.2, 2.3). `request`: for messages.
    package static func requestURI(validating response: HTTPResponse, to request: Text) throws(Failure) -> Text {
        let members = try response.answer(
            to: request, with: 200...201,
            orFailWith: .pushedAuthorizationResponseInvalid, refused: .pushedAuthorizationRefused)
        guard let uri = members["request_uri"]?.text, (1...longestRequestURI).contains(uri.count), isURI(uri) else {
            throw invalid("has no usable request_uri")
        }
        guard case .integer(1...)? = members["expires_in"] else {
            throw invalid("has an expires_in that is not a positive integer")
        }
        return uri
    }

    /// RFC 3986 3: a scheme, and visible characters after it.
    private static func isURI(_ text: Text) -> Bool {
        guard let (scheme, rest) = text.splitOnce(at: ":"), !scheme.isEmpty, !rest.isEmpty else { return false }
        return text.isVisibleASCII
            && scheme.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x5F && $0 != 0x7E }
    }

    private static func invalid(_ sentence: Text) -> Failure {
        Failure(
            .pushedAuthorizationResponseInvalid, "the response to the pushed authorization request \(sentence)")
    }
}
