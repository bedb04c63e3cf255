import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// Private keys as JWKs (RFC 7518 6, RFC 8037 2), and thumbprints.
@Suite struct PrivateJWKTests {
    /// The rest made with joserfc 1.8.0: key.thumbprint().
    static let thumbprints: [(KnownKey, Text)] = [
        (.ed25519, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        (.p256, "HsSFalww3yP-dO-lWGYgFcyV5H22oScIFc4V2Y6GOto"),
        (.rsa, "xtIsOV1FqKH77AI_A3jdTg5QfdabzqI-LNpYTPi0IgI"),
    ]

    @Test("RFC 8037 A.3, RFC 7638 3", arguments: thumbprints)
    func thumbprint(known: KnownKey, expected: Text) throws {
        #expect(try known.key.publicKey.thumbprint() == expected)
    }

    @Test("RFC 7638 3.1")
    func thumbprintOfTheRFC() throws {
        let modulus: Text = """
            0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4\
            n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0\
            zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-c\
            sFCur-kEgU8awapJzKnqDKgw
            """
        let members: JSONObject = [
            "kty": "RSA", "n": .string(modulus), "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        ]
        #expect(try JWK(members).key.thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("RFC 7518 6, RFC 8037 2: the public half", arguments: KnownKey.allCases)
    func publicJWKHasNothingPrivate(known: KnownKey) throws {
        let jwk = try #require(try known.key.publicKey.jwk)
        var expected = known.jwk
        expected.removeAll(named: ["d", "p", "q", "dp", "dq", "qi"])
        #expect(Set(jwk.members.map(\.name.string)) == Set(expected.members.map(\.name.string)))
        for member in expected.members { #expect(jwk[member.name] == member.value) }
        #expect(jwk.members.map(\.name.string) == jwk.members.map(\.name.string).sorted(), "RFC 7638 3.3")
    }

    @Test("RFC 7518 6.2.2, 6.3.2, RFC 8037 2: a member that is missing, malformed or of another key")
    func spoiltKeyIsRefused() throws {
        for known in KnownKey.allCases {
            for member in known.jwk.members {
                let others: [JSON?] = [
                    nil, .null, 1, "", "A", "AAAA", "=", .string((member.value.text ?? "") + "AAAA"),
                ]
                for other in others {
                    var jwk = known.jwk
                    jwk[member.name] = other
                    #expect(
                        try refusal { try PrivateKey.read(jwk: jwk) } == .configurationInvalid,
                        "\(known) \(member.name.string)")
                }
            }
        }
    }

    @Test("Halves of two keys", arguments: [TestKey.rsa, .p256, .p384, .p521, .ed25519, .ed448])
    func halvesBelongTogether(other: TestKey) throws {
        let known = try #require(KnownKey.allCases.first { $0.jwk["crv"] == other.jwk["crv"] })
        var jwk = known.jwk
        for member in other.publicMembers.members { jwk[member.name] = member.value }
        #expect(try refusal { try PrivateKey.read(jwk: jwk) } == .configurationInvalid)
    }

    @Test("RFC 7518 6.3.2.7: more than two factors; a public key; a shared secret; nothing")
    func otherKeyIsRefused() throws {
        var several = KnownKey.rsa.jwk
        several["oth"] = []
        let keys: [JSONObject] = [several, TestKey.rsa.jwk, TestKey.p256.jwk, ["kty": "oct", "k": "AAAA"], [:]]
        for key in keys {
            let failure = try #require(try failure { try PrivateKey.read(jwk: key) })
            #expect(failure.code == .configurationInvalid)
            #expect(failure.message.hasPrefix("the private JWK is unusable"))
        }
    }

    @Test func errorDoesNotRepeatTheKey() throws {
        var jwk = KnownKey.p256.jwk
        jwk["x"] = "c2VjcmV0"
        let failure = try #require(try failure { try PrivateKey.read(jwk: jwk) })
        #expect(!failure.message.string.contains("c2VjcmV0"))
    }
}

extension PublicKey {
    /// With SHA-256, in base64url (RFC 7638 3).
    func thumbprint() throws -> Text {
        Base64URL.encode(try Digest.sha256.hash(#require(jwk?.encoded()).bytes))
    }
}
