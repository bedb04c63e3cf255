import Basics
import Environment
import OpenIDConnect
import Settings

/// The other providers that one provider's answers can be taken for (RFC 9700 4.4). Their answers come to the same
/// redirect_uri, and if this one does not name itself in its answers (RFC 9207), nothing tells whose a code is: a malicious
/// one of the others can have this one's codes delivered to itself.
final class SharedCallback: @unchecked Sendable {
    private let provider: Text
    /// Those that have the same issuer and another server, so that its name would not help.
    private let namesakes: [Text]
    private let others: [Text]
    // Guarded by the lock.
    private var isReported = false

    init(of provider: ProviderSettings, among all: [ProviderSettings]) {
        self.provider = provider.name
        let takers = all.filter { $0.name != provider.name && $0.takesAnswers(of: provider) }
        namesakes = takers.filter { $0.issuer == provider.issuer }.map { $0.name }
        others = takers.filter { $0.issuer != provider.issuer }.map { $0.name }
    }

    /// Tells the operator, the first time that there is something to tell.
    func report(to environment: Environment, sendsIssuer: Bool) {
        let takers = sendsIssuer ? namesakes : namesakes + others
        guard !takers.isEmpty, isFirst else { return }
        environment.report(.redirectURIShared(provider: provider, with: takers))
    }

    private var isFirst: Bool {
        withLock {
            defer { isReported = true }
            return !isReported
        }
    }
}

extension ProviderSettings {
    /// Whether an answer of `other`'s could pass for one of this provider's. A signed answer cannot, and that this one's
    /// have to be signed is what counts: whoever sends the user on to `other` decides what it is asked for.
    fileprivate func takesAnswers(of other: ProviderSettings) -> Bool {
        !client.authorization.responseMode.isSigned && !isSameServer(as: other)
            && client.redirectURI.path.lowercasedASCII().isAtOrBelow(other.client.redirectURI.path.lowercasedASCII())
    }

    private func isSameServer(as other: ProviderSettings) -> Bool {
        issuer == other.issuer && metadataURL == other.metadataURL
            && oauth2?.tokenEndpoint == other.oauth2?.tokenEndpoint
    }
}

extension Text {
    /// Some servers take every redirect_uri that lies below the registered one, as GitHub does, or in any case.
    fileprivate func isAtOrBelow(_ path: Text) -> Bool {
        let folder = path.dropping(suffix: "/") ?? path
        return self == path || self == folder || hasPrefix(folder + "/")
    }
}
