package import Basics

/// A host's options for the next login or logout on a request, by key.
package struct RequestOptions {
    package private(set) var login = LoginOptions()
    /// Whether a logout leaves the session at the provider alone.
    package private(set) var logsOutHereOnly = false

    package init() {}

    /// `value`: nil removes the option.
    package mutating func set(_ key: Text, to value: Text?) throws(Failure) {
        switch key {
        case "return_to": login.returnTo = value
        case "logout": logsOutHereOnly = try Self.isLocal(value)
        default: try login.setParameter(key, to: value)
        }
    }

    private static func isLocal(_ value: Text?) throws(Failure) -> Bool {
        guard value == nil || value == "local" else { throw Failure(.optionInvalid, "logout must be local, or NULL") }
        return value != nil
    }
}
