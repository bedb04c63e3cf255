import Basics
import JOSE
import OpenIDConnect

extension Application {
    /// Runs `body` with the cached keys of the provider; once more with new ones if it fails with `keyUnknown`, which may
    /// mean that the provider has changed its keys.
    func withKeys<Result>(
        of provider: Provider, _ metadata: ProviderMetadata, _ now: Now, hiding secrets: SentSecrets,
        unless keyUnknown: ErrorCode, _ body: (JWKSet) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let keys = try fetching(from: provider, hiding: secrets) { () throws(Failure) in
            try provider.jwkSet(metadata, now: now, hiding: secrets)
        }
        do throws(Failure) {
            return try body(keys.value)
        } catch {
            guard error.code == keyUnknown else { throw error }
            let newer = try fetching(from: provider, hiding: secrets) { () throws(Failure) in
                try provider.newerJWKSet(than: keys.version, metadata, now: now, hiding: secrets)
            }
            guard let newer else { throw error }
            return try body(newer)
        }
    }
}
