package import Basics
import OpenIDConnect

/// What an application runs with: the [auth] table, checked. docs/configuration.md describes every key.
package struct Settings: Sendable {
    /// One of the site's URLs: all of the library's URLs have its scheme, host and port.
    package let site: AbsoluteURL
    /// The paths of the providers' `redirectURI`s, each once.
    package let callbackPaths: [Text]
    /// The path of redirect_uri without its last component: where the host's pages are. "" at the root, never with a
    /// "/" at its end.
    package let basePath: Text
    package let loginPath: Text
    package let logoutPath: Text
    /// Where a page's JavaScript asks for the session; nil for nowhere.
    package var sessionPath: Text?
    /// Where providers send browsers to report logouts.
    package var frontchannelLogoutPath: Text { basePath + Self.frontchannelLogout }
    private static var frontchannelLogout: Text { "/auth/frontchannel-logout" }
    /// Below the base path: nobody can choose them.
    package static var fixedPaths: [Text] {
        LogoutReport.allCases.map { $0.path } + [frontchannelLogout, deviceBinding]
    }
    /// Where browsers register and show the keys of their devices.
    package var deviceBindingPath: Text { basePath + Self.deviceBinding }
    private static var deviceBinding: Text { "/auth/device-bound" }
    /// The beginning of all cookie names, after `__Host-` if that applies.
    package let cookiePrefix: Text
    /// Set if sessions are in Streamlit's cookies; nil for our own.
    package var streamlitCookie: StreamlitCookieSettings?
    /// At least one. The first seals, all open.
    package let cookieSecrets: [Secret]
    /// Seconds from the login to the end of the session.
    package var sessionLifetime: Int64 = 30 * 86_400
    /// Seconds without a request after which a session ends; nil for never.
    package var idleTimeout: Int64?
    /// Whether a session ends with the ID token of its login, at the latest.
    package var endsWithIDToken = false
    /// Whether browsers forget the session when they close.
    package var isSessionForBrowser = false
    /// Set if sessions are bound to keys of browsers' devices.
    package var deviceBinding: DeviceBindingSettings?
    /// Where sessions are.
    package var store = SessionStoreSettings.cookie
    /// Milliseconds that an operation of a store takes at most.
    package var storeTimeout: Int64 = 200
    /// Whether sessions may be in cookies alone while the store fails.
    package var fallsBackToCookies = false
    /// The claims that a session keeps; nil for all.
    package var sessionClaims: [Text]?
    /// At least one; no two have the same name.
    package var providers: [ProviderSettings]
    /// The tokens that applications see.
    package var exposedTokens: [TokenKind] = []
    /// How the log names users.
    package var logIdentity = LogIdentity.hash
    /// Seconds after which a session's claims are read anew; nil for never.
    package var claimsLifetime: Int64?
    /// Set if every page but these needs a login.
    package var openPaths: OpenPaths?
    /// Whether the logout page offers to sign out everywhere.
    package var offersLogoutEverywhere = false
    /// How the library's own pages look.
    package var appearance = Appearance()

    /// Whether sessions keep refresh tokens.
    package var keepsRefreshTokens: Bool {
        claimsLifetime != nil || exposedTokens.contains(.access) || exposedTokens.contains(.refresh)
    }

    /// The name of the provider that a login without a name uses.
    package static var defaultProvider: Text { "default" }

    package init(
        site: AbsoluteURL, basePath: Text, loginPath: Text, logoutPath: Text, cookiePrefix: Text,
        cookieSecrets: [Secret], providers: [ProviderSettings]
    ) {
        self.site = site
        let paths = providers.map { $0.client.redirectURI.path }
        callbackPaths = paths.indices.filter { !paths[..<$0].contains(paths[$0]) }.map { paths[$0] }
        self.basePath = basePath
        self.loginPath = loginPath
        self.logoutPath = logoutPath
        self.cookiePrefix = cookiePrefix
        self.cookieSecrets = cookieSecrets
        self.providers = providers
    }
}

/// How sessions are bound to keys of browsers' devices.
package struct DeviceBindingSettings: Sendable {
    /// Seconds that a proof of the key is good for.
    package let proofLifetime: Int64
    /// Whether a session ends that is not bound soon after its login.
    package let isRequired: Bool

    package init(proofLifetime: Int64, isRequired: Bool) {
        self.proofLifetime = proofLifetime
        self.isRequired = isRequired
    }
}

/// The settings of cookie_format = "streamlit".
package struct StreamlitCookieSettings: Equatable, Sendable {
    /// The origin of the cookies: where users see the Streamlit app.
    package let origin: Text
    package let exposedTokens: [TokenKind]

    package init(origin: Text, exposedTokens: [TokenKind]) {
        self.origin = origin
        self.exposedTokens = exposedTokens
    }
}
