import Basics
import Environment
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

    /// The field of the form that asks for all of the user's sessions.
    static var everywhere: Text { "everywhere" }

    /// Ends the session, if the request is from this site. The browser goes on to the provider, or to the host's start page.
    func run(_ context: FlowContext) throws(Failure) -> Answer {
        let incoming = visit.incoming
        if let failure = incoming.handshakeFailure { throw failure }
        try incoming.validateSameSite(visit.application.site.url)
        if incoming.isSpeculative { return Answer(.later(after: incoming.method)) }
        // Only cookies that the browser sent are removed: a request forced by another site arrives without cookies.
        let removals = visit.application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
        let onward = reach == .local ? nil : startAtProvider(beside: removals, context)
        context.report(.logout(isAtProvider: onward != nil, user: visit.userInLog))
        var answer = Answer(.redirect(to: onward?.location ?? visit.application.site.home, after: "POST"))
        answer.session = .ended(everywhere: reach == .everywhere)
        answer.sessionHeaders = removals + (onward?.headers ?? [])
        return answer
    }
}
