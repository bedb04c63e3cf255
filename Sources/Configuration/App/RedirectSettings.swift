import Basics
import OpenIDConnect
import Settings

/// The library's URLs: where providers send users back to, and the login and logout paths.
struct RedirectSettings {
    /// Scheme, host and port of every URL.
    let site: AbsoluteURL
    let basePath: Text
    let loginPath: Text
    let logoutPath: Text
    let sessionPath: Text?
    fileprivate let auth: Section
    fileprivate let template: RedirectURITemplate

    /// The URL that a provider sends users back to; nil if a problem was reported.
    func uri(of provider: Text, _ section: Section) -> AbsoluteURL? {
        let key = RedirectURITemplate.key
        guard let template = section.has(key) ? RedirectURIReader(section, auth: auth).read() : template else {
            return nil
        }
        guard template.takes(provider) else {
            section.report(
                key,
                "{provider} cannot be this section's name, which is no part of a path; rename it, or write redirect_uri "
                    + "here without {provider}")
            return nil
        }
        guard let uri = template.uri(of: provider) else { return nil }
        guard uri.origin == site.origin else {
            section.report(
                key,
                "must have the scheme, host and port of redirect_uri in [auth], \(site.origin): cookies are kept for one "
                    + "site")
            return nil
        }
        return uri
    }

    /// Reports equal paths with different meanings.
    func reportCollisions(with providers: [ProviderSettings]) {
        reportFixedPaths(chosen: providers)
        let isCallback = { (path: Text) in providers.contains { $0.client.redirectURI.path == path } }
        if let sessionPath, sessionPath == loginPath || sessionPath == logoutPath || isCallback(sessionPath) {
            auth.report("session_path", "is the path of a login, of the logout or of redirect_uri; choose another")
        }
        guard loginPath == logoutPath || isCallback(loginPath) || isCallback(logoutPath) else { return }
        let key: Text = isCallback(logoutPath) || auth.has("logout_path") ? "logout_path" : "login_path"
        auth.report(key, "the login path, the logout path and the path of redirect_uri must differ")
    }
}

extension RedirectSettings {
    /// Reports paths that are fixed: what is there too would never be reached, or they would not.
    private func reportFixedPaths(chosen providers: [ProviderSettings]) {
        let fixed = Settings.fixedPaths.map { basePath + $0 }
        var chosen: [(key: Text, path: Text)] = [("login_path", loginPath), ("logout_path", logoutPath)]
        if let sessionPath { chosen.append(("session_path", sessionPath)) }
        if let provider = providers.first(where: { fixed.contains($0.client.redirectURI.path) }) {
            chosen.append((RedirectURITemplate.key, provider.client.redirectURI.path))
        }
        for (key, path) in chosen where fixed.contains(path) {
            auth.report(key, "must not be \(path), which the library answers itself; choose another path")
        }
    }
}

/// Reads the addresses that belong to the library.
struct RedirectReader {
    private let auth: Section

    init(_ auth: Section) {
        self.auth = auth
    }

    /// Nil if a problem was reported.
    func read() -> RedirectSettings? {
        _ = auth.integer("port", in: RedirectURIReader.ports)
        // Any name will do to find problems that concern all of them.
        guard let template = RedirectURIReader(auth, auth: auth).read(), let site = template.uri(of: "provider") else {
            for key in ["login_path", "logout_path", "session_path"] as [Text] { _ = path(key, default: "/") }
            return nil
        }
        let basePath = template.basePath
        let login = path("login_path", default: basePath + "/auth/login")
        let logout = path("logout_path", default: basePath + "/auth/logout")
        let session = auth.has("session_path") ? path("session_path", default: "/") : nil
        guard let login, let logout else { return nil }
        return RedirectSettings(
            site: site, basePath: basePath, loginPath: login, logoutPath: logout, sessionPath: session,
            auth: auth, template: template)
    }

    private func path(_ key: Text, default path: Text) -> Text? {
        guard auth.has(key) else { return path }
        guard let path = auth.text(key) else { return nil }
        guard SitePath.isUsable(path) else {
            auth.report(key, "must be a path such as /auth/login, \(SitePath.rule)")
            return nil
        }
        return path
    }
}
