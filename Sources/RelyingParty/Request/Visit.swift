package import Basics
import Environment
import JSON
import Provider
import Session
import Settings

/// One request as the flows see it: its content, and who sent it. The result of a flow is an `Answer`.
final class Visit {
    let application: Application
    let incoming: IncomingRequest
    /// Nil if nobody is signed in, and before the request begins.
    let session: Session?

    init(_ application: Application, _ incoming: IncomingRequest, session: Session?) {
        self.application = application
        self.incoming = incoming
        self.session = session
    }

    /// How the log names who is signed in.
    var userInLog: Text? {
        let claims = session.flatMap { JSONObject(parsing: $0.userJSON.bytes) }
        return claims.flatMap { application.settings.logIdentity.user($0) }
    }

    /// The page of this site that the user came from.
    var refererTarget: ReturnTarget? {
        incoming.referer.flatMap { ReturnTarget($0, ofSite: application.site.url) }
    }

    /// The return target of the host's page of this request; where that was a form, of the page with the form.
    var currentPage: Text {
        application.site.path(of: incoming.method == "GET" ? ReturnTarget(incoming.target) : refererTarget)
    }

    /// Where st_login() returns to: the requested page, otherwise this page. If this page calls st_login() even for users
    /// whom no login makes any fresher, it would do so again and again: then it is the start page.
    private func returnTarget(_ options: LoginOptions, _ now: Now) -> Text {
        if let returnTo = options.returnTo { return application.site.path(of: ReturnTarget(returnTo)) }
        let json = application.sessionReader.userJSON(of: session, in: incoming.cookies)
        let mayRepeat = session != nil && incoming.method == "GET" && !options.refreshes(json, now)
        return mayRepeat ? application.site.home : currentPage
    }

    /// Sends the user to a provider, or to the page that asks for one if there are several and none is the default.
    func login(provider: Text?, _ options: LoginOptions, _ context: FlowContext) throws(Failure) -> Answer {
        if presentsToken { return Answer(anotherToken) }
        if let failure = incoming.handshakeFailure { throw failure }
        if incoming.isSpeculative { return Answer(.later(after: incoming.method)) }
        let target = returnTarget(options, context.now)
        guard provider != nil || !application.providers.needsChoice else {
            guard !options.needsProvider else {
                throw Failure(.optionInvalid, "name the provider: the page where the user chooses one takes no options")
            }
            let chooser = application.site.loginPath(with: [.init("return_to", target)] + options.chooserFields)
            return Answer(.redirect(to: chooser, after: incoming.method))
        }
        return try LoginStart(visit: self, provider: provider, returnTarget: target, options: options).run(context)
    }

    /// Whether a flow that begins a login at this provider would wait for the network. Nothing waits if the host sends the
    /// requests.
    func loginMayBlock(provider name: Text?) -> Bool {
        guard application.environment.transport != nil, let now = try? Now(application.environment.clock),
            let provider = try? application.providers.named(name)
        else { return false }
        return provider.wouldAskAtLogin(now: now)
    }

    /// The page that explains why a login or logout was refused. The browser's session is unchanged. `event`: for the log.
    func refusal(
        _ failure: Failure, _ event: Event, provider: Text? = nil, returnTarget: Text? = nil,
        account: RefusedAccount = RefusedAccount(), _ context: FlowContext
    ) -> Answer {
        context.report(event)
        let retry = loginLink(provider, returnTarget, toOtherAccount: failure.advice == .notAllowed)
        let page = pages.error(failure, retry: retry, account: account)
        return Answer(page, failure: failure)
    }

    /// The page for an error that the host has not handled: it leads to this page again, if that can help.
    func page(for code: ErrorCode) -> OutgoingResponse {
        let retry =
            switch code.entry.advice {
            case .notDone: application.site.home
            case .needsLogin: application.site.loginPath(with: [.init("return_to", currentPage)])
            default: currentPage
            }
        return pages.error(Failure(code, ""), retry: retry)
    }

    /// The link that begins a login again; without a provider of ours, the way home.
    private func loginLink(_ provider: Text?, _ returnTarget: Text?, toOtherAccount: Bool) -> Text {
        let site = application.site
        guard let provider, application.providers.all.contains(where: { $0.name == provider }) else { return site.home }
        let fields: [FormEncoding.Field] = [
            .init("provider", provider), .init("return_to", returnTarget ?? site.home),
        ]
        return site.loginPath(with: fields + (toOtherAccount ? [.init(LoginForm.otherAccount, "1")] : []))
    }
}

extension HostRequest {
    /// Whether login(provider:) would wait for the network.
    package func loginMayBlock(provider name: Text?) -> Bool {
        !isInert && visit.loginMayBlock(provider: name)
    }
}
