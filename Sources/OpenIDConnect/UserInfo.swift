package import Basics
package import JSON

/// The UserInfo endpoint's request and claims (OIDC Core 5.3).
package enum UserInfo {
    /// `proof`: a DPoP proof, for an access token that is bound to its key (RFC 9449 7.1).
    package static func request(
        accessToken: Text, at endpoint: AbsoluteURL, asJWT: Bool = false, proof: Text? = nil
    ) -> HTTPRequest {
        let scheme: Text = proof == nil ? "Bearer" : "DPoP"
        let headers = [
            HTTPHeader("Authorization", "\(scheme) \(accessToken)"),
            HTTPHeader("Accept", asJWT ? "application/jwt" : "application/json"),
        ]
        return HTTPRequest(.get, endpoint, headers: headers + (proof.map { [HTTPHeader("DPoP", $0)] } ?? []))
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
        // And one that stood alone says nothing about an address that comes from elsewhere.
        for flag in flags where idTokenClaims[flag.about] == nil && claims[flag.about] != nil {
            merged[flag.name] = claims[flag.name]
        }
        return merged
    }
}
