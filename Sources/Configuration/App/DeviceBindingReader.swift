import Basics
import Settings

/// Reads device_bound and device_bound_lifetime.
struct DeviceBindingReader {
    /// Devices take a while for a signature, and browsers refuse to ask them too often.
    private static let lifetimes: ClosedRange<Int64> = 10_000...3_600_000

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if sessions are not to be bound.
    func read() -> DeviceBindingSettings? {
        let (key, lifetimeKey): (Text, Text) = ("device_bound", "device_bound_lifetime")
        let lifetime = section.duration(lifetimeKey, in: Self.lifetimes, "10 seconds to 1 hour") ?? 300_000
        var isRequired = false
        switch section[key]?.value {
        case .boolean(true), .untyped("true"): break
        case .text("required"), .untyped("required"): isRequired = true
        case nil, .boolean(false), .untyped("false"):
            if section.has(lifetimeKey) {
                section.report(lifetimeKey, "is only for device_bound; set that too, or remove it")
            }
            return nil
        default:
            section.report(key, "must be true, false or \"required\"")
            return nil
        }
        return DeviceBindingSettings(proofLifetime: lifetime / 1000, isRequired: isRequired)
    }
}
