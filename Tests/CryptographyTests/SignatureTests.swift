import Basics
import COpenSSL
import Cryptography
import JOSE
import TestSupport
import Testing

@Suite struct SignatureTests {
    static let message = Array("header.payload".utf8)

    static let schemes: [(SigningAlgorithm, SignatureScheme)] = [
        (.rs256, .rsaPKCS1(.sha256)), (.rs384, .rsaPKCS1(.sha384)), (.rs512, .rsaPKCS1(.sha512)),
        (.ps256, .rsaPSS(.sha256)), (.ps384, .rsaPSS(.sha384)), (.ps512, .rsaPSS(.sha512)),
        (.es256, .ecdsa(.sha256)), (.es384, .ecdsa(.sha384)), (.es512, .ecdsa(.sha512)), (.es256K, .ecdsa(.sha256)),
        (.ed25519, .edDSA), (.ed448, .edDSA),
    ]

    /// Made once: each test that asks for one gets the same.
    private static let signatures = Dictionary(
        uniqueKeysWithValues: schemes.map { ($0.0, TestKey.of($0.0).sign(message, $0.0)) })

    private func sample(_ algorithm: SigningAlgorithm) throws -> (SignatureScheme, [UInt8]) {
        let scheme = try #require(Self.schemes.first { $0.0 == algorithm }?.1)
        return (scheme, try #require(Self.signatures[algorithm]))
    }

    private func member(_ name: Text, of key: TestKey) -> [UInt8] {
        key.publicMembers[name]?.text.flatMap { Base64URL.decode($0) } ?? []
    }

    private func publicKey(_ key: TestKey) throws -> PublicKey {
        let (x, y) = (member("x", of: key), member("y", of: key))
        let made: PublicKey? =
            switch key.publicMembers["crv"]?.text {
            case "P-256": .ec(.p256, x: x, y: y)
            case "P-384": .ec(.p384, x: x, y: y)
            case "P-521": .ec(.p521, x: x, y: y)
            case "secp256k1": .ec(.secp256k1, x: x, y: y)
            case "Ed25519": .ed25519(x)
            case "Ed448": .ed448(x)
            default: .rsa(modulus: member("n", of: key), exponent: member("e", of: key))
            }
        return try #require(made)
    }

    /// Each signature with each scheme and each key: only its own verifies.
    @Test("RFC 7518 3.1, RFC 8037 3.1", arguments: schemes.map(\.0))
    func onlyItsOwnSchemeAndKeyVerify(algorithm: SigningAlgorithm) throws {
        let (_, signature) = try sample(algorithm)
        for key in TestKey.all where key.publicMembers["kty"] != "AKP" {
            let publicKey = try publicKey(key)
            for (other, otherScheme) in Self.schemes {
                // The curve is the key's: two pairs of these algorithms have one scheme.
                let isSame = other.scheme.map { "\($0)" } == algorithm.scheme.map { "\($0)" }
                let isOwn = isSame && key === TestKey.of(algorithm)
                let isGenuine = publicKey.verify(signature, over: Self.message, scheme: otherScheme)
                #expect(isGenuine == isOwn, "\(algorithm) as \(other) with \(key.keyID.string)")
            }
        }
    }

    @Test(arguments: schemes.map(\.0))
    func everyFlippedByteIsSeen(algorithm: SigningAlgorithm) throws {
        let (scheme, signature) = try sample(algorithm)
        let key = try publicKey(.of(algorithm))
        for index in signature.indices {
            let changed = signature.flipping(bit: index % 8, ofByte: index)
            #expect(!key.verify(changed, over: Self.message, scheme: scheme), "byte \(index)")
        }
        for index in Self.message.indices {
            let changed = Self.message.flipping(bit: 0, ofByte: index)
            #expect(!key.verify(signature, over: changed, scheme: scheme), "byte \(index) of the message")
        }
    }

    @Test(arguments: schemes.map(\.0))
    func lengthIsExact(algorithm: SigningAlgorithm) throws {
        let (scheme, signature) = try sample(algorithm)
        let key = try publicKey(.of(algorithm))
        let zeros = [UInt8](0, times: signature.count)
        let others: [[UInt8]] = [
            [], [0], signature.dropLast(), Array(signature.dropFirst()), signature + [0], [0] + signature,
            signature + signature,
            zeros, [UInt8](0xFF, times: signature.count), [UInt8](0, times: 100_000),
        ]
        for other in others {
            #expect(!key.verify(other, over: Self.message, scheme: scheme), "\(other.count) bytes")
        }
        #expect(!key.verify(signature, over: [], scheme: scheme))
    }

    /// One in 256 of them begins with a zero.
    @Test("RFC 8017 8.1.2 (1): not without its leading zero", arguments: [SigningAlgorithm.ps256, .ps384, .ps512])
    func leadingZeroBelongsToTheSignature(algorithm: SigningAlgorithm) throws {
        let (scheme, _) = try sample(algorithm)
        let key = try publicKey(.of(algorithm))
        for _ in 0..<10_000 {
            let signature = TestKey.of(algorithm).sign(Self.message, algorithm)
            guard signature.first == 0 else { continue }
            #expect(key.verify(signature, over: Self.message, scheme: scheme))
            #expect(!key.verify(Array(signature.dropFirst()), over: Self.message, scheme: scheme))
            return
        }
        Issue.record("no signature begins with a zero")
    }

    /// As OpenSSL writes it, and with its numbers shortened.
    @Test("RFC 7518 3.4: not DER", arguments: [(SigningAlgorithm.es256, 32), (.es384, 48), (.es512, 66)])
    func derIsRefused(algorithm: SigningAlgorithm, half: Int) throws {
        let key = try publicKey(.of(algorithm))
        let signature = TestKey.of(algorithm).sign(Self.message, algorithm)
        let numbers = [Array(signature.prefix(half)), Array(signature.suffix(half))].map { number in
            [0x02, UInt8(half + 1), 0] + number
        }
        let body = numbers[0] + numbers[1]
        let der = body.count < 128 ? [0x30, UInt8(body.count)] + body : [0x30, 0x81, UInt8(body.count)] + body
        #expect(!key.verify(der, over: Self.message, scheme: .ecdsa(algorithm.digest)))
    }

    @Test func refusalLeavesNoErrorBehind() throws {
        for (algorithm, scheme) in Self.schemes {
            let (_, signature) = try sample(algorithm)
            ERR_clear_error()
            let changed = signature.flipping(bit: 0, ofByte: 0)
            #expect(try !publicKey(.of(algorithm)).verify(changed, over: Self.message, scheme: scheme))
            #expect(ERR_peek_error() == 0, "\(algorithm)")
        }
    }

    /// Keys are shared by the threads of the host.
    @Test func keyServesManyThreads() async throws {
        for (algorithm, scheme) in Self.schemes {
            let (_, signature) = try sample(algorithm)
            let key = try publicKey(.of(algorithm))
            let results = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 { group.addTask { key.verify(signature, over: Self.message, scheme: scheme) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results == [Bool](repeating: true, count: 16))
        }
    }
}
