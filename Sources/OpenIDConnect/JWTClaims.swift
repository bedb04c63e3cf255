import Basics
import JSON

/// Optional claims of JWTs other than ID tokens (RFC 7519 4.1).
extension JSONObject {
    /// Whether "aud", text or a list, names `audience`. False if it is missing.
    func isFor(_ audience: Text) -> Bool {
        switch self["aud"] {
        case .string(let stated)?: stated == audience
        case .array(let stated)?: stated.contains(.string(audience))
        default: false
        }
    }

    /// Whether `now` is between "nbf" and "exp", if present. False if one is not a time.
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
