package import Basics
package import JSON

/// When the session at the provider ends, and with it every session that began there: the claim of the OpenID Foundation's
/// IPSIE profiles.
package enum SessionExpiry {
    package static var claim: Text { "session_expiry" }

    /// In seconds since 1970; nil without the claim. A value that is no time is refused: it would be a limit.
    package static func read(_ claims: JSONObject) throws(Failure) -> Int64? {
        guard let value = claims[claim] else { return nil }
        guard let seconds = value.seconds else {
            throw Failure(.idTokenClaimInvalid, "the claim session_expiry is not a number of seconds")
        }
        return seconds
    }
}
