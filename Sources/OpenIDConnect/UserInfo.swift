package import Basics
package import JSON

/// The UserInfo endpoint's request and claims (OIDC Core 5.3).
package enum UserInfo {
    /// As configured in `settings`. `proof`: a DPoP proof, for an access token bound to its key (RFC 9449 7.1).
    package static func request(
        accessToken: Text, at endpoint: AbsoluteURL, _ settings: TokenSettings = .init(), proof: Text? = nil
    ) -> HTTPRequest {
        let accept = HTTPHeader("Accept", settings.hasUserInfoJWT ? "application/jwt" : "application/json")
        if let proof {
            let authorization = HTTPHeader("Authorization", "DPoP \(accessToken)")
            return HTTPRequest(.get, endpoint, headers: [authorization, accept, HTTPHeader("DPoP", proof)])
        }
        guard settings.sendsAccessTokenInBody else {
            return HTTPRequest(.get, endpoint, headers: [HTTPHeader("Authorization", "Bearer \(accessToken)"), accept])
        }
        return HTTPRequest(
            .post, endpoint, headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded"), accept],
            body: FormEncoding.encode([.init("access_token", accessToken)]))
    }

    /// The claims that state whether another one is verified (OIDC Core 5.1).
    private static var flags: [(name: Text, about: Text)] {
        [
            ("email_verified", "email"), ("phone_number_verified", "phone_number"),
        ]
    }

    /// The ID token's claims, plus those of UserInfo that it lacks. A flag such as email_verified is omitted if it concerns
    /// an address other than the ID token's.
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
        // And a flag that stood alone says nothing about an address from elsewhere.
        for flag in flags where idTokenClaims[flag.about] == nil && claims[flag.about] != nil {
            merged[flag.name] = claims[flag.name]
        }
        return merged
    }
}
