import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 12.2: a refreshed ID token must be about the login that it continues. Each of these is valid by itself.
@Suite struct RefreshedIDTokenTests {
    private func code(
        issuer: Text = "https://id.example.com", subject: Text = "user-1", began: Int64 = Sample.now,
        claims changes: JSONObject = [:]
    ) throws -> ErrorCode? {
        let login = try OriginalLogin.Statements(in: Sample.claims, nonce: Sample.nonce)
        let original = OriginalLogin(issuer: issuer, subject: subject, time: began, statements: login)
        let judgement = try Judgement(claims: changes)
        let validation = IDTokenValidation(
            client: try Sample.client(trusted: ["api"]), metadata: judgement.metadata, refreshing: original,
            now: judgement.now)
        return try refusal {
            let signed = try validation.decrypt(judgement.token.signed())
            return try validation.validate(signed, accessToken: Sample.accessToken, keys: judgement.keys)
        }
    }

    @Test func tokenOfTheLogin() throws {
        #expect(try code() == nil)
    }

    /// As a provider of several tenants could: the token's own issuer is one that the provider may have.
    @Test func otherIssuer() throws {
        #expect(try code(issuer: "https://other.example.com") == .idTokenIssuerMismatch)
        #expect(try code(issuer: "") == .idTokenIssuerMismatch)
    }

    @Test func otherSubject() throws {
        #expect(try code(subject: "user-2") == .idTokenSubjectMismatch)
        #expect(try code(subject: "") == .idTokenSubjectMismatch)
    }

    @Test func otherParties() throws {
        #expect(try code(claims: ["aud": ["client-1", "api"], "azp": "client-1"]) == .idTokenAudienceMismatch)
        #expect(try code(claims: ["azp": "client-1"]) == .idTokenAudienceMismatch)
    }

    /// Both clocks may be off by the leeway of 60 seconds.
    @Test func issuedBeforeTheLogin() throws {
        #expect(try code(began: Sample.now + 60) == nil)
        #expect(try code(began: Sample.now + 1000) == .idTokenTooOld)
    }
}
