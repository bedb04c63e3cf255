package import Basics

/// A host's options for the next login or logout on a request, by key.
package struct RequestOptions {
    package private(set) var login = LoginOptions()
    package private(set) var logoutReach = LogoutReach.provider

    package init() {}

    /// `value`: nil removes the option.
    package mutating func set(_ key: Text, to value: Text?) throws(Failure) {
        switch key {
        case "return_to": login.returnTo = value
        case "logout": logoutReach = try Self.reach(value)
        default: try login.setParameter(key, to: value)
        }
    }

    private static func reach(_ value: Text?) throws(Failure) -> LogoutReach {
        switch value {
        case nil: return .provider
        case "local"?: return .local
        case "everywhere"?: return .everywhere
        default: throw Failure(.optionInvalid, "logout must be local, everywhere or NULL")
        }
    }
}
