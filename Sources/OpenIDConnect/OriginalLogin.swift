package import Basics
import Cryptography
package import JSON

/// What a refreshed ID token must repeat of the ID token of the login (OIDC Core 12.2).
package struct OriginalLogin: Sendable {
    package let issuer: Text
    package let subject: Text
    /// Seconds since 1970-01-01 UTC, by our clock.
    package let time: Int64
    package let statements: Statements

    /// What the session's claims do not have.
    package struct Statements: Equatable, Sendable {
        package let nonce: Text
        /// "auth_time", if there was one.
        package let authenticationTime: Int64?
        /// Of all audiences and the authorized party, in whatever order.
        package let partiesHash: Int64

        package init(nonce: Text, authenticationTime: Int64?, partiesHash: Int64) {
            self.nonce = nonce
            self.authenticationTime = authenticationTime
            self.partiesHash = partiesHash
        }

        /// Those of an ID token that was validated.
        package init(in claims: JSONObject, nonce: Text) throws(Failure) {
            self.init(
                nonce: nonce, authenticationTime: claims["auth_time"]?.seconds,
                partiesHash: try Self.hash(partiesOf: claims))
        }

        private static func hash(_ party: Text) throws(Failure) -> Int64 {
            Int64(bitPattern: try Digest.sha256.hash(party.bytes).bigEndianNumber(at: 0))
        }

        fileprivate static func hash(partiesOf claims: JSONObject) throws(Failure) -> Int64 {
            let audience = claims["aud"] ?? .null
            var sum = try hash("azp \(claims["azp"]?.text ?? "")")
            for party in audience.array ?? [audience] { sum &+= try hash(party.text ?? "") }
            return sum
        }
    }

    package init(issuer: Text, subject: Text, time: Int64, statements: Statements) {
        self.issuer = issuer
        self.subject = subject
        self.time = time
        self.statements = statements
    }

    /// Judges the claims of a refreshed ID token, which is valid in every other way.
    func validate(_ claims: JSONObject) throws(Failure) {
        guard claims["iss"]?.text == issuer else {
            throw Failure(.idTokenIssuerMismatch, "the refreshed ID token has another issuer than that of the login")
        }
        guard claims["sub"]?.text == subject else {
            throw Failure(.idTokenSubjectMismatch, "the refreshed ID token is about another subject")
        }
        guard try Statements.hash(partiesOf: claims) == statements.partiesHash else {
            throw Failure(
                .idTokenAudienceMismatch, "the refreshed ID token has another aud or azp than that of the login")
        }
        // Both clocks may be off.
        guard let issuedAt = claims["iat"]?.seconds, issuedAt >= time - 2 * ClaimsValidation.leeway else {
            throw Failure(.idTokenTooOld, "the refreshed ID token was issued before the login")
        }
        // Some providers state when the user last signed in there, which may be after this login, and is never before.
        if let original = statements.authenticationTime, let stated = claims["auth_time"]?.seconds, stated < original {
            throw Failure(.idTokenClaimInvalid, "the refreshed ID token's auth_time is before that of the login")
        }
    }
}
