import Basics

/// What the login path is asked for: `provider` and `return_to`, in the query or in a form.
struct LoginForm {
    /// Nil if none is named.
    let provider: Text?
    private let returnTo: Text?

    init(_ request: IncomingRequest) throws(Failure) {
        let fields = try request.fields()
        provider = fields.values(of: "provider").first.flatMap { $0.isEmpty ? nil : $0 }
        returnTo = fields.values(of: "return_to").first
    }

    /// The page that was asked for, else the one that the user came from, else the start page.
    func returnTarget(for request: HostRequest) -> Text {
        let target = returnTo.flatMap { ReturnTarget($0) } ?? request.refererTarget
        return request.application.page(for: target)
    }
}

extension HostRequest {
    /// The page of this site that the user came from.
    var refererTarget: ReturnTarget? {
        incoming.referer.flatMap { ReturnTarget($0, ofSite: application.settings.redirectURI) }
    }

    /// Where st_login() comes back to: the page that was asked for, else this page; where that was a form, the page with
    /// the form.
    func returnTarget(forLoginWith returnTo: Text?) -> Text {
        if let returnTo { return application.page(for: ReturnTarget(returnTo)) }
        return application.page(for: incoming.method == "GET" ? ReturnTarget(incoming.target) : refererTarget)
    }
}

extension Application {
    /// The start page of the host's application.
    var homePath: Text { settings.basePath + "/" }

    /// A page to come back to: never a path of the library's own, where a login could begin again and again.
    func page(for target: ReturnTarget?) -> Text {
        guard let target else { return homePath }
        let path = target.text.splitOnce(at: "?")?.before ?? target.text
        return Route(path, settings) == .page ? target.text : homePath
    }

    /// The link that begins a login again.
    func loginLink(provider: Text?, returnTarget: Text?) -> Text {
        let isKnown = provider.map { name in providers.contains { $0.name == name } } ?? false
        guard isKnown, let provider else { return homePath }
        let fields = FormEncoding.encode([
            .init("provider", provider), .init("return_to", returnTarget ?? homePath),
        ])
        return "\(settings.loginPath)?\(fields)"
    }
}
