import Basics
import JSON

/// What a provider says about users who have signed out there.
extension FakeProvider {
    /// A logout token (OpenID Connect Back-Channel Logout 1.0, 2.4), each with a jti of its own. `edit`: the last word on it.
    package func logoutToken(
        sid: Text? = nil, sub: Text? = nil, _ edit: (inout TestToken) -> Void = { _ in }
    ) -> TestToken {
        var token = TestToken(keyID: signingKey.keyID, claims: [:])
        token.header["typ"] = "logout+jwt"
        token.claims["iss"] = .string(Text(issuer))
        token.claims["aud"] = .string(Text(clientID))
        token.claims["iat"] = .integer(clock.seconds())
        token.claims["exp"] = .integer(clock.seconds() + 120)
        token.claims["jti"] = .string(Text("jti-\(lock.withLock { nextLogout() })"))
        token.claims["events"] = .object(["http://schemas.openid.net/event/backchannel-logout": .object(JSONObject())])
        token.claims["sid"] = sid.map { .string($0) }
        token.claims["sub"] = sub.map { .string($0) }
        edit(&token)
        return token
    }
}
