package import Basics
package import JSON

/// The checks of a user's claims whenever they are read: whose they are, for whom, and how the user authenticated.
/// OIDC Core 3.1.3.7 (2) to (5), (12) and (13); the rest of 3.1.3.7 concerns the token that contains them.
package struct ClaimsValidation {
    /// How far the provider's clock may be off, in seconds.
    package static let leeway: Int64 = 60

    let client: Client
    /// From the provider's metadata; or a template of it, see TenantIssuer.
    let issuer: Text
    /// The max_age of the authorization request, in seconds.
    let maxAge: Int64?
    /// When the user signed in, in seconds since 1970-01-01 UTC.
    let now: Int64

    package init(client: Client, issuer: Text, maxAge: Int64?, now: Int64) {
        self.client = client
        self.issuer = issuer
        self.maxAge = maxAge
        self.now = now
    }

    /// Judges claims stored at a login, perhaps by another program with other settings, and perhaps without the audience,
    /// which is judged if present.
    package func validateStored(_ claims: JSONObject) throws(Failure) {
        try validateIssuer(claims)
        try validateSubject(claims)
        if claims["aud"] != nil { try validateAudience(claims) }
        if claims["aud"] != nil || claims["azp"] != nil { try validateAuthorizedParty(claims) }
        try validateAuthenticationTime(claims)
        try validateAuthenticationContext(claims)
    }

    /// 3.1.3.7 (2): "The Issuer Identifier … MUST exactly match the value of the iss (issuer) Claim."
    func validateIssuer(_ claims: JSONObject) throws(Failure) {
        guard let stated = claims["iss"]?.text else { throw missing("iss") }
        guard stated == (try expectedIssuer(claims)) else {
            throw Failure(.idTokenIssuerMismatch, "the ID token's issuer is \(stated.forMessage)")
        }
    }

    /// 2: sub "MUST NOT exceed 255 ASCII characters".
    func validateSubject(_ claims: JSONObject) throws(Failure) {
        guard let subject = claims["sub"]?.text, (1...255).contains(subject.count), subject.isPrintableASCII else {
            throw Failure(.idTokenSubjectInvalid, "the ID token's sub is not text of 1 to 255 ASCII characters")
        }
    }

    /// 3.1.3.7 (3): the audience contains this client, and nobody untrusted.
    func validateAudience(_ claims: JSONObject) throws(Failure) {
        let audiences = try readAudiences(claims)
        guard audiences.contains(client.id) else {
            throw Failure(.idTokenAudienceMismatch, "the ID token is not for this client_id")
        }
        for audience in audiences where audience != client.id && !client.trustedAudiences.contains(audience) {
            throw Failure(
                .idTokenAudienceMismatch,
                "the ID token is also for \(audience.forMessage), which is not in trusted_audiences")
        }
    }

    /// 3.1.3.7 (4): with several audiences, azp is present. (5): azp, if present, is this client.
    func validateAuthorizedParty(_ claims: JSONObject) throws(Failure) {
        guard let authorizedParty = claims.nonEmpty("azp") else {
            guard try readAudiences(claims).count > 1 else { return }
            throw Failure(.idTokenAuthorizedPartyMismatch, "the ID token has several audiences and no azp")
        }
        guard authorizedParty.text == client.id else {
            throw Failure(.idTokenAuthorizedPartyMismatch, "the ID token's azp is not this client_id")
        }
    }

    /// 3.1.3.7 (13): with max_age, auth_time is present and recent enough. 2: as an essential claim, it is present.
    func validateAuthenticationTime(_ claims: JSONObject) throws(Failure) {
        guard let maxAge else {
            if claims["auth_time"] != nil || client.authorization.requiresAuthenticationTime {
                _ = try seconds("auth_time", claims)
            }
            return
        }
        let authenticatedAt = try seconds("auth_time", claims)
        guard authenticatedAt <= now + Self.leeway, now - authenticatedAt <= maxAge + Self.leeway else {
            throw Failure(
                .idTokenAuthenticationTooOld, "the user signed in at the provider longer ago than max_age allows")
        }
    }

    /// 3.1.3.7 (12), 5.5.1.1: an acr requested as essential is one of the requested values.
    func validateAuthenticationContext(_ claims: JSONObject) throws(Failure) {
        let required = client.authorization.requiredContexts
        guard !required.isEmpty else { return }
        guard let stated = claims["acr"]?.text, required.contains(stated) else {
            throw Failure(
                .idTokenContextMismatch,
                "the ID token's acr is missing or not one of \(required.joined(with: ", ").forMessage)")
        }
    }

    /// aud: text or a list of texts (2).
    private func readAudiences(_ claims: JSONObject) throws(Failure) -> [Text] {
        switch claims["aud"] {
        case .string(let audience)?: return [audience]
        case .array(let elements)?:
            let audiences = elements.compactMap { $0.text }
            guard audiences.count == elements.count else { throw invalid("aud", "a list of texts") }
            return audiences
        case nil: throw missing("aud")
        default: throw invalid("aud", "text or a list of texts")
        }
    }

    func seconds(_ name: Text, _ claims: JSONObject) throws(Failure) -> Int64 {
        guard let value = claims[name] else { throw missing(name) }
        guard let seconds = value.seconds else { throw invalid(name, "a number of seconds") }
        return seconds
    }

    private func missing(_ name: Text) -> Failure {
        Failure(.idTokenClaimInvalid, "the ID token has no \(name)")
    }

    private func invalid(_ name: Text, _ expected: Text) -> Failure {
        Failure(.idTokenClaimInvalid, "the ID token's \(name) is not \(expected)")
    }
}
