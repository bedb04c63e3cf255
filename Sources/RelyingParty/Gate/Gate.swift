import Basics
import Environment
import Provider
import Settings

/// Stands before a closed page of the host's: who is not signed in gets no further.
struct Gate {
    let visit: Visit

    /// The way to the login, or 401; nil if the host may make its page.
    func run(_ context: FlowContext) throws(Failure) -> Answer? {
        if visit.session != nil { return nil }
        guard visit.incoming.loadsPage else { return Answer(.notSignedIn(visit.challenge())) }
        return try visit.login(provider: nil, LoginOptions(), context)
    }

    /// The same, with a page that explains why a login could not begin.
    func answer(_ context: FlowContext) -> Answer? {
        do throws(Failure) {
            return try run(context)
        } catch {
            context.report(.loginRefused(error, provider: nil))
            return Answer(visit.pages.error(error, retry: visit.currentPage), failure: error)
        }
    }
}
