import Basics
import JSON

/// Claims of JWTs that are no ID tokens, which may be missing there (RFC 7519 4.1).
extension JSONObject {
    /// Whether "aud", one text or a list, names `audience`. False if it is missing.
    func isFor(_ audience: Text) -> Bool {
        switch self["aud"] {
        case .string(let stated)?: stated == audience
        case .array(let stated)?: stated.contains(.string(audience))
        default: false
        }
    }

    /// Whether "exp" and "nbf", if there, are times that `now` is between. What is no time is never.
    func isCurrent(_ now: Int64) -> Bool {
        if let expiry = self["exp"] {
            guard let seconds = expiry.seconds, now < seconds + ClaimsValidation.leeway else { return false }
        }
        if let notBefore = self["nbf"] {
            guard let seconds = notBefore.seconds, seconds <= now + ClaimsValidation.leeway else { return false }
        }
        return true
    }
}
