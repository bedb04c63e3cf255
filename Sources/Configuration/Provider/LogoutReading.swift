import Basics
import Settings

/// Reads `logout` and what goes with it.
enum LogoutReader {
    private static var key: Text { "logout" }
    private static var addressKey: Text { "post_logout_redirect_uri" }

    /// The settings of `section`, and what it does not say from `shared`.
    static func read(_ section: Section, over shared: LogoutSettings) -> LogoutSettings {
        var logout = shared
        if section.has(key), let word = section.text(key) {
            if word != "provider", word != "local" { section.report(key, "must be \"provider\" or \"local\"") }
            logout.isAtProvider = word != "local"
        }
        guard section.has(addressKey) else { return logout }
        if !logout.isAtProvider {
            section.report(addressKey, "is only for logouts at the provider; remove it, or logout = \"local\"")
        }
        logout.postLogoutRedirectURI = section.text(addressKey).flatMap { address($0, section) }
        return logout
    }

    /// Any site's: it is for the provider to know, which takes registered ones alone.
    private static func address(_ text: Text, _ section: Section) -> AbsoluteURL? {
        guard let url = AbsoluteURL(text), url.isSecure || url.isLoopback else {
            section.report(
                addressKey,
                "must be an absolute URL as registered with the provider, such as \"https://app.example.com/goodbye\"; "
                    + "http:// is only for localhost")
            return nil
        }
        return url
    }
}
