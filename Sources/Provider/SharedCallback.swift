import Basics
import Environment
import OpenIDConnect
import Settings

/// The other providers whose responses can be confused with those of one provider (RFC 9700 4.4). Their responses come to
/// the same redirect_uri, and if this one does not name itself in its responses (RFC 9207), nothing shows whose a code is: a
/// malicious one of the others can have this one's codes delivered to itself.
final class SharedCallback: @unchecked Sendable {
    private let provider: Text
    /// Those with the same issuer and another server, for which its name would not help.
    private let namesakes: [Text]
    private let others: [Text]
    // Guarded by the lock.
    private var isReported = false

    init(of provider: ProviderSettings, among all: [ProviderSettings]) {
        self.provider = provider.name
        let takers = all.filter { $0.name != provider.name && $0.takesAnswers(of: provider) }
        namesakes = takers.filter { $0.sharesIssuer(with: provider) }.map { $0.name }
        others = takers.filter { !$0.sharesIssuer(with: provider) }.map { $0.name }
    }

    /// Warns the operator, the first time that there is a reason.
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
    /// Whether a response of `other` could pass for one of this provider. A signed response cannot. What matters is
    /// that this one's must be signed: whoever sends the user on to `other` decides what is requested of it.
    fileprivate func takesAnswers(of other: ProviderSettings) -> Bool {
        !client.authorization.responseMode.isSigned && !isSameServer(as: other)
            && client.redirectURI.path.lowercasedASCII().isAtOrBelow(other.client.redirectURI.path.lowercasedASCII())
    }

    fileprivate func sharesIssuer(with other: ProviderSettings) -> Bool {
        isIssuer(other.issuer) || other.isIssuer(issuer)
    }

    private func isSameServer(as other: ProviderSettings) -> Bool {
        issuer == other.issuer && metadataURL == other.metadataURL
            && oauth2?.tokenEndpoint == other.oauth2?.tokenEndpoint
    }
}

extension Text {
    /// Some servers accept every redirect_uri below the registered one, like GitHub, or in any letter case.
    fileprivate func isAtOrBelow(_ path: Text) -> Bool {
        let folder = path.dropping(suffix: "/") ?? path
        return self == path || self == folder || hasPrefix(folder + "/")
    }
}
