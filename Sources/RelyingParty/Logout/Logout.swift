import Basics
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// What a logout ends besides the session here.
package enum LogoutReach {
    /// The session at the provider, if possible.
    case provider
    /// That one too, and the user's other sessions here.
    case everywhere
    /// Nothing.
    case local
}

/// The end of a session: here, and at its provider if possible.
struct Logout {
    let visit: Visit
    var reach = LogoutReach.provider
    /// Where to sign out if nobody is signed in here: the provider of a login that was refused.
    var provider: Text?
    /// Whether it may wait for the provider to revoke tokens.
    var mayWait = true

    /// The field of the form that asks for all of the user's sessions.
    static var everywhere: Text { "everywhere" }

    /// Ends the session, if the request is from this site. The browser goes on to the provider, or to the host's start page.
    func run(_ context: FlowContext) throws(Failure) -> Answer {
        let incoming = visit.incoming
        if let failure = incoming.handshakeFailure { throw failure }
        try incoming.validateSameSite(visit.application.site.url)
        if incoming.isSpeculative { return Answer(.later(after: incoming.method)) }
        revokeTokens(context)
        // Only cookies that the browser sent are removed: a request forced by another site arrives without cookies.
        let removals = visit.application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
        let onward = reach == .local ? nil : startAtProvider(beside: removals, context)
        context.report(.logout(isAtProvider: onward != nil, user: visit.userInLog))
        var answer = Answer(.redirect(to: onward?.location ?? visit.application.site.home, after: "POST"))
        answer.session = .ended(everywhere: reach == .everywhere)
        answer.sessionHeaders = removals + (onward?.headers ?? [])
        return answer
    }

    /// Revokes the tokens that the session has kept. It ends before, whatever becomes of that.
    private func revokeTokens(_ context: FlowContext) {
        let application = visit.application
        guard let session = visit.session, let provider = application.providers.provider(of: session),
            let tokens = application.sessionReader.tokens(of: session, in: visit.incoming.cookies)
        else { return }
        // With the refresh token, many providers revoke the access tokens that it gave.
        var kept: [TokenRevocation.Token] = []
        if let token = tokens.refreshToken { kept.append(.init(token, "refresh_token")) }
        if let token = tokens.accessToken { kept.append(.init(token, "access_token")) }
        guard !kept.isEmpty else { return }
        try? context.once { application.end(session, in: visit.incoming.cookies) }
        provider.revoke(kept, mayAsk: mayWait, context)
    }
}

extension Visit {
    /// Whether a logout may wait for a provider that revokes tokens.
    var logoutMayBlock: Bool {
        application.environment.transport != nil && application.settings.keepsRefreshTokens
            && application.providers.all.contains { $0.revokesTokens }
    }
}

extension HostRequest {
    /// Whether logout() would wait for the network.
    package var logoutMayBlock: Bool { session != nil && !isInert && visit.logoutMayBlock }
}
