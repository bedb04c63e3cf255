import Basics
import COpenSSL
import Cryptography
import TestSupport
import Testing

/// Private keys as PEM.
@Suite struct PrivateKeyPEMTests {
    private func read(_ pem: Text) throws -> PrivateKey {
        try PrivateKey.read(pem: Secret(pem))
    }

    static let keys: [(TestKey, KeyKind)] = [
        (.rsa, .rsa), (.p256, .ec(.p256)), (.p384, .ec(.p384)), (.p521, .ec(.p521)), (.secp256k1, .ec(.secp256k1)),
        (.ed25519, .ed25519), (.ed448, .ed448),
    ]

    @Test("RFC 5958, RFC 7468 10", arguments: keys)
    func pkcs8IsRead(key: TestKey, kind: KeyKind) throws {
        #expect(try read(key.pem(.pkcs8)).kind == kind)
        #expect(try read("some words before\n\n" + key.pem(.pkcs8) + "and after").kind == kind)
        #expect(try read(Text(key.pem(.pkcs8).string.replacing("\n", with: "\r\n"))).kind == kind)
    }

    @Test("RFC 8017 A.1.2, RFC 5915 3", arguments: keys.prefix(5))
    func traditionalFormIsRead(key: TestKey, kind: KeyKind) throws {
        let pem = key.pem(.traditional)
        #expect(pem.hasPrefix(key === TestKey.rsa ? "-----BEGIN RSA PRIVATE KEY" : "-----BEGIN EC PRIVATE KEY"))
        #expect(try read(pem).kind == kind)
    }

    @Test(arguments: keys)
    func publicHalfIsThePublicKey(key: TestKey, kind: KeyKind) throws {
        let members = try #require(try read(key.pem(.pkcs8)).publicKey.members)
        let expected = { (name: Text) in key.publicMembers[name]?.text.flatMap { Base64URL.decode($0) } ?? [] }
        switch members {
        case .rsa(let modulus, let exponent): #expect([modulus, exponent] == [expected("n"), expected("e")])
        case .ec(let x, let y): #expect([x, y] == [expected("x"), expected("y")])
        case .octets(let octets): #expect(octets == expected("x"))
        }
    }

    /// OpenSSL takes it for the end of the line in some places.
    @Test func nulByteIsRefusedAnywhere() throws {
        let pem = TestKey.ed25519.pem(.pkcs8).bytes
        for index in 0...pem.count {
            let text = Text(wellFormed: pem[..<index] + [0] + pem[index...])
            #expect(try refusal { try read(text) } == .configurationInvalid, "at \(index)")
        }
    }

    /// OpenSSL must not ask for the passphrase at the terminal.
    @Test(arguments: [TestKey.rsa, .p256, .ed25519])
    func encryptedKeyIsRefused(key: TestKey) throws {
        for form in [TestKey.PEMForm.encryptedPKCS8, .encryptedTraditional] {
            let pem = key.pem(form)
            guard !pem.isEmpty else { continue }
            let failure = try #require(try failure { try read(pem) })
            #expect(failure.code == .configurationInvalid)
            #expect(failure.message.hasPrefix("the private key is encrypted"))
        }
    }

    @Test func otherTextIsRefused() throws {
        let pem = TestKey.p256.pem(.pkcs8).string
        ERR_clear_error()
        let others = [
            "", "a", "\0", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", String(pem.prefix(100)),
            pem.replacing("PRIVATE KEY", with: "CERTIFICATE"), TestKey.p256.pem(.publicKey).string,
            String(pem.reversed()), pem.replacing("-----END PRIVATE KEY-----", with: ""),
        ]
        for other in others {
            let failure = try #require(try failure { try read(Text(other)) }, "\(other)")
            #expect(failure.code == .configurationInvalid)
            #expect(failure.message.hasPrefix("the private key is not a PEM text"), "\(failure.message.string)")
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func lengthIsBounded() throws {
        let filler = Text(String(repeating: "\n", count: 64 * 1024))
        let failure = try failure { try read(filler + TestKey.p256.pem(.pkcs8)) }
        #expect(failure?.message == "the private key is longer than 64 KiB")
    }

    @Test(arguments: ["X25519", "brainpoolP256r1"])
    func otherKindIsRefused(kind: String) throws {
        let failure = try failure { try read(TestKey.unusual(kind).pem(.pkcs8)) }
        #expect(failure?.message.hasPrefix("the private key is not RSA, EC on P-256") == true)
    }

    @Test("RFC 7518 3.3: 2048 bits or more")
    func weakKeyIsRefused() throws {
        let failure = try failure { try read(TestKey.unusual("RSA-1024").pem(.pkcs8)) }
        #expect(failure?.message.hasPrefix("the RSA key has fewer than 2048") == true)
    }
}
