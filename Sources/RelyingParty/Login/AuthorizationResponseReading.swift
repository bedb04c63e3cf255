import Basics
import OpenIDConnect

extension Application {
    /// The response in a callback, in the mode that the provider was asked for; its issuer and its outcome are still to be
    /// validated.
    func authorizationResponse(
        _ message: CallbackMessage, _ provider: Provider, _ metadata: ProviderMetadata, _ now: Now,
        hiding secrets: SentSecrets
    ) throws(Failure) -> AuthorizationResponse {
        let mode = provider.client.authorization.responseMode
        try message.validate(mode)
        guard mode.isSigned else { return try AuthorizationResponse(parsing: message.parameters()) }
        let signed = try SignedAuthorizationResponse(parsing: message.parameters())
        return try withKeys(of: provider, metadata, now, hiding: secrets, unless: .responseKeyUnknown) {
            (keys) throws(Failure) in
            try signed.validate(client: provider.client, metadata: metadata, keys: keys, now: now.seconds)
        }
    }
}
