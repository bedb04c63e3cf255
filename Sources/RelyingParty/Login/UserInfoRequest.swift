import Basics
import JSON
import OpenIDConnect

extension CodeExchange {
    /// Fails before the code is spent on a login that could not be completed.
    func requireUserInfoEndpoint() throws(Failure) {
        guard !provider.settings.fetchesUserInfo || metadata.userInfoEndpoint != nil else {
            throw Failure(
                .metadataInvalid, "userinfo is configured and the provider's metadata has no userinfo_endpoint")
        }
    }

    /// The ID token's claims, with those of UserInfo if that is configured.
    func addingUserInfo(to claims: JSONObject, _ tokens: TokenResponse) throws(Failure) -> JSONObject {
        guard provider.settings.fetchesUserInfo, let endpoint = metadata.userInfoEndpoint,
            let subject = claims["sub"]?.text
        else { return claims }
        let userInfo = try provider.requestUserInfo(
            accessToken: tokens.accessToken, at: endpoint, subject: subject)
        return UserInfo.merge(userInfo, under: claims)
    }
}
