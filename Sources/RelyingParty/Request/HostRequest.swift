package import Basics
import Cookies
import Environment
import Provider
import Session
import Settings

/// One request to the host, from its arrival to its response: what is behind an st_request.
///
/// Belongs to one thread at a time.
package final class HostRequest {
    let application: Application
    var incoming: IncomingRequest
    /// Nil for a page of the host's.
    private let endpoint: Endpoint?

    private(set) var hasBegun = false
    /// Why a part of the request was refused, so that it did not arrive here.
    var loss: Failure?
    private(set) var session: Session?
    var response: OutgoingResponse?
    /// Set-Cookie lines for the session and for pending logins; they go out with the library's response or the host's.
    var sessionHeaders: [HTTPHeader] = []
    private var loginHeaders: [HTTPHeader] = []
    /// Why the last attempt to log in or out on this request failed.
    package private(set) var failure: Failure?
    /// Who the user is, as JSON; nil before that is known, and for nobody after a logout.
    private var knownUserJSON: Text?
    /// Whether the host knows who the user is, so that its page may depend on it.
    private var isUserRead = false

    package init(_ application: Application, _ incoming: IncomingRequest) {
        self.application = application
        self.incoming = incoming
        endpoint = application.endpoint(at: incoming.path)
    }

    /// Who the user is, as JSON.
    package var userJSON: Text { knownUserJSON ?? UserJSON.anonymous }

    // MARK: - Before begin

    package var wantsBody: Bool {
        incoming.method == "POST" && endpoint?.methods.contains("POST") == true
    }

    /// Whether begin() would wait for the network.
    package var mayBlock: Bool {
        guard !incoming.isWebSocketHandshake, !incoming.isSpeculative else { return false }
        return endpoint?.mayBlock(self) ?? false
    }

    /// Whether login(provider:) would wait for the network.
    package func loginMayBlock(provider name: Text?) -> Bool {
        guard !incoming.isWebSocketHandshake, !incoming.isSpeculative,
            let now = try? Now(application.environment.clock),
            let provider = try? application.provider(named: name)
        else { return false }
        return provider.wouldAskAtLogin(now: now)
    }

    // MARK: - Begin

    /// Reads the session, and answers the request if it is for one of the library's own paths. True if it has answered.
    package func begin() throws(Failure) -> Bool {
        guard !hasBegun else { throw Failure(.outOfSequence, "the request has begun already") }
        if let loss {
            throw Failure(.requestIncomplete, "a header or the body of the request was refused: \(loss.message)")
        }
        let now = try Now(application.environment.clock)
        hasBegun = true
        openSession(now)
        guard let endpoint else { return false }
        if let failure = handshakeFailure {
            refuse(failure)
            return true
        }
        guard endpoint.methods.contains(incoming.method) else {
            refuse(Failure(.methodNotAllowed, "the path does not take the method \(incoming.method.forMessage)"))
            response?.add(HTTPHeader("Allow", endpoint.methods.joined(with: ", ")))
            return true
        }
        guard !incoming.isSpeculative else {
            response = .later(after: incoming.method)
            return true
        }
        endpoint.answer(self, now)
        return true
    }

    private func openSession(_ now: Now) {
        guard !incoming.isForeignWebSocket(application.settings.site) else {
            return application.environment.report(.webSocketOriginRefused(origin: incoming.origin ?? ""))
        }
        session = application.sessionReader.open(incoming.cookies, now)
        knownUserJSON = application.sessionReader.userJSON(of: session, in: incoming.cookies)
        reportForeignTokens()
        guard let session, !incoming.isSpeculative else { return }
        // A session that cannot be prolonged for once still counts.
        sessionHeaders = (try? application.sessionWriter.headers(toRenew: session, now)) ?? []
    }

    /// Tells the operator why the application misses tokens: they are another session's, or the secret was changed.
    private func reportForeignTokens() {
        guard let session, application.sessionReader.missesTokens(userJSON, of: session, in: incoming.cookies) else {
            return
        }
        application.environment.report(.tokensNotOpened)
    }

    // MARK: - Logging in

    func answerLogin(_ now: Now) {
        var provider: Text?
        do throws(Failure) {
            let form = try LoginForm(incoming)
            provider = form.provider
            provider = try application.providerName(for: form)
            let target = form.returnTarget(for: self)
            if provider == nil, application.needsChoice {
                response = application.chooserPage(returnTarget: target, loginHint: form.loginHint)
            } else {
                try startLogin(provider: provider, returnTarget: target, loginHint: form.loginHint, now)
            }
        } catch {
            refuse(error, provider: provider)
        }
    }

    /// Makes the response a redirect to a provider, or to the page that asks for one if there are several and none is the
    /// default. `returnTo`: a path of this site, nil for this page.
    package func login(provider: Text?, returnTo: Text?) throws(Failure) {
        try recordingFailure { () throws(Failure) in
            try requireBegun()
            if let failure = handshakeFailure { throw failure }
            if incoming.isSpeculative { return response = .later(after: incoming.method) }
            let target = returnTarget(forLoginWith: returnTo)
            guard provider != nil || !application.needsChoice else {
                let chooser = application.loginPath(with: [.init("return_to", target)])
                return response = .redirect(to: chooser, after: incoming.method)
            }
            try startLogin(provider: provider, returnTarget: target, Now(application.environment.clock))
        }
    }

    private func startLogin(
        provider name: Text?, returnTarget: Text, loginHint: Text? = nil, _ now: Now
    ) throws(Failure) {
        let login = try application.startLogin(
            provider: name, returnTarget: returnTarget, loginHint: loginHint,
            in: BrowserState(cookies: incoming.cookies, hasSession: session != nil),
            FlowContext(application.environment, now: now))
        loginHeaders = login.headers
        response = .redirect(to: login.location, after: incoming.method)
        reportLongHeaders()
    }

    func answerCallback(_ now: Now) {
        if answerLogoutReturn() { return }
        let outcome = application.finishLogin(
            CallbackMessage(incoming), cookies: incoming.cookies, FlowContext(application.environment, now: now))
        loginHeaders = outcome.headers
        do throws(Failure) {
            let login = try outcome.result.get()
            let stored = try LoginStorage(
                application: application, login: login, provider: outcome.provider, cookies: incoming.cookies,
                endedLogin: outcome.cookieName, now: now
            ).store(beside: loginHeaders)
            sessionHeaders = stored.headers
            session = login.session
            knownUserJSON = application.sessionReader.userJSON(of: login.session, with: stored.tokens)
            response = .redirect(to: stored.returnTarget, after: incoming.method)
            application.environment.report(.loginSucceeded(provider: outcome.provider))
            reportLongHeaders()
        } catch {
            refuse(error, provider: outcome.provider, returnTarget: outcome.returnTarget)
        }
    }

    /// Answers with a page that explains. The session that the browser has stays as it is.
    private func refuse(_ failure: Failure, provider: Text? = nil, returnTarget: Text? = nil) {
        self.failure = failure
        application.environment.report(
            endpoint?.refusal(failure, provider) ?? .loginRefused(failure, provider: provider))
        response = ErrorPage.response(
            for: failure, retry: application.loginLink(provider: provider, returnTarget: returnTarget))
    }

    // MARK: - Logging out

    func answerLogout() {
        if incoming.method == "POST" {
            do throws(Failure) { try logout() } catch { refuse(error) }
        } else {
            response = LogoutPage.response(action: application.settings.logoutPath, home: application.homePath)
        }
    }

    /// Ends the session, if the request is from this site. The browser goes on to the provider if that can be, else to
    /// the start page.
    package func logout() throws(Failure) {
        try recordingFailure { () throws(Failure) in
            try requireBegun()
            if let failure = handshakeFailure { throw failure }
            try incoming.validateSameSite(application.settings.site)
        }
        if incoming.isSpeculative { return response = .later(after: incoming.method) }
        // Only what the browser sent is removed: a request that another site forced arrives without cookies.
        let removals = application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
        let onward = session.flatMap {
            application.startProviderLogout(of: $0, cookies: incoming.cookies, beside: removals)
        }
        session = nil
        knownUserJSON = nil
        sessionHeaders = removals + (onward?.headers ?? [])
        response = .redirect(to: onward?.location ?? application.homePath, after: "POST")
        application.environment.report(.logout(isAtProvider: onward != nil))
        reportLongHeaders()
    }

    /// Who the user is, as JSON, for the host.
    package func readUser() -> Text {
        isUserRead = true
        return userJSON
    }

    package func requireBegun() throws(Failure) {
        guard hasBegun else { throw Failure(.outOfSequence, "st_request_begin() comes before this") }
    }

    /// Why this request can neither log in nor out, if it cannot.
    private var handshakeFailure: Failure? {
        guard incoming.isWebSocketHandshake else { return nil }
        let advice: Text = "log in or out on a page, before it opens the WebSocket"
        return Failure(.webSocketHandshake, "a WebSocket handshake cannot be redirected: \(advice)")
    }

    /// Keeps the failure of what the host asked for, so that it can be shown on the page.
    package func recordingFailure<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            failure = error
            throw error
        }
    }

    // MARK: - Answers

    /// 0 if the host's page is the response.
    package var responseStatus: Int32 { response?.status ?? 0 }

    package var responseHeaders: [HTTPHeader] {
        let cookies = loginHeaders + sessionHeaders
        guard let response else { return cachingHeaders(with: cookies) + cookies }
        return response.headers + cookies
    }

    /// What caches have to know of a page of the host's: the user's cookies are theirs alone, and whether the page is another
    /// one for other cookies. The host's own Cache-Control stands beside it; of two, the stricter one holds (RFC 9111 4.2.1).
    private func cachingHeaders(with cookies: [HTTPHeader]) -> [HTTPHeader] {
        let varies = isUserRead || !cookies.isEmpty ? [HTTPHeader("Vary", "Cookie")] : []
        return cookies.isEmpty ? varies : [HTTPHeader("Cache-Control", "private")] + varies
    }

    package var responseBody: Text { response?.body ?? "" }
}
