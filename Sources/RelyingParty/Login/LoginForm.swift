import Basics
import Cookies
import Provider
import Settings

/// The parameters of the login path, in the query or in a form: `provider` and `return_to` from this site, or `iss`,
/// `login_hint` and `target_link_uri` from anyone (OIDC Core 4).
///
/// Another site may begin a login: it can choose one of the configured providers, a name to suggest there and a page of
/// this site. State and nonce still bind the login to the browser, and the user sees the provider, so nobody is signed in
/// as someone else.
struct LoginForm {
    private static let longestHint = 1024

    /// Nil if the request names no provider.
    let provider: Text?
    let issuer: Text?
    let loginHint: Text?
    private let returnTo: Text?
    private let targetLink: Text?

    init(_ request: IncomingRequest) throws(Failure) {
        let fields = try request.fields()
        for name: Text in ["iss", "login_hint", "target_link_uri"] where fields.values(of: name).count > 1 {
            throw Failure(.invalidArgument, "the request for a login has two of the parameter \(name)")
        }
        provider = fields.values(of: "provider").first.flatMap { $0.isEmpty ? nil : $0 }
        issuer = fields.values(of: "iss").first
        loginHint = fields.values(of: "login_hint").first.flatMap { $0.isEmpty ? nil : $0 }
        returnTo = fields.values(of: "return_to").first
        targetLink = fields.values(of: "target_link_uri").first
        if let loginHint, loginHint.count > Self.longestHint || loginHint.hasControls {
            throw Failure(
                .invalidArgument,
                "the login_hint is longer than \(Self.longestHint) bytes or contains control characters")
        }
    }

    /// The requested page, otherwise the one that the user came from, otherwise the start page. A page of another site is
    /// ignored (OIDC Core 4: no open redirectors).
    func returnTarget(for visit: Visit) -> Text {
        let site = visit.application.settings.site
        let target =
            returnTo.flatMap { ReturnTarget($0) } ?? targetLink.flatMap { ReturnTarget($0, ofSite: site) }
            ?? visit.refererTarget
        return visit.application.page(for: target)
    }
}

extension Application {
    /// The requested provider, by its name or its issuer; nil if the request has neither. Of several with the same issuer,
    /// the first.
    func providerName(for form: LoginForm) throws(Failure) -> Text? {
        guard let issuer = form.issuer else { return form.provider }
        let matches = providers.filter { $0.settings.issuer == issuer }.map { $0.name }
        guard let first = matches.first else {
            throw Failure(.providerUnknown, "no configured provider has the issuer \(issuer.forMessage)")
        }
        guard let name = form.provider else { return first }
        guard matches.contains(name) else {
            throw Failure(.invalidArgument, "the request for a login names one provider and the issuer of another")
        }
        return name
    }
}

extension Application {
    /// The start page of the host's application.
    var homePath: Text { settings.basePath + "/" }

    /// A page to return to: never one of the library's own paths, where a login could begin again and again.
    func page(for target: ReturnTarget?) -> Text {
        guard let target, !OwnPaths(settings).mayBeReached(by: target.decodedPath) else { return homePath }
        return target.text
    }

    /// The link that begins a login again.
    func loginLink(provider: Text?, returnTarget: Text?) -> Text {
        let isKnown = provider.map { name in providers.contains { $0.name == name } } ?? false
        guard isKnown, let provider else { return homePath }
        return loginPath(with: [.init("provider", provider), .init("return_to", returnTarget ?? homePath)])
    }

    /// A return page that makes the URL too long for a request is omitted: then it is the start page.
    func loginPath(with fields: [FormEncoding.Field]) -> Text {
        let path = FormEncoding.encode(fields, after: settings.loginPath + "?")
        guard path.count > HeaderBudget.longestPath else { return path }
        return FormEncoding.encode(fields.filter { $0.name != "return_to" }, after: settings.loginPath + "?")
    }
}
