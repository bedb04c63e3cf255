import Basics
import Cryptography
import Environment
import JOSE
import OpenIDConnect
import Provider

extension Application {
    /// Where the browser is sent with a request: signed if so configured (RFC 9101), and pushed to the provider before
    /// that if either side requires it (RFC 9126).
    func location(
        of request: AuthorizationRequest, at provider: Provider, _ metadata: ProviderMetadata, _ context: FlowContext
    ) throws(Failure) -> Text {
        let requestObject = try requestObject(for: request, metadata, context)
        guard provider.pushesRequests(metadata) else {
            return request.url(at: metadata, requestObject: requestObject)
        }
        let pushed = PushedAuthorizationRequest(
            request, requestObject: requestObject, assertionID: try context.newID(), now: context.now.seconds)
        let requestURI = try provider.push(pushed, metadata, context)
        return request.url(at: metadata, requestURI: requestURI)
    }

    private func requestObject(
        for request: AuthorizationRequest, _ metadata: ProviderMetadata, _ context: FlowContext
    ) throws(Failure) -> Text? {
        guard let algorithm = request.client.authorization.requestObjectAlgorithm else {
            guard !metadata.requiresSignedRequests else {
                throw Failure(
                    .configurationInvalid,
                    "the provider takes signed requests only: set request_object_signing_alg and client_private_key")
            }
            return nil
        }
        return try RequestObject(id: context.newID(), now: context.now.seconds).signed(
            request, algorithm: algorithm, for: metadata)
    }
}
