import Basics
import Cookies
import Environment
import Provider
import Settings

extension IncomingRequest {
    /// The origin in the browser's address bar, as far as the headers say: what a server in front reports, otherwise Host.
    /// Nil without them. `site`: for the scheme, which Host does not have.
    func seenOrigin(of site: AbsoluteURL) -> Text? {
        guard let host = Self.first(of: forwardedHost) ?? Self.first(of: host) else { return nil }
        let scheme = Self.first(of: forwardedScheme)?.lowercasedASCII() ?? (site.isSecure ? "https" : "http")
        return AbsoluteURL("\(scheme)://\(host)")?.origin
    }

    /// What the server nearest to the browser says, in a list to which each adds.
    private static func first(of list: [UInt8]) -> Text? {
        guard !list.isEmpty, let list = Text(validating: list) else { return nil }
        let first = (list.splitOnce(at: ",")?.before ?? list).trimmed()
        return first.isEmpty ? nil : first
    }
}

extension Visit {
    /// The way to the name of redirect_uri, if the browser sees the site under another, such as 127.0.0.1 for localhost. A
    /// login that began there could not end: its cookie would stay behind. Nil if it may begin.
    ///
    /// A server in front may hide the name that the browser sees. The cookie then returns with the next request, which
    /// goes on. It is short-lived, because whoever goes back and tries again has to be sent again.
    func wayToSite(provider: Text?, returnTarget: Text, _ context: FlowContext) -> Answer? {
        let site = application.site
        guard let seen = incoming.seenOrigin(of: site.url), seen != site.url.origin else { return nil }
        context.report(.otherSiteName(seen: seen, expected: site.url.origin))
        let jar = CookieJar(prefix: application.settings.cookiePrefix, isSecure: site.url.isSecure)
        let cookie = jar.name("moved")
        if incoming.cookies.contains(cookie) { return nil }
        var path = returnTarget
        if incoming.path == site.loginPath {
            let choice = provider.map { [FormEncoding.Field("provider", $0)] } ?? []
            path = site.loginPath(with: choice + [.init("return_to", returnTarget)])
        } else if incoming.method == "GET", AbsoluteURL(site.url.origin + incoming.target) != nil {
            path = incoming.target
        }
        var answer = Answer(.redirect(to: site.url.origin + path, after: incoming.method))
        answer.pendingHeaders = [jar.storing("1", as: cookie, lifetime: 10)]
        return answer
    }
}

extension Site {
    /// Why a request is the end of a login in the wrong place: on the way here, the prefix of its path was cut off or added
    /// once more. As a page of the host's, it would begin the next login.
    func failure(ofMisplacedCallback incoming: IncomingRequest) -> Failure? {
        guard home != "/", incoming.query.contains(text: "state="), let prefix = home.dropping(suffix: "/") else {
            return nil
        }
        let path = incoming.path
        guard let callback = callbackPaths.first(where: { $0 == prefix + path || prefix + $0 == path }) else {
            return nil
        }
        let advice: Text = "the server in front and the application must agree about the prefix \(prefix)"
        return Failure(.responseRedirectURIMismatch, "\(callback) arrived as \(path): \(advice)")
    }
}
