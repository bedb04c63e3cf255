import Basics
import Environment
import Settings

extension Endpoint {
    /// Asks before signing out, and signs out.
    static func logout(_ settings: Settings) -> Endpoint {
        Endpoint(
            path: settings.logoutPath, methods: ["GET", "POST"], mayBlock: { _ in false },
            answer: { request, _ in request.answerLogout() }, refusal: { failure, _ in .logoutRefused(failure) })
    }
}
