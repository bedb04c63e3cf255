import Basics
import Environment
import Provider
import Settings

extension Endpoint {
    /// Where providers report that a user has signed out there.
    static func backchannelLogout(_ settings: Settings) -> [Endpoint] {
        guard settings.providers.contains(where: { $0.oauth2 == nil }) else { return [] }
        return [
            Endpoint(
                path: settings.backchannelLogoutPath, methods: ["POST"], mayBlock: { _ in true },
                flow: { BackchannelLogout(visit: $0).run($1) },
                refusal: { .backchannelLogoutRefused($0, provider: $1) })
        ]
    }
}
