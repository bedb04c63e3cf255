package import Basics
package import JOSE
package import JSON

/// A provider's statement that sessions are over (OpenID Connect Back-Channel Logout 1.0, 2.4; RFC 8417 2), or its proof that
/// it says so itself.
package struct LogoutToken {
    /// The maximum age of a token, in seconds: providers try again for a while.
    package static let longestAge: Int64 = 10 * 60
    /// Seconds after `issuedAt` during which it may be used.
    package static let longestUse = longestAge + ClaimsValidation.leeway

    private static var event: Text { "http://schemas.openid.net/event/backchannel-logout" }

    private let jws: JWS
    private let report: LogoutReport
    private let endpoint: Text
    private let names: EndedNames
    package let issuer: Text
    /// "sid": the one session that has ended; nil for all of the subject's.
    package var sessionID: Text? { names.session }
    /// "sub"; nil with a session alone.
    package var subject: Text? { names.subject }
    /// Whether it ends nothing: a security event of another kind.
    package var isEmpty: Bool { names.isEmpty }
    /// "jti": a token is good once.
    package let id: Text
    package let issuedAt: Int64

    /// Splits a signed token, and judges all that needs no provider: 2.6 (3), (5) to (8). Nothing in it may be used before
    /// `verify`. `endpoint`: the URL that it came to. `subject`: whom it is about, where a request says so beside it.
    package init(
        _ token: Text, _ report: LogoutReport, at endpoint: Text, about subject: JSONObject?, now: Int64
    ) throws(Failure) {
        guard let jws = JWS(token) else { throw Self.invalid(JWS.problem(of: token)) }
        let claims = jws.payload
        guard Self.hasType(of: report, jws) else { throw Self.invalid("has a typ of another purpose") }
        guard let issuer = claims["iss"]?.text else { throw Self.invalid("has no iss") }
        guard let id = claims.nonEmpty("jti")?.text else { throw Self.invalid("has no jti") }
        guard let issuedAt = claims["iat"]?.seconds else { throw Self.invalid("has no iat") }
        guard !claims.has("nonce") else { throw Self.invalid("has a nonce, like an ID token") }
        self.jws = jws
        self.report = report
        self.endpoint = endpoint
        self.issuer = issuer
        self.id = id
        self.issuedAt = issuedAt
        names = try Self.names(report, claims, about: subject, issuer)
        guard issuedAt <= now + ClaimsValidation.leeway, issuedAt > now - Self.longestAge, claims.isCurrent(now) else {
            throw Self.invalid("was not issued in the last 10 minutes, or has expired; check the clocks")
        }
    }

    /// Only a logout token may have no type of its own: for the others, an ID token would do as well.
    private static func hasType(of report: LogoutReport, _ jws: JWS) -> Bool {
        guard let type = jws.type else { return report == .backchannelLogout }
        return type.isJWTType(or: report.type) && (report == .backchannelLogout || !type.isJWTType)
    }

    private static func names(
        _ report: LogoutReport, _ claims: JSONObject, about subject: JSONObject?, _ issuer: Text
    ) throws(Failure) -> EndedNames {
        let events = claims["events"]?.object
        switch report {
        case .backchannelLogout:
            guard let events, events[Self.event]?.object != nil else {
                throw invalid("does not contain the event of a logout")
            }
            let names = EndedNames(session: try name("sid", in: claims), subject: try name("sub", in: claims))
            guard !names.isEmpty else { throw invalid("has neither sid nor sub") }
            return names
        case .securityEvent:
            guard let events, let names = EndedNames(events: events, in: claims, of: issuer) else {
                throw invalid("has no event, or one about a subject of another kind than iss_sub, or of another issuer")
            }
            return names
        case .globalTokenRevocation:
            guard let subject, let names = EndedNames(subject, of: issuer), names.subject != nil else {
                throw invalid("comes with a subject of another kind than iss_sub, or of another issuer")
            }
            return names
        }
    }

    private static func name(_ claim: Text, in claims: JSONObject) throws(Failure) -> Text? {
        guard claims.has(claim) else { return nil }
        guard let name = claims.nonEmpty(claim)?.text else { throw invalid("has a \(claim) that is not text") }
        return name
    }

    /// Whether it claims to be from this issuer, or from a tenant of it, and for this client.
    package func isFor(_ client: Client, issuer expected: Text) -> Bool {
        guard issuer == expected || TenantIssuer.matches(issuer, template: expected) else { return false }
        return isForEndpoint || (report != .globalTokenRevocation && jws.payload.isFor(client.id))
    }

    /// Whether its audience is the address that it came to, whichever client that belongs to.
    package var isForEndpoint: Bool { report != .backchannelLogout && jws.payload.isFor(endpoint) }

    /// The signed token in an encrypted one: required if encryption was registered for ID tokens, and only then accepted
    /// (2.4, 2.6 (1)).
    package static func decrypt(_ token: Text, for client: Client) throws(Failure) -> Text? {
        guard let encryption = client.tokens.idTokenEncryption else { return token.hasFiveParts ? nil : token }
        guard token.hasFiveParts,
            let plaintext = try client.decrypt(
                token, encryption, isNested: true, ownType: LogoutReport.backchannelLogout.type)
        else { return nil }
        return Text(validating: plaintext)
    }

    /// Judges it as an ID token is judged: issuer, audience, algorithm and signature (2.6 (2) to (4)). Fails with
    /// `.logoutTokenKeyUnknown` when `keys` has no key for it: the provider may have new ones.
    package func verify(
        client: Client, metadata: ProviderMetadata, keys: JWKSet, now: Int64
    ) throws(Failure) {
        let judge = IDTokenValidation(client: client, metadata: metadata, nonce: "", maxAge: nil, now: now)
        let algorithm: SigningAlgorithm
        do throws(Failure) {
            algorithm = try judge.validateOrigin(of: jws, isForClient: report == .backchannelLogout)
        } catch {
            throw Self.invalid("fails a check of ID tokens: \(error.message)")
        }
        switch try client.verify(jws, algorithm: algorithm, keys: judge.usable(keys, for: jws.payload)) {
        case .genuine: return
        case .forged: throw Failure(.logoutTokenSignatureInvalid, "the logout token's signature is wrong")
        case .keyUnknown:
            throw Failure(.logoutTokenKeyUnknown, "the provider's JWK set has no key for the logout token")
        }
    }

    private static func invalid(_ problem: Text) -> Failure {
        Failure(.logoutTokenInvalid, "the logout token \(problem)")
    }
}
