import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// JARM 2.4.
@Suite struct SignedAuthorizationResponseTests {
    private static let claims: JSONObject = [
        "iss": "\(Sample.issuer)", "aud": .string(Sample.clientID), "exp": .integer(Sample.now + 300), "code": "c1",
        "state": "s1",
    ]

    private func token(_ changes: JSONObject, _ algorithm: SigningAlgorithm = .rs256) -> TestToken {
        var token = TestToken(algorithm, keyID: TestKey.of(algorithm).keyID, claims: Self.claims)
        token.change(claims: changes)
        return token
    }

    private func code(
        _ token: Text, more: String = "", metadata: JSONObject = [:], allowed: [SigningAlgorithm]? = nil
    ) throws -> Text {
        var authorization = AuthorizationSettings()
        authorization.responseMode = .jwt
        authorization.responseAlgorithms = allowed
        let metadata = try Sample.metadata(metadata)
        return try SignedAuthorizationResponse(parsing: "response=\(token)\(more)").validate(
            client: Sample.client(authorization: authorization), metadata: metadata, keys: Sample.keys(),
            now: Sample.now
        ).validate(metadata: metadata)
    }

    @Test func goodResponse() throws {
        #expect(try code(token([:]).signed()) == "c1")
        #expect(try code(token(["aud": [.string(Sample.clientID)]]).signed(), more: "&session_state=x") == "c1")
        #expect(try AuthorizationResponse.state(in: "response=\(token([:]).signed())") == "s1")
    }

    @Test(
        arguments: [
            (["iss": .null], .responseIssuerMissing), (["iss": 1], .responseIssuerMissing),
            (["iss": "\(Sample.issuer)/"], .responseIssuerMismatch), (["iss": ""], .responseIssuerMismatch),
            (["aud": .null], .responseAudienceMismatch), (["aud": "client-11"], .responseAudienceMismatch),
            (["aud": []], .responseAudienceMismatch),
            (["aud": [.string(Sample.clientID), "other"]], .responseAudienceMismatch),
            (["exp": .null], .responseMalformed), (["exp": "1795000300"], .responseMalformed),
            (["exp": -1], .responseMalformed), (["exp": .integer(Sample.now - 60)], .responseExpired),
            (["exp": .integer(Sample.now - 59)], nil), (["code": .null], .responseMalformed),
            (["code": ""], .responseMalformed), (["code": "a b"], .responseMalformed),
            (["code": ["c1"]], .responseMalformed), (["error": "access_denied"], .responseMalformed),
            (["code": .null, "error": "access_denied"], .authorizationRefused),
            (["code": .null, "error": "login_required"], .loginRequired), (["state": .null], .stateMissing),
        ] as [(JSONObject, ErrorCode?)])
    func claims(changes: JSONObject, expected: ErrorCode?) throws {
        #expect(try refusal { try code(token(changes).signed()) } == expected)
    }

    /// The algorithm is configured or listed, RS256 if neither.
    @Test func algorithms() throws {
        let response = token([:], .es256).signed(.es256, with: .p256)
        #expect(try refusal { try code(response) } == .responseAlgorithmRefused)
        #expect(try code(response, allowed: [.es256]) == "c1")
        #expect(try code(response, metadata: ["authorization_signing_alg_values_supported": ["ES256"]]) == "c1")
        #expect(try refusal { try code(response, allowed: [.rs256]) } == .responseAlgorithmRefused)
        #expect(try code(token([:]).signed(), metadata: ["authorization_signing_alg_values_supported": []]) == "c1")
    }

    /// "none", and the provider's public key or our secret as a MAC key.
    @Test(arguments: ["none", "None", "HS256", ""])
    func algorithmsThatAreNever(name: String) throws {
        var token = token([:])
        token.change(header: ["alg": "\(name)"])
        let signed = try token.authenticated(.hs256, with: Secret(Text(Sample.clientSecret)))
        let listed: JSONObject = ["authorization_signing_alg_values_supported": ["none", "HS256", "RS256"]]
        for text in [signed, token.unsigned] {
            #expect(try refusal { try code(text, metadata: listed) } == .responseAlgorithmRefused)
        }
    }

    @Test func signatures() throws {
        #expect(try refusal { try code(token([:]).signed(with: .newerRSA)) } == .responseSignatureInvalid)
        var unknown = token([:])
        unknown.change(header: ["kid": "other"])
        #expect(try refusal { try code(unknown.signed()) } == .responseKeyUnknown)
        #expect(try refusal { try code(token([:]).unsigned) } == .responseSignatureInvalid)
    }

    /// The response is one parameter, and the answer is in it alone (JARM 2.3).
    @Test(arguments: [
        "code=c&state=s", "error=x&state=s", "", "response=", "response=a.b", "response=a.b.c", "response=x&response=y",
        "response=%zz", "state=s1",
    ])
    func noSignedResponse(parameters: String) throws {
        #expect(try refusal { try SignedAuthorizationResponse(parsing: Text(parameters)) } == .responseMalformed)
    }

    @Test(arguments: ["&code=c1", "&error=x", "&state=s1", "&response=x", "&code="])
    func parametersBeside(more: String) throws {
        #expect(try refusal { try code(token([:]).signed(), more: more) } == .responseMalformed)
    }
}
