package import Basics
package import OpenIDConnect

/// What a logout does in addition to ending the session here.
package struct LogoutSettings: Equatable, Sendable {
    /// Whether the browser goes on to the provider, to be signed out there too.
    package var isAtProvider = true
    /// Where the provider sends the browser afterwards; nil for redirect_uri.
    package var postLogoutRedirectURI: AbsoluteURL?
    package var style = LogoutStyle.openIDConnect
    /// Whether the provider reports logouts by the user's browser, too (front-channel logout).
    package var isReportedByBrowsers = false
    /// How else the provider reports them.
    package var reports: [LogoutReport] = [.backchannelLogout]
    /// Whether one by the browser may omit "iss", as Microsoft's do.
    package var allowsMissingIssuer = false

    package init() {}
}
