import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.7 (9), (10), (13); RFC 7519 4.1.4 to 4.1.6. Every bound from both sides.
@Suite struct IDTokenTimeTests {
    private static let now = Sample.now

    private func code(_ changes: JSONObject, maxAge: Int64? = nil) throws -> ErrorCode? {
        var judgement = try Judgement(claims: changes)
        judgement.maxAge = maxAge
        return try judgement.refusalCode()
    }

    /// (9). Attack 23.
    @Test(
        arguments: [
            (1, nil), (0, nil), (-1, nil), (-59, nil), (-60, .idTokenExpired), (-61, .idTokenExpired),
            (-360, .idTokenExpired),
        ] as [(Int64, ErrorCode?)])
    func expiry(fromNow: Int64, expected: ErrorCode?) throws {
        #expect(try code(["exp": .integer(Self.now + fromNow)]) == expected)
    }

    /// (10). Attack 24.
    @Test(
        arguments: [
            (0, nil), (59, nil), (60, nil), (61, .idTokenIssuedInFuture), (-86_399, nil), (-86_400, .idTokenTooOld),
            (-86_401, .idTokenTooOld), (-604_800, .idTokenTooOld),
        ] as [(Int64, ErrorCode?)])
    func issue(fromNow: Int64, expected: ErrorCode?) throws {
        #expect(try code(["iat": .integer(Self.now + fromNow)]) == expected)
    }

    /// RFC 7519 4.1.5. Attack 25.
    @Test(arguments: [(-1, nil), (0, nil), (59, nil), (60, nil), (61, .idTokenNotYetValid)] as [(Int64, ErrorCode?)])
    func notBefore(fromNow: Int64, expected: ErrorCode?) throws {
        #expect(try code(["nbf": .integer(Self.now + fromNow)]) == expected)
    }

    @Test(arguments: ["exp", "iat"])
    func requiredTimeIsMissing(name: String) throws {
        #expect(try code([Text(name): .null]) == .idTokenClaimInvalid)
    }

    /// RFC 7519 2: NumericDate may have a fraction; nothing else is one. Attack 26.
    @Test(
        arguments: ["exp", "iat", "nbf", "auth_time"],
        [
            "1795000000", -1, -0.5, 1e18, 1e300, 9_223_372_036_854_775_807, 253_402_300_800, true, false,
            [1_795_000_000],
            ["a": 1], "", "now",
        ] as [JSON])
    func timeIsNoNumberOfSeconds(name: String, value: JSON) throws {
        #expect(try code([Text(name): value]) == .idTokenClaimInvalid)
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity", "1e400", "9223372036854775808", "01", "1.", "+1", "0x10"])
    func timeIsNoJSONNumber(literal: String) throws {
        var judgement = try Judgement(claims: ["exp": "EXP"])
        let payload = try #require(judgement.token.claims.encoded()).string
        let bytes = Array(payload.replacing("\"EXP\"", with: literal).utf8)
        judgement.encoded = Base64URL.encode(judgement.token.header.bytes) + "." + Base64URL.encode(bytes) + ".AA"
        #expect(try judgement.refusalCode() == .idTokenMalformed)
    }

    @Test(
        arguments: [
            ("exp", 1_795_000_000.9, nil), ("iat", 1.795e9, nil), ("nbf", 1_795_000_060.5, nil),
            ("exp", 0.0, .idTokenExpired), ("exp", 0, .idTokenExpired), ("exp", 253_402_300_799, nil),
            ("iat", 0, .idTokenTooOld),
        ] as [(String, JSON, ErrorCode?)])
    func fractionsAndExtremes(name: String, value: JSON, expected: ErrorCode?) throws {
        #expect(try code([Text(name): value]) == expected)
    }

    /// (13). Attack 30.
    @Test(
        arguments: [
            (0, 0, nil), (0, -60, nil), (0, -61, .idTokenAuthenticationTooOld), (0, 60, nil),
            (0, 61, .idTokenAuthenticationTooOld), (300, -360, nil), (300, -361, .idTokenAuthenticationTooOld),
            (.max, -1_000_000_000, nil),
        ] as [(Int64, Int64, ErrorCode?)])
    func authenticationTime(maxAge: Int64, fromNow: Int64, expected: ErrorCode?) throws {
        // What the configuration allows at most.
        let maxAge = min(maxAge, 253_402_300_799)
        #expect(try code(["auth_time": .integer(Self.now + fromNow)], maxAge: maxAge) == expected)
    }

    @Test func authenticationTimeIsNeededOnlyWithMaxAge() throws {
        #expect(try code([:], maxAge: 300) == .idTokenClaimInvalid)
        #expect(try code([:]) == nil)
        #expect(try code(["auth_time": 0]) == nil)
    }

    /// No time of ours or of the provider's makes the arithmetic overflow.
    @Test(arguments: [0, 253_402_300_799] as [Int64], [0, 253_402_300_799] as [Int64])
    func extremeClocks(now: Int64, claim: Int64) throws {
        var judgement = try Judgement(claims: [
            "exp": .integer(claim), "iat": .integer(claim), "nbf": .integer(claim), "auth_time": .integer(claim),
        ])
        judgement.now = now
        judgement.maxAge = 0
        #expect((try judgement.refusalCode() == nil) == (now == claim))
    }
}
