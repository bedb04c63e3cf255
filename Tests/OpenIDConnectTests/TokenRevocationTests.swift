import Basics
import OpenIDConnect
import TestSupport
import Testing
import Transport

/// What the answer to a revocation says of the token (RFC 7009 2.2).
@Suite struct TokenRevocationTests {
    @Test(arguments: [200, 204, 299] as [Int32])
    func done(status: Int32) throws {
        #expect(try TokenRevocation.isDone(.of(status)))
    }

    @Test("2.2.1: the provider revokes no tokens of this kind")
    func unsupportedKind() throws {
        #expect(try !TokenRevocation.isDone(.of(400, #"{"error":"unsupported_token_type"}"#)))
    }

    @Test(
        arguments: [
            (400, #"{"error":"invalid_client"}"#), (401, "{}"), (503, ""), (302, ""), (199, ""), (300, ""),
        ] as [(Int32, String)])
    func failed(status: Int32, body: String) throws {
        #expect(try refusal { try TokenRevocation.isDone(.of(status, body)) } != nil)
    }
}
