import Basics
import COpenSSL
import Cryptography
import Testing

/// ECDH and what is made of it.
@Suite struct KeyAgreementTests {
    private func bytes(_ encoded: Text) throws -> [UInt8] { try #require(Base64URL.decode(encoded)) }

    private func key(x: Text, y: Text, d: Text) throws -> PrivateKey {
        try #require(PrivateKey.ec(.p256, x: bytes(x), y: bytes(y), number: bytes(d)))
    }

    private func revealed(_ secret: Secret?) -> [UInt8]? {
        secret.map { secret in unsafe secret.withBytes { unsafe Array($0) } }
    }

    @Test("RFC 7518 C")
    func exampleOfTheRFC() throws {
        let alice = try key(
            x: "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
            d: "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo")
        let bob = try key(
            x: "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", y: "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
            d: "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw")
        let agreed = try #require(alice.agree(with: bob.publicKey))
        #expect(
            revealed(agreed) == [
                158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128,
                106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
            ])
        #expect(revealed(bob.agree(with: alice.publicKey)) == revealed(agreed))
        let derived = try deriveKey(
            fromAgreement: agreed, algorithm: "A128GCM", producer: Array("Alice".utf8), consumer: Array("Bob".utf8),
            length: 16)
        #expect(revealed(derived) == (try bytes("VqqN6vgjbSBcIijNcacQGg")))
    }

    @Test(arguments: [KeyKind.Curve.p256, .p384, .p521, .secp256k1])
    func bothSidesAgree(curve: KeyKind.Curve) throws {
        ERR_clear_error()
        let (first, second) = (try PrivateKey.generate(curve), try PrivateKey.generate(curve))
        #expect(revealed(first.agree(with: second.publicKey)) == revealed(second.agree(with: first.publicKey)))
        #expect(first.agree(with: second.publicKey) != nil)
        for other in KeyKind.Curve.allCases where other != curve {
            #expect(try first.agree(with: PrivateKey.generate(other).publicKey) == nil)
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test("RFC 7518 4.3: only an RSA key decrypts", arguments: [PrivateKey.OAEPHash.sha1, .sha256])
    func otherKeyDoesNotDecrypt(hash: PrivateKey.OAEPHash) throws {
        #expect(try PrivateKey.generate(.p256).decryptOAEP([UInt8](1, times: 256), hash: hash) == nil)
    }
}
