import Basics
import Environment
import JSON
import OpenIDConnect
import Settings

extension TokenExchange {
    /// Fails before the code is spent on a login that cannot be completed.
    func requireUserInfoEndpoint() throws(Failure) {
        guard !provider.settings.fetchesUserInfo || metadata.userInfoEndpoint != nil else {
            throw Failure(
                .metadataInvalid,
                "userinfo is configured, but the provider's metadata has no userinfo_endpoint that is an https URL")
        }
    }

    /// The UserInfo endpoint's claims about the ID token's user; nil if it is not to be asked.
    func requestUserInfo(_ accessToken: Text?, idTokenClaims: JSONObject) throws(Failure) -> JSONObject? {
        guard provider.settings.fetchesUserInfo, let endpoint = metadata.userInfoEndpoint,
            let issuer = idTokenClaims["iss"]?.text, let subject = idTokenClaims["sub"]?.text
        else { return nil }
        let accessToken = try TokenResponse.require(accessToken, for: "userinfo")
        let response = try send(to: .resourceServer) { (proof) throws(Failure) in
            let proof = try proof?.encoded(for: .get, endpoint, accessToken: accessToken)
            return UserInfo.request(
                accessToken: accessToken, at: endpoint, provider.client.tokens, proof: proof)
        }
        let validation = UserInfoValidation(
            client: provider.client, issuer: issuer, subject: subject, now: now.seconds)
        return try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try validation.validate(response, keys: keys)
        }
    }
}
