import Basics
import Environment
import OpenIDConnect
import Provider
import Settings

extension Endpoint {
    /// The address that one or more providers send users back to. It accepts GET, which is also the return from a logout, and
    /// POST if a provider was asked for that.
    static func callbacks(_ settings: Settings) -> [Endpoint] {
        settings.callbackPaths.map { path in
            let takesForms = settings.providers.contains {
                $0.client.redirectURI.path == path && $0.client.authorization.responseMode.isFormPost
            }
            return Endpoint(
                path: path, methods: takesForms ? ["GET", "POST"] : ["GET"], mayBlock: { _ in true },
                flow: { LogoutReturn(visit: $0).run($1) ?? LoginCallback(visit: $0).run($1) },
                refusal: { .loginRefused($0, provider: $1) })
        }
    }
}
