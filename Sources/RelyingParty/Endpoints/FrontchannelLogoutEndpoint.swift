import Basics
import Environment
import Provider
import Session
import Settings

extension Endpoint {
    /// Where providers send users' browsers, in a frame or for an image, when those users sign out there.
    static func frontchannelLogout(_ settings: Settings) -> [Endpoint] {
        guard settings.providers.contains(where: { $0.logout.isReportedByBrowsers }) else { return [] }
        return [
            Endpoint(
                path: settings.frontchannelLogoutPath, methods: ["GET"],
                mayBlock: { $0.application.storedSessions?.mayBlock == true },
                flow: { FrontchannelLogout(visit: $0).run($1) },
                refusal: { failure, _ in .frontchannelLogoutRefused(failure) })
        ]
    }
}
