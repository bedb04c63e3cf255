import Basics
import Environment
import Provider
import Settings

extension Endpoint {
    /// Asks before signing out, and signs out.
    static func logout(_ settings: Settings) -> Endpoint {
        Endpoint(
            path: settings.logoutPath, methods: ["GET", "POST"], mayBlock: { _ in false },
            flow: { $0.answerLogout($1) }, refusal: { failure, _ in .logoutRefused(failure) })
    }
}

extension Visit {
    fileprivate func answerLogout(_ context: FlowContext) -> Answer {
        guard incoming.method == "POST" else {
            return Answer(session == nil ? pages.signedOut() : pages.logout(action: application.site.logoutPath))
        }
        do throws(Failure) {
            let provider = try incoming.fields().values(of: "provider").first
            return try Logout(visit: self, provider: provider).run(context)
        } catch {
            return refusal(error, .logoutRefused(error), context)
        }
    }
}
