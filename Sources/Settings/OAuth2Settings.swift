package import Basics

/// How users are identified. Indirect: of an enumeration with several large payloads, the embedded compiler copies bytes
/// that were never set, which valgrind reports.
package indirect enum ProviderKind: Sendable {
    /// By an ID token, of the provider with this metadata.
    case openIDConnect(metadataURL: AbsoluteURL)
    /// By what a server's API says about the owner of an access token.
    case oauth2(OAuth2Settings)

    /// Whether the provider, or a part of it, is on this machine.
    package var isLoopback: Bool {
        switch self {
        case .openIDConnect(let metadataURL): metadataURL.isLoopback
        case .oauth2(let server):
            server.tokenEndpoint.isLoopback || server.userInfoEndpoint.isLoopback
                || server.emailsEndpoint?.isLoopback == true
        }
    }
}

/// A server that speaks plain OAuth 2.0 (RFC 6749), such as GitHub's.
package struct OAuth2Settings: Sendable {
    /// One of our claims, and its location in the server's answer.
    package struct Mapping: Sendable {
        package let claim: Text
        package let path: ClaimPath

        package init(claim: Text, path: ClaimPath) {
            self.claim = claim
            self.path = path
        }
    }

    package let authorizationEndpoint: AbsoluteURL
    package let tokenEndpoint: AbsoluteURL
    package let userInfoEndpoint: AbsoluteURL
    /// Where the user's e-mail addresses are listed, as at GitHub.
    package var emailsEndpoint: AbsoluteURL?
    /// With one for sub.
    package let claimMap: [Mapping]

    package init(
        authorizationEndpoint: AbsoluteURL, tokenEndpoint: AbsoluteURL, userInfoEndpoint: AbsoluteURL,
        claimMap: [Mapping]
    ) {
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.userInfoEndpoint = userInfoEndpoint
        self.claimMap = claimMap
    }

    /// Other trusted servers, or another interpretation of their answers, give another text.
    package var canonicalText: Text {
        let map = claimMap.map { "\($0.claim.count):\($0.claim) \($0.path.text.count):\($0.path.text)" as Text }
        let endpoints = [authorizationEndpoint, tokenEndpoint, userInfoEndpoint].map { $0.text }
        return "\((endpoints + [emailsEndpoint?.text ?? ""] + map).joined(with: " "))"
    }
}

extension ProviderSettings {
    /// Nil for plain OAuth 2.0.
    package var metadataURL: AbsoluteURL? {
        if case .openIDConnect(let url) = kind { url } else { nil }
    }

    /// Nil for an OpenID provider.
    package var oauth2: OAuth2Settings? {
        if case .oauth2(let settings) = kind { settings } else { nil }
    }
}
