import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.7: who the token is from, about and for.
@Suite struct IDTokenClaimTests {
    private func code(_ changes: JSONObject, trusted: [Text] = []) throws -> ErrorCode? {
        var judgement = try Judgement(claims: changes)
        judgement.client = try Sample.client(trusted: trusted)
        return try judgement.refusalCode()
    }

    @Test func goodToken() throws {
        let judgement = try Judgement()
        #expect(try judgement.validate() == Sample.claims)
    }

    /// RFC 8725 3.11. Attack 18.
    @Test(
        arguments: [
            (.null, nil), ("JWT", nil), ("jwt", nil), ("at+jwt", .idTokenTypeRefused),
            ("dpop+jwt", .idTokenTypeRefused),
            ("logout+jwt", .idTokenTypeRefused), ("", nil), ("JWTX", .idTokenTypeRefused),
            (1, .idTokenMalformed),
        ] as [(JSON, ErrorCode?)])
    func type(type: JSON, expected: ErrorCode?) throws {
        var judgement = try Judgement()
        judgement.token.header["typ"] = type == .null ? nil : type
        #expect(try judgement.refusalCode() == expected)
    }

    /// 3.1.3.7 (2). Attack 20.
    @Test(arguments: [
        "https://id.example.com1", "https://id.example.com/", "https://ID.example.com", "https://id.example.com:443",
        "http://id.example.com", "https://id.ex%61mple.com", "https://id.example.co", "https://id.exаmple.com", "",
    ])
    func issuerOfSomeoneElse(issuer: String) throws {
        #expect(try code(["iss": "\(issuer)"]) == .idTokenIssuerMismatch)
    }

    @Test(arguments: [.null, 1, ["https://id.example.com"], true] as [JSON])
    func issuerIsMissingOrNoText(issuer: JSON) throws {
        #expect(try code(["iss": issuer]) == .idTokenClaimInvalid)
    }

    /// Section 2, sub. Attack 28.
    @Test(
        arguments: [
            ("1", nil), (.string(Text(String(repeating: "s", count: 255))), nil), ("auth0|12 34", nil),
            (.string(Text(String(repeating: "s", count: 256))), .idTokenSubjectInvalid), ("", .idTokenSubjectInvalid),
            (.null, .idTokenSubjectInvalid), (1, .idTokenSubjectInvalid), (["user-1"], .idTokenSubjectInvalid),
            ("üser", .idTokenSubjectInvalid), ("a\nb", .idTokenSubjectInvalid), ("a\u{7F}", .idTokenSubjectInvalid),
            ("a\u{0}b", .idTokenMalformed),
        ] as [(JSON, ErrorCode?)])
    func subject(subject: JSON, expected: ErrorCode?) throws {
        #expect(try code(["sub": subject]) == expected)
    }

    /// 3.1.3.7 (3). Attacks 21 and 22.
    @Test(
        arguments: [
            ("client-1", nil), (["client-1"], nil), ("client-11", .idTokenAudienceMismatch),
            ("client-", .idTokenAudienceMismatch),
            ("CLIENT-1", .idTokenAudienceMismatch), ("other", .idTokenAudienceMismatch), ("", .idTokenAudienceMismatch),
            ([], .idTokenAudienceMismatch), (["other"], .idTokenAudienceMismatch),
            ("client-1 other", .idTokenAudienceMismatch),
            (["client-1", "other"], .idTokenAudienceMismatch), (.null, .idTokenClaimInvalid), (1, .idTokenClaimInvalid),
            (["client-1", 1], .idTokenClaimInvalid), (["client-1": true], .idTokenClaimInvalid),
            ([["client-1"]], .idTokenClaimInvalid),
        ] as [(JSON, ErrorCode?)])
    func audience(audience: JSON, expected: ErrorCode?) throws {
        #expect(try code(["aud": audience]) == expected)
    }

    /// A further audience must be trusted, azp or not; azp is required and must be this client (4), (5).
    @Test(
        arguments: [
            (["client-1", "api"], "client-1", nil), (["api", "client-1"], "client-1", nil),
            (["client-1", "api"], .null, .idTokenAuthorizedPartyMismatch),
            (["client-1", "api"], "api", .idTokenAuthorizedPartyMismatch),
            (["client-1", "other"], "client-1", .idTokenAudienceMismatch),
            (["client-1", "api", "other"], "client-1", .idTokenAudienceMismatch),
            ("api", "client-1", .idTokenAudienceMismatch), (["api"], "client-1", .idTokenAudienceMismatch),
            (["client-1", "client-1"], .null, .idTokenAuthorizedPartyMismatch),
        ] as [(JSON, JSON, ErrorCode?)])
    func trustedAudience(audience: JSON, party: JSON, expected: ErrorCode?) throws {
        #expect(try code(["aud": audience, "azp": party], trusted: ["api"]) == expected)
    }

    /// (5), with one audience.
    @Test(
        arguments: [
            ("client-1", nil), (.null, nil), ("other", .idTokenAuthorizedPartyMismatch),
            ("", nil),
            (1, .idTokenAuthorizedPartyMismatch), (["client-1"], .idTokenAuthorizedPartyMismatch),
        ] as [(JSON, ErrorCode?)])
    func authorizedParty(party: JSON, expected: ErrorCode?) throws {
        #expect(try code(["azp": party]) == expected)
    }

    /// 3.1.3.7 (11). Attack 27.
    @Test(
        arguments: [.null, "nonce-of-this-login1", "nonce-of-this-logi", "NONCE-OF-THIS-LOGIN", "", 1, ["x"]] as [JSON])
    func nonceOfAnotherLogin(nonce: JSON) throws {
        #expect(try code(["nonce": nonce]) == .idTokenNonceMismatch)
    }

    /// A null is no value, wherever it stands.
    @Test(
        arguments: ["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "auth_time", "at_hash"],
        [.null, nil] as [JSON?])
    func null(name: String, value: JSON?) throws {
        var judgement = try Judgement()
        judgement.token.claims[Text(name)] = value
        let isOptional = ["azp", "nbf", "auth_time", "at_hash"].contains(name)
        #expect(try (judgement.refusalCode() == nil) == isOptional)
    }

    /// Whoever has to be named is not, by null.
    @Test func nullWhereAValueIsRequired() throws {
        #expect(
            try code(["aud": ["client-1", "api"], "azp": .null], trusted: ["api"]) == .idTokenAuthorizedPartyMismatch)
        var judgement = try Judgement()
        judgement.token.claims["auth_time"] = .null
        judgement.maxAge = 60
        #expect(try judgement.refusalCode() == .idTokenClaimInvalid)
    }

    /// Attack 19: an access token of the same provider, for the same audience.
    @Test func accessTokenAsIDToken() throws {
        #expect(try code(["nonce": .null, "scope": "openid", "jti": "1"]) == .idTokenNonceMismatch)
    }

    /// Attack 34: data, and nothing else.
    @Test func strangeNamesAreData() throws {
        let names: [Text] = ["__proto__", "constructor", "exp ", "EXP", "", "é"]
        let changes = names.reduce(into: JSONObject()) { $0[$1] = "x" }
        let claims = try Judgement(claims: changes).validate()
        for name in names { #expect(claims[name] == "x") }
    }
}
