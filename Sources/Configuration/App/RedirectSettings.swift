import Basics

/// The addresses that belong to the library: where providers send users back to, and what is beside it.
struct RedirectSettings {
    let uri: AbsoluteURL
    let callbackPath: Text
    let basePath: Text
    let loginPath: Text
    let logoutPath: Text

    /// Nil if a problem was reported.
    init?(_ section: Section) {
        let port = section.integer("port", in: 1...65_535)
        guard let uri = Self.uri(section, port: port) else {
            _ = (Self.path("login_path", section, default: "/"), Self.path("logout_path", section, default: "/"))
            return nil
        }
        self.uri = uri
        callbackPath = uri.path
        basePath = Self.parent(of: uri.path)
        let login = Self.path("login_path", section, default: basePath + "/auth/login")
        let logout = Self.path("logout_path", section, default: basePath + "/auth/logout")
        guard let login, let logout else { return nil }
        (loginPath, logoutPath) = (login, logout)
        guard login != logout, login != callbackPath, logout != callbackPath else {
            let key: Text = logout == callbackPath || section.has("logout_path") ? "logout_path" : "login_path"
            section.report(key, "the login path, the logout path and the path of redirect_uri must differ")
            return nil
        }
    }

    private static func uri(_ section: Section, port: Int64?) -> AbsoluteURL? {
        let key: Text = "redirect_uri"
        let example: Text = "\"https://app.example.com/oauth2callback\""
        guard section.has(key) else {
            section.report(key, "is missing; write the address registered with the provider, such as \(example)")
            return nil
        }
        guard let template = section.text(key), let text = fill(template, port, section) else { return nil }
        guard let uri = AbsoluteURL(text) else {
            section.report(key, "must be an absolute URL, such as \(example)")
            return nil
        }
        guard uri.isSecure || uri.isLoopback else {
            section.report(key, "must begin with https://; http:// is only for localhost, where nobody can listen in")
            return nil
        }
        guard uri.query == nil else {
            section.report(key, "must have no \"?\"; remove what begins there")
            return nil
        }
        guard SitePath.isUsable(uri.path) else {
            section.report(key, "must have a path of its own, such as /oauth2callback, \(SitePath.rule)")
            return nil
        }
        return uri
    }

    /// Puts the port where the address says {port}, as Streamlit does for several apps on one machine.
    private static func fill(_ template: Text, _ port: Int64?, _ section: Section) -> Text? {
        let placeholder: Text = "{port}"
        var filled = Text()
        var rest = template.bytes[...]
        while let byte = rest.first {
            guard rest.starts(with: placeholder.bytes) else {
                filled += Text(wellFormed: [byte])
                rest = rest.dropFirst()
                continue
            }
            guard let port else {
                // A port that is wrong has been reported.
                if !section.has("port") {
                    section.report(
                        "port", "is missing, and redirect_uri has {port}; write where the app listens: port = 8501")
                }
                return nil
            }
            filled += Text(port)
            rest = rest.dropFirst(placeholder.count)
        }
        return filled
    }

    /// The path without its last component: "" for "/oauth2callback", "/app" for "/app/oauth2callback".
    private static func parent(of path: Text) -> Text {
        let path = path.dropping(suffix: "/") ?? path
        let end = path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return Text(wellFormed: path.bytes[..<end])
    }

    private static func path(_ key: Text, _ section: Section, default path: Text) -> Text? {
        guard section.has(key) else { return path }
        guard let path = section.text(key) else { return nil }
        guard SitePath.isUsable(path) else {
            section.report(key, "must be a path such as /auth/login, \(SitePath.rule)")
            return nil
        }
        return path
    }
}

/// A path of the host's site that means the same to every browser and proxy.
private enum SitePath {
    static let rule: Text = "of letters, digits, \"-\", \".\", \"_\", \"~\", with no empty, \".\" or \"..\" part"

    /// A "//" at the start would be another site, and dots are taken out before a request is sent. A "/" at the end is
    /// allowed.
    static func isUsable(_ path: Text) -> Bool {
        guard path.hasPrefix("/"), path != "/", path.count <= 512 else { return false }
        let inner = path.dropping(suffix: "/") ?? path
        return inner.split(at: "/").dropFirst().allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.bytes.allSatisfy(FormEncoding.isUnreserved)
        }
    }
}
