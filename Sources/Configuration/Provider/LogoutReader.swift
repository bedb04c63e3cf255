import Basics
import OpenIDConnect
import Settings

/// Reads `logout` and related keys.
struct LogoutReader {
    private static var key: Text { "logout" }
    private static var addressKey: Text { "post_logout_redirect_uri" }

    private let section: Section
    private let shared: LogoutSettings

    init(_ section: Section, over shared: LogoutSettings) {
        self.section = section
        self.shared = shared
    }

    /// The settings of `section`, supplemented by those of `shared`.
    func read() -> LogoutSettings {
        var logout = shared
        if section.has(Self.key), let word = section.text(Self.key) {
            if word != "provider", word != "local" { section.report(Self.key, "must be \"provider\" or \"local\"") }
            logout.isAtProvider = word != "local"
        }
        logout.isReportedByBrowsers = section.boolean("frontchannel_logout") ?? logout.isReportedByBrowsers
        logout.allowsMissingIssuer =
            section.boolean("insecure_frontchannel_logout_without_iss") ?? logout.allowsMissingIssuer
        let reports: [(Text, LogoutReport)] = [
            ("security_events", .securityEvent), ("global_token_revocation", .globalTokenRevocation),
        ]
        for (key, report) in reports {
            guard let isAccepted = section.boolean(key) else { continue }
            logout.reports.removeAll { $0 == report }
            if isAccepted { logout.reports.append(report) }
        }
        guard section.has(Self.addressKey) else { return logout }
        if !logout.isAtProvider {
            section.report(Self.addressKey, "is only for logouts at the provider; remove it, or logout = \"local\"")
        }
        logout.postLogoutRedirectURI = section.text(Self.addressKey).flatMap(address)
        return logout
    }

    /// Of any site: the provider accepts only registered URLs.
    private func address(_ text: Text) -> AbsoluteURL? {
        guard let url = AbsoluteURL(text), url.isSecure || url.isLoopback else {
            section.report(
                Self.addressKey,
                "must be an absolute URL as registered with the provider, such as \"https://app.example.com/goodbye\"; "
                    + "http:// is only for localhost")
            return nil
        }
        return url
    }
}
