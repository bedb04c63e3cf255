import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.7 (12), 5.5.1.1: an acr that was asked for as essential.
@Suite struct IDTokenContextTests {
    private func refusalCode(
        _ claims: JSONObject, contexts: [Text] = ["gold", "silver"], authenticationTime: Bool = false
    ) throws -> ErrorCode? {
        var judgement = try Judgement(claims: claims)
        var authorization = AuthorizationSettings()
        authorization.requiredContexts = contexts
        authorization.requiresAuthenticationTime = authenticationTime
        judgement.client = try Sample.client(authorization: authorization)
        return try judgement.refusalCode()
    }

    @Test(
        arguments: [
            ("gold", nil), ("silver", nil), ("bronze", .idTokenContextMismatch), ("Gold", .idTokenContextMismatch),
            ("gold silver", .idTokenContextMismatch), ("", .idTokenContextMismatch), (.null, .idTokenContextMismatch),
            (["gold"], .idTokenContextMismatch), (1, .idTokenContextMismatch),
        ] as [(JSON, ErrorCode?)])
    func requiredContexts(acr: JSON, expected: ErrorCode?) throws {
        #expect(try refusalCode(["acr": acr]) == expected)
        #expect(try refusalCode(["acr": acr], contexts: []) == nil)
    }

    /// OIDC Core 2.
    @Test func essentialAuthenticationTime() throws {
        #expect(try refusalCode([:], contexts: [], authenticationTime: true) == .idTokenClaimInvalid)
        let claims: JSONObject = ["auth_time": .integer(Sample.now - 100_000)]
        #expect(try refusalCode(claims, contexts: [], authenticationTime: true) == nil)
    }
}
