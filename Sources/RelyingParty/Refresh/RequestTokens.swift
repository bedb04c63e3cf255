package import Basics
import Environment
import Provider
import Session
import Settings

/// A host's calls for the session's tokens, and the refresh that a request begins with.
extension HostRequest {
    /// What became of the session's tokens on a request, which refreshes them once at most.
    struct RefreshState {
        /// Those that replace the ones in the cookies.
        var tokens: SessionTokens?
        var isOver = false
        var failure: Failure?
    }

    /// An access token for the host to use.
    package struct AccessToken {
        package let text: Text
        /// Seconds since 1970; nil if unknown.
        package let expiry: Int64?
        package let scope: Text
    }

    private var tokens: SessionTokens? {
        refreshing.tokens ?? session.flatMap { application.sessionReader.tokens(of: $0, in: incoming.cookies) }
    }

    private func refreshRun(_ now: Now, for purpose: FlowRun.Purpose) -> FlowRun? {
        guard !isInert, !refreshing.isOver, let session, let tokens, tokens.refreshToken != nil else { return nil }
        let refresh = Refresh(visit: visit, session: session, tokens: tokens)
        return FlowRun(environment, now, for: purpose, refresh.run)
    }

    /// The refresh that comes before the page, if the claims are too old.
    func dueRefresh(_ now: Now) -> FlowRun? {
        guard let lifetime = application.settings.claimsLifetime, let tokens,
            tokens.needsClaims(lifetime: lifetime, now)
        else { return nil }
        return refreshRun(now, for: .refreshFirst)
    }

    /// Whether begin() would wait for that.
    var refreshMayBlock: Bool {
        guard let lifetime = application.settings.claimsLifetime, let now = try? Now(application.environment.clock),
            let session = application.sessionReader.open(incoming.cookies, now)
        else { return false }
        let tokens = application.sessionReader.tokens(of: session, in: incoming.cookies)
        return tokens?.needsClaims(lifetime: lifetime, now) ?? false
    }

    /// Whether a browser asks ahead of its user, and the claims are too old to show without a refresh. The page would be that
    /// of nobody, and the browser would keep it for the user's visit.
    func isTooEarly(_ now: Now) -> Bool {
        session == nil && incoming.isSpeculative && incoming.method == "GET"
            && application.sessionReader.open(incoming.cookies, now) != nil
    }

    /// Answers such a request with an error, which no browser keeps.
    func comeLater() -> Step {
        take(Answer(.later(after: incoming.method)))
        return .respond
    }

    func finishRefresh(_ result: Result<Answer?, Failure>) {
        refreshing.isOver = true
        if let session, application.sessionReader.hasEnded(session) {
            refreshing.failure = Failure(.notSignedIn, "the session has ended meanwhile")
            var answer = Answer(nil, failure: refreshing.failure)
            answer.session = .ended()
            answer.sessionHeaders = application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
            return take(answer)
        }
        switch result {
        case .success(let answer):
            guard let answer else { return }
            take(answer)
            refreshing.failure = answer.failure
        case .failure(let failure): refreshing.failure = failure
        }
    }

    /// Reads the user's claims and the tokens anew. Once per request; after a wait, this gives the outcome.
    package func refresh() throws(Failure) -> Step {
        defer { forgetNativeRefresh() }
        return try recordingFailure { () throws(Failure) in
            let now = try beginTokenCall()
            if try refresh(now) == .wait { return .wait }
            if let failure = refreshing.failure { throw failure }
            guard refreshing.isOver else { throw Refresh.unavailable }
            return .proceed
        }
    }

    /// An access token that is valid for a minute more, if the provider can be reached and gives such; nil while the request
    /// waits for the provider.
    package func accessToken() throws(Failure) -> AccessToken? {
        defer { forgetNativeRefresh() }
        return try recordingFailure { () throws(Failure) in
            let now = try beginTokenCall()
            guard application.settings.exposedTokens.contains(.access) else {
                throw Failure(.tokenUnavailable, "access tokens are not kept: set expose_tokens = \"access\"")
            }
            if tokens?.needsAccessToken(now) ?? false, try refresh(now) == .wait { return nil }
            guard session != nil, let tokens, let token = tokens.accessToken,
                tokens.expiry.map({ now.seconds < $0 }) ?? true
            else {
                throw refreshing.failure
                    ?? Failure(.tokenUnavailable, "the session has no access token that is still valid")
            }
            return AccessToken(text: token, expiry: tokens.expiry, scope: tokens.scope ?? requestedScope)
        }
    }

    /// Fails if nobody is signed in. From here on the page depends on the user.
    private func beginTokenCall() throws(Failure) -> Now {
        if waiting?.purpose != .refresh { try requireBegun() }
        let now = try Now(application.environment.clock)
        _ = readUser()
        guard session != nil || refreshing.failure != nil else { throw Failure(.notSignedIn, "nobody is signed in") }
        return now
    }

    private func refresh(_ now: Now) throws(Failure) -> Step {
        if waiting?.purpose == .refresh { return .wait }
        guard waiting == nil else {
            throw Failure(.exchangePending, "the request waits for a login: resume it first")
        }
        return try refreshRun(now, for: .refresh).map { (run) throws(Failure) in try start(run) } ?? .proceed
    }

    private var requestedScope: Text {
        let provider = session.flatMap(application.providers.provider)
        return provider?.settings.authorizationParameters.values(of: "scope").first ?? ""
    }
}
