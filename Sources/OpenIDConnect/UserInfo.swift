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

    /// What says of another claim that it is verified (OIDC Core 5.1).
    private static let flags: [(name: Text, about: Text)] = [
        ("email_verified", "email"), ("phone_number_verified", "phone_number"),
    ]

    /// The ID token's claims, with those of UserInfo that it does not have. A flag such as email_verified is left out if
    /// it is about another address than the ID token's.
    package static func merge(_ claims: JSONObject, under idTokenClaims: JSONObject) -> JSONObject {
        var merged = idTokenClaims
        for member in claims.members where merged[member.name] == nil {
            if let about = flags.first(where: { $0.name == member.name })?.about, let value = idTokenClaims[about],
                value != claims[about]
            {
                continue
            }
            merged[member.name] = member.value
        }
        return merged
    }
}
