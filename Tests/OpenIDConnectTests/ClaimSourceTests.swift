import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 5.6.2.
@Suite struct ClaimSourceTests {
    private static func read(_ names: JSON, _ sources: JSON) -> [ClaimSource] {
        ClaimSource.read(["_claim_names": names, "_claim_sources": sources])
    }

    @Test func aggregated() throws {
        let sources = Self.read(["address": "src1", "phone_number": "src1", "x": "src2"], ["src1": ["JWT": "a.b.c"]])
        #expect(sources.map(\.place) == [.token("a.b.c")])
        #expect(sources.first?.claimNames == ["address", "phone_number"])
    }

    @Test func distributed() throws {
        let sources = Self.read(
            ["a": "src1", "b": "src2"],
            [
                "src1": ["endpoint": "https://c.example.com/claims"],
                "src2": ["endpoint": "https://c.example.com/x", "access_token": "at-1"],
            ])
        let expected: [ClaimSource.Place] = [
            .endpoint(try url("https://c.example.com/claims"), accessToken: nil),
            .endpoint(try url("https://c.example.com/x"), accessToken: "at-1"),
        ]
        #expect(sources.map(\.place) == expected)
    }

    @Test(
        arguments: [
            (["a": "src1"], .null), (.null, ["src1": ["JWT": "a.b.c"]]), ("src1", ["src1": ["JWT": "a.b.c"]]),
            (["a": "src1"], [["JWT": "a.b.c"]]), (["a": "src1"], ["src1": "a.b.c"]), (["a": "src1"], ["src1": [:]]),
            (["a": "src2"], ["src1": ["JWT": "a.b.c"]]), (["a": ["src1"]], ["src1": ["JWT": "a.b.c"]]),
            ([:], ["src1": ["JWT": "a.b.c"]]), (["a": "src1"], ["src1": ["JWT": 1]]),
            (["a": "src1"], ["src1": ["endpoint": "claims"]]), (["a": "src1"], ["src1": ["endpoint": 1]]),
            (["a": "src1"], ["src1": ["endpoint": "https://c.example.com", "access_token": ""]]),
            (["a": "src1"], ["src1": ["endpoint": "https://c.example.com", "access_token": "a b"]]),
            (["a": "src1"], ["src1": ["endpoint": "https://c.example.com", "access_token": "a\r\nX: y"]]),
            (["a": "src1"], ["src1": ["endpoint": .null, "access_token": "at-1"]]),
        ] as [(JSON, JSON)])
    func malformedIsNone(names: JSON, sources: JSON) {
        #expect(Self.read(names, sources).isEmpty)
    }

    @Test func numberIsBounded() {
        var (names, sources) = (JSONObject(), JSONObject())
        for index in 0..<100 {
            names[Text("claim\(index)")] = .string(Text("src\(index)"))
            sources[Text("src\(index)")] = ["JWT": "a.b.c"]
        }
        #expect(Self.read(.object(names), .object(sources)).count == 8)
    }

    /// 5.6.2.2.
    @Test(arguments: [nil, "at-1"] as [Text?])
    func request(accessToken: Text?) throws {
        let request = ClaimSource.request(at: try url("https://c.example.com/claims?u=1"), accessToken: accessToken)
        #expect(request.method == .get)
        #expect(request.url.text == "https://c.example.com/claims?u=1")
        let authorization = request.headers.filter { $0.name == "Authorization" }.map(\.value)
        #expect(authorization == (accessToken == nil ? [] : ["Bearer at-1"]))
    }
}

/// What is taken from the token of a source.
@Suite struct ClaimsTokenTests {
    private static let claims: JSONObject = [
        "iss": "https://c.example.com", "sub": "another-name", "address": "Street 1", "email": "x@example.com",
    ]

    private static func read(
        _ token: TestToken, signedWith key: TestKey = .rsa, algorithms: [SigningAlgorithm] = [.rs256],
        keys: [TestKey] = [.rsa]
    ) throws -> JSONObject {
        try ClaimsToken(token.signed(with: key)).claims(
            ["address", "phone_number"], keys: Sample.keys(keys), algorithms: algorithms, clientID: Sample.clientID,
            now: Sample.now)
    }

    /// Only what the provider named as being from here.
    @Test func onlyTheNamedClaims() throws {
        #expect(try Self.read(TestToken(claims: Self.claims)) == ["address": "Street 1"])
    }

