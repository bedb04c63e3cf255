/// What one login asks for; `docs/configuration.md` explains it.
public struct LoginOptions: Sendable, Hashable {
    /// The path where the user returns to, in place of this page.
    public var returnTo: String?
    /// A user name or e-mail address for the provider to suggest.
    public var loginHint: String?
    /// "login" to sign in again, "select_account", "consent" or "none".
    public var prompt: String?
    /// How to sign in, such as "mfa": a wish.
    public var acrValues: String?
    /// How long ago the user may have authenticated, in whole seconds, which is enforced.
    public var maxAge: Duration?
    /// Languages for the provider's pages, such as "de fr-CA".
    public var uiLocales: String?

    /// Options that are nil are those of the settings.
    public init(
        returnTo: String? = nil, loginHint: String? = nil, prompt: String? = nil, acrValues: String? = nil,
        maxAge: Duration? = nil, uiLocales: String? = nil
    ) {
        (self.returnTo, self.loginHint, self.prompt) = (returnTo, loginHint, prompt)
        (self.acrValues, self.maxAge, self.uiLocales) = (acrValues, maxAge, uiLocales)
    }

    var settings: [(key: String, value: String?)] {
        [
            ("return_to", returnTo), ("login_hint", loginHint), ("prompt", prompt), ("acr_values", acrValues),
            ("max_age", maxAge.map { String($0.components.seconds) }), ("ui_locales", uiLocales),
        ]
    }
}

/// What a logout ends.
public enum LogoutScope: Sendable, Hashable {
    /// This session, and that at the provider.
    case provider
    /// This session alone.
    case local
    /// This session, that at the provider, and the user's other sessions here.
    case everywhere

    var settings: [(key: String, value: String?)] {
        switch self {
        case .provider: []
        case .local: [("logout", "local")]
        case .everywhere: [("logout", "everywhere")]
        }
    }
}
