package import Basics
package import Environment
import JSON
import OpenIDConnect
import Settings

/// The JSON that describes the user to an application.
package enum UserJSON {
    package static var anonymous: Text { #"{"is_logged_in":false}"# }

    /// When the user was authenticated (OIDC Core 2).
    package static var authenticationTime: Text { "auth_time" }

    /// The name for all claims about the user in a list of those to keep.
    private static var allClaims: Text { "*" }

    /// Claims about the token, not about the user.
    private static var protocolClaims: [Text] {
        [
            "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "s_hash",
        ]
    }

    /// The claims of a login in the form that the application gets. `kept`: the only claims to keep, in which "*" stands for
    /// all about the user; nil is the same as "*". The identity, iss and sub, is always kept, and so are the claims that are
    /// `needed`; is_logged_in, provider and protocol are ours and no claim replaces them. `isOAuth2`: whether there was no ID
    /// token. `reserved`: names that no claim may have. `tokens`: the value of that member. `scheme`: how the request was
    /// authenticated, if not by a session.
    static func signedIn(
        provider: Text, claims: JSONObject, kept: [Text]?, isOAuth2: Bool = false, needed: [Text] = [],
        reserved: [Text] = [], tokens: JSONObject? = nil, authenticatedBy scheme: Text? = nil
    ) throws(Failure) -> Text {
        var user = JSONObject()
        user[ReservedClaims.isLoggedIn] = .bool(true)
        user[ReservedClaims.provider] = .string(provider)
        if isOAuth2 { user[ReservedClaims.protocol] = .string("oauth2") }
        user[ReservedClaims.authenticatedBy] = scheme.map { .string($0) }
        let kept = kept ?? [allClaims]
        let hidden = reserved + [ReservedClaims.protocol, ReservedClaims.authenticatedBy] + ClaimSource.memberNames
        for claim in claims.members where user[claim.name] == nil && !hidden.contains(claim.name) {
            let isIdentity = claim.name == "iss" || claim.name == "sub"
            let isAboutUser = !protocolClaims.contains(claim.name)
            let isKept = kept.contains(claim.name) || isAboutUser && kept.contains(allClaims)
            if isIdentity || isKept || needed.contains(claim.name) { user[claim.name] = claim.value }
        }
        if let tokens { user[ReservedClaims.tokens] = .object(tokens) }
        guard let text = user.encoded() else { throw Failure(.internalError, "the user's claims could not be written") }
        return text
    }

    /// Whether the provider says that it authenticated the user at most so many seconds ago. A time from the future says
    /// nothing: then a clock was set.
    package static func isFresh(_ json: Text, within seconds: Int64, _ now: Now) -> Bool {
        guard let time = JSONObject(parsing: json.bytes)?[authenticationTime]?.seconds else { return false }
        return seconds >= 0 && time <= now.seconds + SessionRules.leeway && now.seconds - time <= seconds
    }

    /// The members of `new` that `old` lacks or has with another value, and null for those that only `old` has.
    static func changes(from old: Text, to new: Text) -> JSONObject {
        let (before, after) = (JSONObject(parsing: old.bytes), JSONObject(parsing: new.bytes))
        guard let before, let after else { return JSONObject() }
        var changes = JSONObject()
        for member in after.members where before[member.name] != member.value { changes[member.name] = member.value }
        for member in before.members where !after.has(member.name) { changes[member.name] = .null }
        return changes
    }

    /// With these changes.
    static func applying(_ changes: JSONObject, to json: Text) -> Text {
        guard !changes.members.isEmpty, var user = JSONObject(parsing: json.bytes) else { return json }
        for change in changes.members { user[change.name] = change.value == .null ? nil : change.value }
        return user.encoded() ?? anonymous
    }

    /// With tokens to show. `json`: a user's, which ends with "}" and has no such member.
    static func adding(_ tokens: JSONObject, to json: Text) -> Text {
        guard !tokens.members.isEmpty, let text = tokens.encoded(), let open = json.dropping(suffix: "}") else {
            return json
        }
        return "\(open),\"\(ReservedClaims.tokens)\":\(text)}"
    }
}
