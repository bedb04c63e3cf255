import Basics
import OpenIDConnect
import Provider
import Session
import Settings

/// The configured providers.
struct Providers: Sendable {
    let all: [Provider]

    /// The provider of a login; nil means the default one, or the only one.
    func named(_ name: Text?) throws(Failure) -> Provider {
        if name == nil, all.count == 1, let only = all.first { return only }
        let wanted = name ?? Settings.defaultProvider
        if let provider = all.first(where: { $0.name == wanted }) { return provider }
        let known = all.map { $0.name }.joined(with: ", ")
        guard let name else {
            throw Failure(.providerUnknown, "no default provider is configured: name one of \(known)")
        }
        throw Failure(.providerUnknown, "there is no provider named \(name.forMessage); configured: \(known)")
    }

    /// The provider that this session is from, if it is still configured as it was at the login.
    func provider(of session: Session) -> Provider? {
        all.first { $0.fingerprint == session.providerFingerprint }
    }

    /// The names of those that have this issuer.
    func names(withIssuer issuer: Text) -> [Text] {
        all.filter { $0.settings.isIssuer(issuer) }.map { $0.name }
    }

    /// Whether a login that names no provider must ask: there are several, and none is the default.
    var needsChoice: Bool {
        all.count > 1 && !all.contains { $0.name == Settings.defaultProvider }
    }

    /// Fetches metadata and keys of all, as a flow, after which the host goes on. Fails with the first failure, after trying
    /// all.
    func preload(_ context: FlowContext) throws(Failure) -> Answer? {
        var firstFailure: Failure?
        for provider in all where provider.settings.oauth2 == nil {
            context.secrets.add(provider.client)
            do throws(Failure) {
                try provider.preload(context)
            } catch {
                firstFailure = firstFailure ?? error
            }
        }
        if let firstFailure { throw firstFailure }
        return nil
    }
}
