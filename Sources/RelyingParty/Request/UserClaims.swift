package import Basics
import Environment
import JSON
import Session

/// The user's claims one by one, for hosts in whose language nobody parses JSON.
extension HostRequest {
    package var isLoggedIn: Bool { readUser() != UserJSON.anonymous }

    /// Seconds until the session ends, however often it is seen; nil without one.
    package var sessionRest: Int64? {
        guard let session, let now = try? Now(application.environment.clock) else { return nil }
        return application.sessionReader.remaining(session, in: incoming.cookies, now).atMost
    }

    /// Whether the provider authenticated the user at most so many seconds ago.
    package func isFresh(_ seconds: Int64) -> Bool {
        guard let now = try? Now(application.environment.clock) else { return false }
        return UserJSON.isFresh(readUser(), within: seconds, now)
    }

    /// Text as it is, any other value as JSON; nil for null, and for a claim that the user does not have.
    package func claim(_ name: Text) -> Text? {
        guard let value = JSONObject(parsing: readUser().bytes)?[name], value != .null else { return nil }
        return value.text ?? value.encoded()
    }
}
