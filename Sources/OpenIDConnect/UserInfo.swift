package import Basics
package import JSON

/// The UserInfo endpoint's request and answer (OIDC Core 5.3).
package enum UserInfo {
    package static func request(accessToken: Text, at endpoint: AbsoluteURL) -> HTTPRequest {
        HTTPRequest(
            .get, endpoint,
            headers: [HTTPHeader("Authorization", "Bearer \(accessToken)"), HTTPHeader("Accept", "application/json")])
    }

    /// The claims of the answer, if they are about the same user as the ID token.
    package static func validate(_ response: HTTPResponse, subject: Text) throws(Failure) -> JSONObject {
        let claims = try response.jsonObject(orFailWith: .userInfoInvalid, what: "UserInfo")
        // OIDC Core 5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match".
        guard claims["sub"]?.text == subject else {
            throw Failure(
                .userInfoSubjectMismatch, "UserInfo is about another subject than the ID token, or about none")
        }
        return claims
    }

    /// The ID token's claims, with those of UserInfo that it does not have.
    package static func merge(_ claims: JSONObject, under idTokenClaims: JSONObject) -> JSONObject {
        var merged = idTokenClaims
        for member in claims.members where merged[member.name] == nil { merged[member.name] = member.value }
        return merged
    }
}
