import Basics
import Cryptography
import TestSupport
import Testing

@Suite struct KeyDerivationTests {
    private func derive(_ secret: Secret, _ purpose: Text) throws -> [UInt8] {
        try deriveKey(from: secret, purpose: purpose).withBytes { Array($0) }
    }

    /// The first 32 of its 42 bytes.
    @Test("RFC 5869 A.3: without salt and info")
    func vector() throws {
        let secret = Secret([UInt8](0x0B, times: 22))
        let expected = hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
        #expect(try derive(secret, "") == expected)
    }

    @Test("RFC 5869 2.2, 2.3: from HMAC alone", arguments: ["", "a", "stauth 1 session", "é\0"])
    func sameAsByDefinition(purpose: String) throws {
        let secret = Secret("a secret of the operator's" as Text)
        let noSalt = Secret([UInt8](0, times: 32))
        let pseudorandomKey = try secret.withBytes { try Digest.sha256.authenticate(Array($0), key: noSalt) }
        let expected = try Digest.sha256.authenticate(Array(purpose.utf8) + [1], key: Secret(pseudorandomKey))
        #expect(try derive(secret, Text(purpose)) == expected)
    }

    @Test func everyPurposeAndSecretHasItsKey() throws {
        var keys: Set<[UInt8]> = []
        for secret in ["one", "two", "on", "one\0"] as [Text] {
            for purpose in ["session", "login", "Session", "session\0"] as [Text] {
                keys.insert(try derive(Secret(secret), purpose))
            }
        }
        #expect(keys.count == 16)
    }
}
