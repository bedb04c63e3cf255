package import Basics

/// Receives the library's events, one line each.
package protocol EventLog: AnyObject, Sendable {
    func write(_ level: EventLevel, _ line: Text)
}

/// The values of ST_LOG_INFO and so on in stauth.h.
package enum EventLevel: Int32, Sendable {
    case info = 1
    case warning = 2
    case error = 3
}

extension Event {
    /// The event as a line of logfmt.
    package func line(of requester: Requester = Requester()) -> Text {
        (fields + requester.fields).reduce("event=\(name.rawValue)") { "\($0) \($1.key)=\(Self.quote($1.value))" }
    }

    /// Unchanged if plain, otherwise in quotes, with quotes, backslashes and everything that is not visible ASCII
    /// escaped, so a value can neither end its line nor control a terminal.
    private static func quote(_ value: Text) -> Text {
        let isPlain = !value.isEmpty && value.isVisibleASCII && !value.contains("\"") && !value.contains("=")
        if isPlain { return value }
        return "\"\(value.prefix(atMost: 1000).escaped.replacing("\"", with: "\\\""))\""
    }
}

extension Event.ReturnedState {
    var text: Text {
        switch self {
        case .expected: "expected"
        case .missing: "missing"
        case .other: "other"
        }
    }
}
