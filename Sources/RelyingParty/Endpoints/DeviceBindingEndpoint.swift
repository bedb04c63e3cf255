import Basics
import Environment
import Provider
import Settings

extension Endpoint {
    /// Where a browser registers a key of its device for a session, and shows later that it still has it.
    static func deviceBinding(_ settings: Settings) -> [Endpoint] {
        guard settings.deviceBinding != nil else { return [] }
        return [
            Endpoint(
                path: settings.deviceBindingPath, methods: ["POST"], mayBlock: { _ in false },
                flow: { DeviceRequest(visit: $0).run($1) }, refusal: { failure, _ in .deviceProofRefused(failure) })
        ]
    }
}
