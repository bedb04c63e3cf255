package import Basics
import Cookies
import Environment
package import Provider
import Session
import Settings

/// One request to the host, from its arrival to its response: the object behind an st_request.
///
/// Belongs to one thread at a time.
package final class HostRequest {
    /// What the host does next.
    package enum Step {
        /// Make its page.
        case proceed
        /// Send the library's response.
        case respond
        /// Make the request to a provider that is pending, and resume.
        case wait
    }

    let application: Application
    var incoming: IncomingRequest
    /// Nil for a page of the host.
    let endpoint: Endpoint?
    private let isPreload: Bool

    private(set) var hasBegun = false
    /// Why a part of the request was refused and did not arrive here.
    var loss: Failure?
    private(set) var session: Session?
    var response: OutgoingResponse?
    /// Set-Cookie lines; they accompany the library's response or the host's.
    var sessionHeaders: [HTTPHeader] = []
    private var renewalHeaders: [HTTPHeader] = []
    var pendingHeaders: [HTTPHeader] = []
    /// Why the last attempt to log in or out on this request failed.
    package internal(set) var failure: Failure?
    /// Who the user is, as JSON; nil before that is known, and after a logout.
    private var knownUserJSON: Text?
    /// Whether the host has read the user, so its page may depend on it.
    private(set) var isUserRead = false
    /// The flow that waits for a provider's answer.
    private(set) var waiting: FlowRun?
    /// Nil unless a native program is its own browser.
    var native: NativeState?
    /// What became of the session's tokens on this request.
    var refreshing = RefreshState()

    package init(_ application: Application, _ incoming: IncomingRequest) {
        self.application = application
        self.incoming = incoming
        endpoint = application.endpoints.first { $0.path == incoming.path }
        isPreload = false
    }

    /// A request without a browser, to fetch metadata and keys of all providers.
    package init(preloading application: Application) throws(Failure) {
        self.application = application
        incoming = try IncomingRequest(method: "GET", target: "/")
        endpoint = nil
        isPreload = true
    }

    /// The application's, with this request's part in the log.
    var environment: Environment {
        var environment = application.environment
        environment.requester = incoming.requester
        return environment
    }

    var visit: Visit { Visit(application, incoming, session: session) }

    // MARK: - Before begin

    package var wantsBody: Bool {
        incoming.method == "POST" && endpoint?.methods.contains("POST") == true
    }

    /// Whether begin() would wait for the network.
    package var mayBlock: Bool {
        if application.sessionReader.mayBlock(incoming.cookies) { return true }
        if presentsToken { return tokenMayBlock }
        guard !isInert, application.environment.transport != nil else { return false }
        return endpoint?.mayBlock(visit) ?? (gateMayBlock || refreshMayBlock)
    }

    /// Whether it can neither begin nor end anything.
    var isInert: Bool { incoming.isWebSocketHandshake || incoming.isSpeculative }

    // MARK: - Begin

    /// Reads the session, and answers the request if it is for one of the library's own paths.
    package func begin() throws(Failure) -> Step {
        guard !hasBegun else { throw Failure(.outOfSequence, "the request has already begun") }
        if let loss {
            throw Failure(.requestIncomplete, "a header or the body of the request was refused: \(loss.message)")
        }
        let now = try Now(application.environment.clock)
        hasBegun = true
        if isPreload { return try start(FlowRun(environment, now, application.providers.preload)) }
        if let run = tokenRun(now) { return try start(run) }
        openSession(now)
        keepCookies()
        guard let endpoint else {
            if isTooEarly(now) { return comeLater() }
            if let failure = application.site.failure(ofMisplacedCallback: incoming) {
                let context = FlowContext(environment, now: now)
                take(visit.refusal(failure, .loginRefused(failure, provider: nil), context))
                return .respond
            }
            if let run = dueRefresh(now) { return try start(run) }
            return try proceed(now)
        }
        let visit = visit
        let run = FlowRun(environment, now) { (context) throws(Failure) in endpoint.answer(visit, context) }
        return try start(run)
    }

    /// Goes on to the host's page, or to the login.
    func proceed(_ now: Now) throws(Failure) -> Step {
        isClosed ? try start(gateRun(now)) : .proceed
    }

    func openSession(_ now: Now) {
        guard !incoming.isForeignWebSocket(application.site.url) else {
            return environment.report(.webSocketOriginRefused(origin: incoming.origin ?? ""))
        }
        let reader = application.sessionReader
        let open = isInert ? reader.openWithoutRefresh : reader.open
        session = open(incoming.cookies, now, incoming.requester)
        knownUserJSON = reader.userJSON(of: session, in: incoming.cookies)
        reportForeignTokens()
        guard let session else { return reportSkippedProof(now) }
        guard !incoming.isSpeculative else { return }
        // A session that cannot be prolonged for once still counts.
        let writer = application.sessionWriter
        renewalHeaders = (try? writer.headers(toRenew: session, now)) ?? []
        // Leftovers can wait: a proxy may pass on one Set-Cookie line alone.
        let rest = renewalHeaders.isEmpty ? writer.headers(toRemoveTokensFrom: incoming.cookies, but: session) : []
        if application.deviceBinding?.isOn == true { renewalHeaders += deviceOffer(session, now) }
        sessionHeaders = renewalHeaders + rest
    }

    /// Tells the operator why the application gets no tokens: they belong to another session, or the secret has changed.
    private func reportForeignTokens() {
        guard let session, application.sessionReader.missesTokens(userJSON, of: session, in: incoming.cookies) else {
            return
        }
        environment.report(.tokensNotOpened)
    }

    // MARK: - Flows

    /// The request to a provider that the host must make, if it makes them itself.
    package var pending: ProviderRequest? { waiting?.pending }

    /// Continues a waiting flow. `answer`: the result of the pending request.
    package func resume(with answer: Result<HTTPResponse, Failure>) throws(Failure) -> Step {
        guard let run = waiting else {
            throw Failure(.outOfSequence, "the request is not waiting for a provider's answer")
        }
        return try advance(run, with: answer)
    }

    func start(_ run: FlowRun) throws(Failure) -> Step {
        try advance(run, with: nil)
    }

    private func advance(_ run: FlowRun, with answer: Result<HTTPResponse, Failure>?) throws(Failure) -> Step {
        let result = run.advance(with: answer)
        guard run.pending == nil else {
            waiting = run
            return .wait
        }
        // A flow that fails as it starts leaves the previous one waiting.
        if answer != nil { waiting = nil }
        if run.purpose == .token { return try finishToken(result, run.now) }
        if run.purpose == .refresh || run.purpose == .refreshFirst {
            finishRefresh(result)
            return run.purpose == .refreshFirst ? try proceed(run.now) : .proceed
        }
        do throws(Failure) {
            guard let answer = try result.get() else { return .proceed }
            take(answer)
        } catch {
            // The page that asked for a login has returned since: the library answers instead.
            guard run.purpose == .page, answer != nil else { throw error }
            let context = FlowContext(environment, now: try Now(application.environment.clock))
            take(visit.refusal(error, .loginRefused(error, provider: nil), context))
        }
        return .respond
    }

    func take(_ answer: Answer) {
        waiting = nil
        if answer.response != nil {
            response = answer.response
            failure = answer.failure ?? failure
        }
        sessionHeaders = answer.sessionHeaders ?? sessionHeaders
        pendingHeaders = answer.pendingHeaders ?? pendingHeaders
        switch answer.session {
        case .none: break
        case .began(let session, let userJSON):
            application.end(self.session, in: incoming.cookies)
            refreshing = RefreshState()
            (self.session, knownUserJSON) = (session, userJSON)
        case .ended(let everywhere):
            application.end(session, in: incoming.cookies, everywhere: everywhere)
            forgetUser()
        case .presented(let session): (self.session, knownUserJSON) = (session, session.userJSON)
        case .refreshed(let tokens):
            refreshing.tokens = tokens
            sessionHeaders += renewalHeaders  // after the tokens, which no later request brings again
            knownUserJSON = session.map { application.sessionReader.userJSON(of: $0, with: tokens) }
        }
        keepCookies()
        if answer.failure == nil { reportLongHeaders() }
    }

    // MARK: - Calls of page code

    /// Makes the response a redirect to a provider, or to the page where users choose one if there are several and no
    /// default. If the host sends the requests, the redirect may have to wait for `resume`.
    package func login(provider: Text?, _ options: LoginOptions = LoginOptions()) throws(Failure) {
        try recordingFailure { () throws(Failure) in
            try requireBegun()
            let (visit, now) = (visit, try Now(application.environment.clock))
            let run = FlowRun(environment, now, for: .page) { (context) throws(Failure) in
                try visit.login(provider: provider, options, context)
            }
            _ = try start(run)
        }
    }

    /// Ends the session, if the request is from this site. The browser goes on to the provider if possible, otherwise to the
    /// start page.
    package func logout(_ reach: LogoutReach = .provider) throws(Failure) {
        try recordingFailure { () throws(Failure) in
            try requireBegun()
            if presentsToken { return take(endToken(reach)) }
            if native != nil { return try logOutNatively(reach) }
            let context = FlowContext(environment, now: try Now(application.environment.clock))
            // A host with an event loop expects no request to a provider here; at the logout path it does.
            let mayWait = application.environment.transport != nil
            take(try Logout(visit: visit, reach: reach, mayWait: mayWait).run(context))
        }
    }

    /// Makes the response the page for an error that the host has not handled, by its code. An unknown code counts as a bug.
    /// The page shows only the code: the message is for developers.
    package func refuse(code name: Text) {
        let code = ErrorCode.allCases.first { name == $0.entry.name } ?? .internalError
        waiting = nil
        response = visit.page(for: code)
    }

    /// Who the user is, as JSON.
    package var userJSON: Text { knownUserJSON ?? UserJSON.anonymous }

    func forgetUser() { (session, knownUserJSON) = (nil, nil) }

    /// Who the user is, as JSON, for the host.
    package func readUser() -> Text {
        reopenNativeSession()
        isUserRead = true
        return userJSON
    }

    /// Fails before the request has begun, and while its first flow waits for a provider.
    package func requireBegun() throws(Failure) {
        guard hasBegun else { throw Failure(.outOfSequence, "call st_request_begin() first") }
        guard let waiting, waiting.purpose != .page else { return }
        throw Failure(
            .exchangePending, "the request waits for a provider: send its st_request_exchange() and resume it first")
    }

    /// Keeps the failure of a host's call, so the page can show it.
    package func recordingFailure<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }
}
