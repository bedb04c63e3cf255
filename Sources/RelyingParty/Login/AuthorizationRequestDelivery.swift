import Basics
import Cryptography
import Environment
import JOSE
import OpenIDConnect
import Provider

/// How an authorization request gets to the provider: signed if configured (RFC 9101), and pushed before the redirect if
/// either side requires it (RFC 9126).
struct AuthorizationRequestDelivery {
    let request: AuthorizationRequest
    let provider: Provider
    let metadata: ProviderMetadata

    /// The URL for the browser.
    func location(_ context: FlowContext) throws(Failure) -> Text {
        guard provider.pushesRequests(metadata) else {
            return request.url(at: metadata, requestObject: try requestObject(context))
        }
        let requestURI = try provider.push(metadata, context) { () throws(Failure) in
            PushedAuthorizationRequest(
                request, requestObject: try requestObject(context), assertionID: try context.newID(),
                now: context.now.seconds)
        }
        return request.url(at: metadata, requestURI: requestURI)
    }

    private func requestObject(_ context: FlowContext) throws(Failure) -> Text? {
        guard let algorithm = request.client.authorization.requestObjectAlgorithm else {
            guard !metadata.requiresSignedRequests else {
                throw Failure(
                    .configurationInvalid,
                    "the provider accepts only signed requests: set request_object_signing_alg and client_private_key")
            }
            return nil
        }
        return try RequestObject(id: context.newID(), now: context.now.seconds).signed(
            request, algorithm: algorithm, for: metadata)
    }
}
