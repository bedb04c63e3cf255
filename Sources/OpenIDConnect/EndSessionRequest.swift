package import Basics

/// The parameters that a provider's logout endpoint accepts.
package enum LogoutStyle: Equatable, Sendable {
    /// OpenID Connect RP-Initiated Logout 1.0.
    case openIDConnect
    /// Amazon Cognito's own: only client_id and logout_uri.
    case cognito
    /// OpenID Connect's, but a request without id_token_hint ends on an error page instead of a question.
    case okta

    /// Providers that list an end_session_endpoint and do not follow the specification there.
    package init(issuer: Text) {
        let host = AbsoluteURL(issuer)?.host ?? ""
        let isCognito = host.hasPrefix("cognito-idp.") && host.hasSuffix(".amazonaws.com")
        let isOkta = ([".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com"] as [Text]).contains {
            host.hasSuffix($0)
        }
        self = isCognito ? .cognito : isOkta ? .okta : .openIDConnect
    }
}

/// The redirect that ends the user's session at the provider (RP-Initiated Logout 2).
package struct EndSessionRequest: Sendable {
    /// Common servers accept URLs of at least 4 KiB; with a longer ID token the provider must ask the user.
    private static let longestIDTokenHint = 3000

    private let fields: [FormEncoding.Field]

    /// Whether an ID token is short enough to be sent.
    package static func mayHint(with idToken: Text) -> Bool { idToken.count <= longestIDTokenHint }

    /// `idTokenHint`: one that may be sent. `logoutHint`: identifies the user to the provider, if the provider supplied it.
    /// `returns`: whether the browser is to be sent back, if the provider can do without.
    package init(
        client: Client, style: LogoutStyle, idTokenHint: Text?, logoutHint: Text?, postLogoutRedirectURI: Text,
        state: Text, returns: Bool = true
    ) {
        let clientID = FormEncoding.Field("client_id", client.id)
        switch style {
        case .openIDConnect, .okta:
            fields =
                (idTokenHint.map { [.init("id_token_hint", $0)] } ?? [])
                + (logoutHint.map { [.init("logout_hint", $0)] } ?? [])
                + [clientID]
                + (returns ? [.init("post_logout_redirect_uri", postLogoutRedirectURI), .init("state", state)] : [])
        case .cognito:
            fields = [clientID, .init("logout_uri", postLogoutRedirectURI)]
        }
    }

    /// The URL for the browser.
    package func url(at endpoint: AbsoluteURL) -> Text {
        endpoint.adding(fields)
    }
}
