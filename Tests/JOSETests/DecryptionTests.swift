import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// Whether a token is decrypted, and that nothing is learnt from one that is not.
@Suite struct DecryptionTests {
    private func outcome(_ token: Text, _ vector: JWEVector, keys: [DecryptionKey]? = nil) throws -> CompactJWE.Outcome
    {
        try #require(CompactJWE(token)).decrypt(
            with: try keys ?? [vector.decryptionKey], algorithms: [vector.algorithm], encryptions: [vector.encryption])
    }

    private func token(_ vector: JWEVector, replacing index: Int, with part: Text) -> Text {
        var parts = vector.token.split(at: ".")
        parts[index] = part
        return parts.joined(with: ".")
    }

    @Test("RFC 7516 5.2, RFC 7518 4, 5", arguments: JWEVector.all)
    func vectorIsDecrypted(vector: JWEVector) throws {
        #expect(try outcome(vector.token, vector) == .plaintext(Array(vector.plaintext.utf8)))
    }

    @Test func everyAlgorithmHasAVector() {
        for algorithm in KeyManagementAlgorithm.allCases {
            #expect(JWEVector.all.contains { $0.algorithm == algorithm }, "\(algorithm)")
            #expect(KeyManagementAlgorithm(name: algorithm.name) == algorithm)
        }
        for encryption in ContentEncryption.allCases {
            #expect(JWEVector.all.contains { $0.encryption == encryption }, "\(encryption)")
            #expect(ContentEncryption(name: encryption.name) == encryption)
        }
    }

    /// The same answer wherever the change is. A changed header may be no header any more, or name another algorithm.
    @Test("RFC 7516 11.5: each byte counts, and no answer tells which", arguments: JWEVector.all)
    func changedTokenIsUndecryptable(vector: JWEVector) throws {
        let parts = vector.token.split(at: ".")
        for (index, part) in parts.enumerated().dropFirst() {
            let bytes = try #require(Base64URL.decode(part))
            for position in Set(stride(from: 0, to: bytes.count, by: 7)).union([bytes.count - 1]) where position >= 0 {
                var changed = bytes
                changed[position] ^= 1
                let token = token(vector, replacing: index, with: Base64URL.encode(changed))
                #expect(try outcome(token, vector) == .undecryptable, "part \(index), byte \(position)")
            }
        }
    }

    @Test("RFC 7516 5.2 (10), RFC 7518 5: parts of other lengths", arguments: JWEVector.all)
    func lengthsAreExact(vector: JWEVector) throws {
        let parts = vector.token.split(at: ".")
        for index in 1...4 {
            let bytes = try #require(Base64URL.decode(parts[index]))
            let others: [[UInt8]] = [
                [], [0], bytes + [0], [0] + bytes, Array(bytes.dropFirst()), bytes.dropLast(), bytes + bytes,
            ]
            for other in others where other != bytes {
                let token = token(vector, replacing: index, with: Base64URL.encode(other))
                #expect(try outcome(token, vector) == .undecryptable, "part \(index) of \(other.count) bytes")
            }
        }
    }

    @Test("RFC 7516 5.1 (14): the header is authenticated", arguments: JWEVector.all)
    func headerIsAuthenticated(vector: JWEVector) throws {
        let parts = vector.token.split(at: ".")
        var header = try #require(Base64URL.decode(parts[0]).flatMap { JSONObject(parsing: $0) })
        header["added"] = true
        let token = token(vector, replacing: 0, with: Base64URL.encode(header.bytes))
        #expect(try outcome(token, vector) == .undecryptable)
    }

    @Test func keysOfOtherKindsAreNotTried() throws {
        for vector in JWEVector.all {
            let others: [DecryptionKey] =
                vector.key == nil
                ? [DecryptionKey(.pair(try KnownKey.rsa.key)), DecryptionKey(.pair(try KnownKey.p256.key))]
                : [
                    DecryptionKey(.clientSecret(JWEVector.clientSecret)),
                    DecryptionKey(.pair(try KnownKey.ed25519.key)),
                ]
            #expect(try outcome(vector.token, vector, keys: others) == .keyUnknown)
            #expect(try outcome(vector.token, vector, keys: []) == .keyUnknown)
        }
    }

    @Test("RFC 7518 4.6.1.1: the ephemeral key is on the curve of ours")
    func otherCurveIsUndecryptable() throws {
        let vector = JWEVector.rfc[2]
        for other in [KnownKey.p384, .p521] {
            let keys = [DecryptionKey(.pair(try other.key))]
            #expect(try outcome(vector.token, vector, keys: keys) == .undecryptable)
        }
    }

    /// RFC 7520 5.5 again, its epk and the rest changed.
    @Test(
        "RFC 7518 4.6.1: malformed epk, apu and apv",
        arguments: [
            ["epk": .null], ["epk": "a"], ["epk": [:]], ["apu": 1], ["apu": "A"], ["apu": "QWxpY2U="], ["apv": [1]],
            ["epk": ["kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"]], ["epk": .object(KnownKey.p256.jwk)],
            ["epk": ["kty": "OKP", "crv": "X25519", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"]],
        ] as [JSONObject])
    func malformedAgreementHasNoKey(changes: JSONObject) throws {
        let vector = JWEVector.rfc[2]
        let parts = vector.token.split(at: ".")
        var header = try #require(Base64URL.decode(parts[0]).flatMap { JSONObject(parsing: $0) })
        for change in changes.members { header[change.name] = change.value }
        let jwe = try #require(CompactJWE(token(vector, replacing: 0, with: Base64URL.encode(header.bytes))))
        #expect(try jwe.contentKey(.ecdhES, .a128CBCHS256, try vector.decryptionKey) == nil)
        #expect(try #require(CompactJWE(vector.token)).contentKey(.ecdhES, .a128CBCHS256, vector.decryptionKey) != nil)
    }

    @Test("RFC 7516 4.1.6: the key that the token names, no other; a key without a name is tried")
    func keyIsChosenByName() throws {
        let vector = JWEVector.rfc[2]
        let name: Text = "meriadoc.brandybuck@buckland.example"
        let (right, wrong) = (try KnownKey.p256.key, try PrivateKey.generate(.p256))
        let expected: [([DecryptionKey], CompactJWE.Outcome)] = [
            ([DecryptionKey(.pair(right), keyID: name)], .plaintext(Array(vector.plaintext.utf8))),
            ([DecryptionKey(.pair(right), keyID: "other")], .keyUnknown),
            ([DecryptionKey(.pair(wrong), keyID: name)], .undecryptable),
            ([DecryptionKey(.pair(wrong)), DecryptionKey(.pair(right))], .plaintext(Array(vector.plaintext.utf8))),
            (
                [DecryptionKey](repeating: DecryptionKey(.pair(wrong)), count: 4) + [DecryptionKey(.pair(right))],
                .undecryptable
            ),
        ]
        for (keys, outcome) in expected {
            #expect(try self.outcome(vector.token, vector, keys: keys) == outcome)
        }
    }

    @Test("OIDC Core 10.2: another client secret", arguments: JWEVector.all.filter { $0.key == nil })
    func otherSecretIsUndecryptable(vector: JWEVector) throws {
        let keys = [DecryptionKey(.clientSecret(Secret("the client secret, known to botH" as Text)))]
        #expect(try outcome(vector.token, vector, keys: keys) == .undecryptable)
    }
}

/// RFC 7516 A.3: a shared key that is not made of a client secret.
@Suite struct KeyWrapTests {
    @Test("RFC 7516 A.3")
    func wrappedKey() throws {
        let jwe = try #require(
            CompactJWE(
                """
                eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2I\
                lrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ
                """))
        let shared = Secret(try #require(Base64URL.decode("GawgguFyGrWKav7AX4VKUg" as Text)))
        let key = try #require(jwe.contentKey(.a128KW, sharedKey: shared))
        let expected: [UInt8] = [
            4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45, 111, 107, 9,
            219, 200, 177, 0, 240, 143, 156, 44, 207,
        ]
        #expect(unsafe key.withBytes { unsafe Array($0) } == expected)
    }
}
