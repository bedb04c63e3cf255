import Basics
import Cryptography
import JOSE
import OpenIDConnect

extension Application {
    /// Where the browser is sent with a request: signed if so configured (RFC 9101), and pushed to the provider before
    /// that if either side requires it (RFC 9126).
    func location(
        of request: AuthorizationRequest, at provider: Provider, _ metadata: ProviderMetadata, _ now: Now,
        noting secrets: SentSecrets
    ) throws(Failure) -> Text {
        let requestObject = try requestObject(for: request, metadata, now)
        guard provider.pushesRequests(metadata) else {
            return request.url(at: metadata, requestObject: requestObject)
        }
        let pushed = PushedAuthorizationRequest(
            request, requestObject: requestObject, assertionID: try newID(), now: now.seconds)
        let requestURI = try fetching(from: provider, hiding: secrets) { () throws(Failure) in
            try provider.push(pushed, metadata, noting: secrets)
        }
        return request.url(at: metadata, requestURI: requestURI)
    }

    private func requestObject(
        for request: AuthorizationRequest, _ metadata: ProviderMetadata, _ now: Now
    ) throws(Failure) -> Text? {
        guard let algorithm = request.client.authorization.requestObjectAlgorithm else {
            guard !metadata.requiresSignedRequests else {
                throw Failure(
                    .configurationInvalid,
                    "the provider takes signed requests only: set request_object_signing_alg and client_private_key")
            }
            return nil
        }
        return try RequestObject(id: newID(), now: now.seconds).signed(request, algorithm: algorithm, for: metadata)
    }

    /// For a "jti".
    func newID() throws(Failure) -> Text { Base64URL.encode(try environment.random.bytes(16)) }
}
