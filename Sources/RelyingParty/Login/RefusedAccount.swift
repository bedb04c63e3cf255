import Basics
import JSON
import OpenIDConnect
import Provider

/// Who signed in, as far as it is known when a login is refused.
struct RefusedAccount {
    private static let longestName = 254

    /// For the log.
    var userInLog: Text?
    /// How users know the account. The page shows it: a provider that shows no choice returns the same account again, and
    /// without its name the user would not know which one that is.
    private(set) var name: Text?
    /// Where the user can sign out of the provider, which ends what this account is signed in by.
    private(set) var logout: ProviderLogoutForm?

    mutating func setName(_ claims: JSONObject, _ secrets: SentSecrets) {
        let claims = ["email", "preferred_username", "name"].lazy.compactMap { claims[$0]?.text }
        name = claims.first { (1...Self.longestName).contains($0.count) && !$0.hasControls }.map(secrets.hide)
    }

    mutating func setLogout(at provider: Provider, _ site: Site) {
        guard Logout.endSessionEndpointWithoutSession(of: provider) != nil else { return }
        logout = ProviderLogoutForm(path: site.logoutPath, provider: provider.name)
    }
}

/// The form that ends the session at a provider where the user has no session here.
struct ProviderLogoutForm {
    let path: Text
    let provider: Text
}
