import Basics
import Environment
import OpenIDConnect
import Provider

extension LoginCallback {
    /// The response in a callback, in the requested mode; its issuer and its outcome are not yet validated.
    func authorizationResponse(
        _ provider: Provider, _ metadata: ProviderMetadata, _ context: FlowContext
    ) throws(Failure) -> AuthorizationResponse {
        let mode = provider.client.authorization.responseMode
        try message.validate(mode)
        guard mode.isSigned else { return try AuthorizationResponse(parsing: message.parameters()) }
        let signed = try SignedAuthorizationResponse(parsing: message.parameters())
        return try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try signed.validate(client: provider.client, metadata: metadata, keys: keys, now: context.now.seconds)
        }
    }
}
