import Basics
import Environment
import Provider
import Settings

extension Endpoint {
    /// Asks before signing out, and signs out.
    static func logout(_ settings: Settings) -> Endpoint {
        Endpoint(
            path: settings.logoutPath, methods: ["GET", "POST"],
            mayBlock: { $0.incoming.method == "POST" && $0.logoutMayBlock },
            flow: { $0.answerLogout($1) }, refusal: { failure, _ in .logoutRefused(failure) })
    }
}

extension Visit {
    fileprivate func answerLogout(_ context: FlowContext) -> Answer {
        guard incoming.method == "POST" else {
            return Answer(
                session == nil
                    ? pages.signedOut()
                    : pages.logout(
                        action: application.site.logoutPath,
                        offersEverywhere: application.settings.offersLogoutEverywhere))
        }
        do throws(Failure) {
            let fields = try incoming.fields()
            var logout = Logout(visit: self, provider: fields.values(of: "provider").first)
            if application.settings.offersLogoutEverywhere, !fields.values(of: Logout.everywhere).isEmpty {
                logout.reach = .everywhere
            }
            return try logout.run(context)
        } catch {
            return refusal(error, .logoutRefused(error), context)
        }
    }
}
