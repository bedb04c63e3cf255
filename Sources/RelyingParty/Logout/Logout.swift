import Basics
import Environment
import Provider
import Session
import Settings

/// The end of a session: here, and at its provider if possible.
struct Logout {
    let visit: Visit
    /// Whether the session at the provider stays.
    var hereOnly = false
    /// Where to sign out if nobody is signed in here: the provider of a login that was refused.
    var provider: Text?

    /// Ends the session, if the request is from this site. The browser goes on to the provider, or to the host's start page.
    func run(_ context: FlowContext) throws(Failure) -> Answer {
        let incoming = visit.incoming
        if let failure = incoming.handshakeFailure { throw failure }
        try incoming.validateSameSite(visit.application.site.url)
        if incoming.isSpeculative { return Answer(.later(after: incoming.method)) }
        // Only cookies that the browser sent are removed: a request forced by another site arrives without cookies.
        let removals = visit.application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
        let onward = hereOnly ? nil : startAtProvider(beside: removals, context)
        context.report(.logout(isAtProvider: onward != nil, user: visit.userInLog))
        var answer = Answer(.redirect(to: onward?.location ?? visit.application.site.home, after: "POST"))
        answer.session = .ended
        answer.sessionHeaders = removals + (onward?.headers ?? [])
        return answer
    }
}