    @Test(
        arguments: [
            (["iss": .null], [:], .userInfoInvalid), (["iss": 1], [:], .userInfoInvalid),
            (["aud": "another"], [:], .userInfoInvalid), (["aud": .array([])], [:], .userInfoInvalid),
            (["aud": .integer(1)], [:], .userInfoInvalid), (["aud": .string(Sample.clientID)], [:], nil),
            (["aud": ["another", .string(Sample.clientID)]], [:], nil),
            (["exp": .integer(Sample.now - 60)], [:], .userInfoInvalid), (["exp": .integer(Sample.now - 59)], [:], nil),
            (["exp": "never"], [:], .userInfoInvalid), (["nbf": .integer(Sample.now + 61)], [:], .userInfoInvalid),
            ([:], ["alg": "none"], .userInfoInvalid), ([:], ["alg": "RS512"], .userInfoInvalid),
            ([:], ["alg": "HS256"], .userInfoInvalid), ([:], ["typ": "at+jwt"], .userInfoInvalid),
            ([:], ["typ": "dpop+jwt"], .userInfoInvalid), ([:], ["typ": .null], nil),
            ([:], ["crit": ["exp"]], .userInfoInvalid), ([:], ["kid": "unknown"], .userInfoKeyUnknown),
        ] as [(JSONObject, JSONObject, ErrorCode?)])
    func tokenIsJudged(claims: JSONObject, header: JSONObject, code: ErrorCode?) throws {
        var token = TestToken(claims: Self.claims)
        token.change(claims: claims, header: header)
        #expect(try refusal { try Self.read(token) } == code)
    }

    @Test func signature() throws {
        let token = TestToken(claims: Self.claims)
        #expect(try refusal { try Self.read(token, signedWith: .newerRSA) } == .userInfoInvalid)
        #expect(try refusal { try Self.read(token, keys: [.newerRSA]) } == .userInfoKeyUnknown)
        #expect(try refusal { try Self.read(token, algorithms: [.es256]) } == .userInfoInvalid)
        #expect(
            try refusal {
                try ClaimsToken(token.unsigned).claims(
                    [], keys: Sample.keys(), algorithms: [.rs256],
                    clientID: Sample.clientID, now: Sample.now)
            } == .userInfoInvalid)
    }

    @Test(arguments: ["", "a.b.c", "..", "{}"] as [Text])
    func noToken(text: Text) throws {
        #expect(try refusal { try ClaimsToken(text) } == .userInfoInvalid)
    }

    /// The answer of a claims endpoint is a JWT and says so.
    @Test(
        arguments: [
            (200, "application/jwt", nil), (200, "application/json", .userInfoInvalid),
            (200, nil, .userInfoInvalid), (401, "application/jwt", .userInfoInvalid),
            (204, "application/jwt", .userInfoInvalid), (302, "application/jwt", .userInfoInvalid),
        ] as [(Int32, Text?, ErrorCode?)])
    func answer(status: Int32, type: Text?, code: ErrorCode?) throws {
        let body = TestToken(claims: Self.claims).signed().bytes
        let response = HTTPResponse(status: status, contentType: type, body: body)
        #expect(try refusal { try ClaimsToken(validating: response) } == code)
        let noText = HTTPResponse(status: status, contentType: type, body: [0xFF])
        #expect(try refusal { try ClaimsToken(validating: noText) } == .userInfoInvalid)
        let filler = [UInt8](repeating: 0x41, count: JWS.longestToken)
        let long = HTTPResponse(status: status, contentType: type, body: body + filler)
        #expect(try refusal { try ClaimsToken(validating: long) } == .userInfoInvalid)
    }
}

/// What is read of an issuer of claims.
@Suite struct ClaimsProviderMetadataTests {
    private static let issuer = "https://c.example.com"

    private static func refusal(_ changes: JSONObject, issuer: String = issuer) throws -> ErrorCode? {
        var members: JSONObject = ["issuer": "https://c.example.com", "jwks_uri": "https://c.example.com/jwks"]
        for change in changes.members { members[change.name] = change.value == .null ? nil : change.value }
        return try TestSupport.refusal {
            try ClaimsProviderMetadata(validating: .json(members), issuer: url(issuer))
        }
    }

    @Test(
        arguments: [
            ([:], nil), (["issuer": "https://evil.example.com"], .metadataIssuerMismatch),
            (["issuer": "https://c.example.com/"], .metadataIssuerMismatch), (["issuer": .null], .metadataInvalid),
            (["jwks_uri": .null], .metadataInvalid), (["jwks_uri": "http://c.example.com/jwks"], .metadataInvalid),
            (["jwks_uri": "http://127.0.0.1/jwks"], .metadataInvalid),
        ] as [(JSONObject, ErrorCode?)])
    func metadata(changes: JSONObject, code: ErrorCode?) throws {
        #expect(try Self.refusal(changes) == code)
    }
}
