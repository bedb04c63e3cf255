import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Discovery 3, jwks_uri; RFC 7517 5. What single keys have to be is the business of JOSETests.
@Suite struct JWKSetResponseTests {
    private func code(_ response: HTTPResponse) throws -> ErrorCode? {
        try refusal { try JWKSet(validating: response) }
    }

    @Test func goodSet() throws {
        #expect(try Sample.keys([.rsa, .p256]).keys.map(\.keyID) == ["rsa-1", "p256-1"])
    }

    /// Attack 41.
    @Test(
        arguments: [
            [:], ["keys": .null], ["keys": [:]], ["keys": "x"], ["Keys": []],
            ["keys": .array([JSON](repeating: [:], count: JWKSet.mostKeys + 1))],
        ] as [JSONObject])
    func keysAreNoListOrTooMany(object: JSONObject) throws {
        #expect(try code(.json(object)) == .jwkSetInvalid)
    }

    /// A set without a usable key is a set: the token's key is then unknown.
    @Test(
        arguments: [
            [], [1, "x", .null], [["kty": "new"]], [["kty": "oct", "k": "AAAA"]],
            .array([JSON](repeating: [:], count: JWKSet.mostKeys)),
        ] as [JSON])
    func keysOfNoUse(keys: JSON) throws {
        #expect(try JWKSet(validating: .json(["keys": keys])).keys.isEmpty)
    }

    @Test(
        arguments: [("", 200, .jwkSetInvalid), ("[]", 200, .jwkSetInvalid), ("{}", 500, .providerStatus)]
            as [(String, Int32, ErrorCode)])
    func responseIsNone(body: String, status: Int32, expected: ErrorCode) throws {
        #expect(try code(.of(status, body)) == expected)
    }

    @Test func pageForPeople() throws {
        #expect(try code(.of(200, #"{"keys":[]}"#, "text/html")) == .jwkSetInvalid)
    }
}
