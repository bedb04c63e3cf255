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
    /// The parameter of the link "Use another account".
    static var otherAccount: Text { "other_account" }

    /// Nil if the request names no provider.
    let provider: Text?
    let issuer: Text?
    let loginHint: Text?
    /// Whether the user wants another account than the one that the provider would return at once.
    let wantsOtherAccount: Bool
    private let returnTo: Text?
    private let targetLink: Text?

    init(_ request: IncomingRequest) throws(Failure) {
        var first: (provider: Text?, returnTo: Text?)
        var only: (issuer: Text?, loginHint: Text?, targetLink: Text?)
        let fields = try request.fields()
        wantsOtherAccount = !fields.values(of: Self.otherAccount).isEmpty
        for field in fields {
            switch field.name {
            case "provider": first.provider = first.provider ?? field.value
            case "return_to": first.returnTo = first.returnTo ?? field.value
            case "iss": try Self.set(&only.issuer, to: field)
            case "login_hint": try Self.set(&only.loginHint, to: field)
            case "target_link_uri": try Self.set(&only.targetLink, to: field)
            default: break
            }
        }
        provider = first.provider.flatMap { $0.isEmpty ? nil : $0 }
        loginHint = only.loginHint.flatMap { $0.isEmpty ? nil : $0 }
        (returnTo, issuer, targetLink) = (first.returnTo, only.issuer, only.targetLink)
        if let loginHint, loginHint.count > Self.longestHint || loginHint.hasControls {
            throw Failure(
                .invalidArgument,
                "the login_hint is longer than \(Self.longestHint) bytes or contains control characters")
        }
    }

    private static func set(_ value: inout Text?, to field: FormEncoding.Field) throws(Failure) {
        guard value == nil else {
            throw Failure(.invalidArgument, "the request for a login has two of the parameter \(field.name)")
        }
        value = field.value
    }

    /// The requested page, otherwise the one that the user came from, otherwise the start page. A page of another site is
    /// ignored (OIDC Core 4: no open redirectors).
    func returnTarget(for visit: Visit) -> Text {
        let site = visit.application.site
        let target =
            returnTo.flatMap { ReturnTarget($0) } ?? targetLink.flatMap { ReturnTarget($0, ofSite: site.url) }
            ?? visit.refererTarget
        return site.path(of: target)
    }

    /// The provider that the login was asked for, by its name or its issuer; nil if by neither. Of several that have the
    /// issuer, the first.
    func providerName(among providers: Providers) throws(Failure) -> Text? {
        guard let issuer else { return provider }
        let matches = providers.names(withIssuer: issuer)
        guard let first = matches.first else {
            throw Failure(.providerUnknown, "no configured provider has the issuer \(issuer.forMessage)")
        }
        guard let provider else { return first }
        guard matches.contains(provider) else {
            throw Failure(.invalidArgument, "the request for a login names one provider and the issuer of another")
        }
        return provider
    }
}
