import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// Which keys of a set are used, and which of them for a token.
@Suite struct JWKSetTests {
    private func set(_ keys: [JSON]) throws -> JWKSet {
        try #require(JWKSet(["keys": .array(keys)]))
    }

    /// The test key's JWK, with members changed.
    private func jwk(_ key: TestKey = .rsa, _ changes: [(Text, JSON?)] = []) -> JSON {
        var jwk = key.jwk
        for (name, value) in changes { jwk[name] = value }
        return .object(jwk)
    }

    private func verdict(_ keys: [JSON], keyID: Text?, signedBy key: TestKey = .rsa) throws -> JWS.Verdict {
        let token = TestToken(keyID: keyID, claims: [:]).signed(with: key)
        return try #require(JWS(token)).verify(with: try set(keys), algorithm: .rs256)
    }

    @Test(
        "RFC 7517 5: keys is a list",
        arguments: [[:], ["keys": [:]], ["keys": .null], ["keys": "a"], ["keys": 1], ["Keys": []]] as [JSONObject])
    func otherSetIsRefused(set: JSONObject) {
        #expect(JWKSet(set) == nil)
    }

    @Test func setIsOfAtMost200Keys() throws {
        let filler = [JSON](repeating: ["kty": "oct", "k": "AAAA"], count: 199)
        #expect(try set(filler + [jwk()]).keys.count == 1)
        #expect(JWKSet(["keys": .array(filler + [jwk(), jwk()])]) == nil)
        #expect(try set([]).keys.isEmpty)
    }

    @Test(
        "RFC 7517 5: a key that is of no use is skipped",
        arguments: [
            "1", #""a""#, "[]", "{}", #"{"kty":"RSA"}"#, #"{"kty":"unknown"}"#, #"{"kty":1}"#, #"{"kid":"a"}"#,
            #"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#, #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
            #"{"kty":"EC","crv":"P-256"}"#, #"{"kty":"OKP","crv":"X25519","x":"AA"}"#,
            #"{"kty":"OKP","crv":"Ed448","x":"AA"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, #"{"kty":"oct","k":"c2VjcmV0"}"#,
            #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, #"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"#,
            #"{"kty":"AKP","alg":"ML-DSA-128","pub":"AA"}"#, #"{"kty":"AKP","pub":"AA"}"#,
        ])
    func uselessKeyIsSkipped(text: String) throws {
        let key = try #require(JSONObject(parsing: Array("{\"key\":\(text)}".utf8))?["key"])
        #expect(try set([key, jwk(), key, .null]).keys.count == 1)
        #expect(try verdict([key, jwk(), key], keyID: TestKey.rsa.keyID) == .genuine)
    }

    /// Changes that make a good key one that must not verify.
    static let spoiling: [(Text, JSON)] = [
        ("use", "enc"), ("use", "SIG"), ("use", 1), ("use", ["sig"]),
        ("key_ops", ["encrypt"]),
        ("key_ops", ["sign"]), ("key_ops", "verify"), ("key_ops", ["Verify"]),
        ("d", "AAAA"), ("p", "AAAA"), ("q", "AAAA"), ("dp", "AAAA"), ("dq", "AAAA"), ("qi", "AAAA"),
        ("oth", [[:]]), ("k", "AAAA"), ("priv", "AAAA"), ("kid", 1), ("alg", 1),
        ("alg", "RS512"),
        ("alg", "RSA-OAEP"), ("alg", "rs256"), ("alg", "HS256"), ("kty", "rsa"), ("kty", "EC"),
        ("kty", "oct"), ("n", 1),
        ("n", ""), ("n", "AQAB="), ("n", "AQ AB"), ("e", "AQ"), ("e", "Aw"), ("e", ""), ("e", .null), ("e", "AQAA"),
    ]

    @Test("RFC 7517 4, RFC 7518 6.3: a key that must not be used", arguments: spoiling)
    func spoiltKeyIsNotUsed(name: Text, value: JSON) throws {
        #expect(try verdict([jwk(.rsa, [(name, value)])], keyID: TestKey.rsa.keyID) == .keyUnknown)
        #expect(try verdict([jwk(.rsa, [(name, value)])], keyID: nil) == .keyUnknown)
    }

    static let harmless: [[(Text, JSON)]] = [
        [("use", "sig")], [("key_ops", ["verify"])], [("key_ops", ["sign", "verify"])],
        [("use", "sig"), ("key_ops", ["verify"])],
        [("use", ""), ("alg", ""), ("key_ops", []), ("oth", []), ("d", ""), ("x5c", [])],
        [("use", .null), ("alg", .null), ("key_ops", .null), ("oth", .null), ("d", .null), ("p", .null), ("k", .null)],
        [("alg", "RS256")], [("x5c", ["AAAA"]), ("x5u", "https://evil.example"), ("x5t", 1)], [("unknown", [:])],
    ]

    @Test("RFC 7517 4: members that do not matter or fit", arguments: harmless)
    func harmlessMembers(changes: [(Text, JSON)]) throws {
        #expect(try verdict([jwk(.rsa, changes)], keyID: TestKey.rsa.keyID) == .genuine)
    }

    @Test(
        "RFC 7515 4.1.4: a kid that no key has",
        arguments: [
            "RSA-1", "rsa-1 ", " rsa-1", "rsa-", "rsa-11", "rsa\u{2010}1", "../../../dev/null", "' OR 1=1--",
            String(repeating: "a", count: 30_000),
        ])
    func unknownKeyID(keyID: String) throws {
        #expect(try verdict([jwk(), jwk(.newerRSA)], keyID: Text(keyID)) == .keyUnknown)
    }

    @Test("RFC 7515 4.1.4: the key that the token names, no other")
    func namedKeyIsTheOnlyOne() throws {
        let keys = [jwk(), jwk(.newerRSA)]
        #expect(try verdict(keys, keyID: "rsa-1", signedBy: .rsa) == .genuine)
        #expect(try verdict(keys, keyID: "rsa-2", signedBy: .newerRSA) == .genuine)
        #expect(try verdict(keys, keyID: "rsa-1", signedBy: .newerRSA) == .forged)
        #expect(try verdict([jwk(.rsa, [("kid", nil)])], keyID: "rsa-1") == .keyUnknown)
    }

    @Test("OIDC Core 10.1: no kid, one key or several")
    func tokenWithoutKeyID() throws {
        #expect(try verdict([jwk()], keyID: nil) == .genuine)
        #expect(try verdict([jwk(.rsa, [("kid", nil)])], keyID: nil) == .genuine)
        #expect(try verdict([jwk(), jwk(.newerRSA), jwk(.p256)], keyID: nil, signedBy: .newerRSA) == .genuine)
        #expect(try verdict([jwk()], keyID: nil, signedBy: .newerRSA) == .forged)
        #expect(try verdict([jwk(.p256), jwk(.ed25519)], keyID: nil) == .keyUnknown)
        #expect(try verdict([], keyID: nil) == .keyUnknown)
    }

    /// Eight keys are tried, not more: a token must not cost a hundred verifications.
    @Test(arguments: [(7, JWS.Verdict.genuine), (8, .forged), (150, .forged)])
    func triesAreBounded(before: Int, expected: JWS.Verdict) throws {
        let others = (0..<before).map { jwk(.newerRSA, [("kid", .string("other-\($0)"))]) }
        #expect(try verdict(others + [jwk()], keyID: nil) == expected)
        #expect(try verdict(others + [jwk()], keyID: TestKey.rsa.keyID) == .genuine)
    }

    @Test("RFC 7517 4.5: one kid for two keys that could be confused")
    func ambiguousKeysAreNotUsed() throws {
        let twin = jwk(.newerRSA, [("kid", "rsa-1")])
        #expect(try verdict([jwk(), twin], keyID: "rsa-1") == .keyUnknown)
        #expect(try verdict([jwk(), jwk(), twin], keyID: "rsa-1") == .keyUnknown)
        #expect(try verdict([jwk(), jwk()], keyID: "rsa-1") == .genuine, "it is one key")
        #expect(try verdict([jwk(.rsa, [("alg", "RS256")]), twin], keyID: "rsa-1") == .keyUnknown)
        let others = try set([jwk(), twin, jwk(.p256)])
        #expect(others.keys.count == 1, "others stay")
        #expect(others.refusals.count == 2)
        #expect(others.refusals.allSatisfy { $0.hasSuffix("another key has the same kid") })
    }

    @Test("Without a kid every key of the algorithm is tried, but no more than eight")
    func triesAreBounded() throws {
        let twins = (0..<8).map { jwk(.newerRSA, [("kid", .string("twin-\($0)"))]) }
        #expect(try verdict(twins.dropLast() + [jwk()], keyID: nil) == .genuine)
        #expect(try verdict(twins + [jwk()], keyID: nil) == .forged)
    }

    @Test("RFC 7517 4.5: one kid for keys of different kinds or algorithms")
    func keysThatCannotBeConfusedAreUsed() throws {
        let p256 = jwk(.p256, [("kid", "rsa-1")])
        #expect(try verdict([jwk(), p256], keyID: "rsa-1") == .genuine)
        let (first, second) = (jwk(.rsa, [("alg", "RS256")]), jwk(.newerRSA, [("alg", "RS512"), ("kid", "rsa-1")]))
        #expect(try verdict([first, second], keyID: "rsa-1") == .genuine)
        #expect(try set([jwk(.rsa, [("kid", nil)]), jwk(.newerRSA, [("kid", nil)])]).keys.count == 2)
    }

    @Test("RFC 7518 3.4: each ECDSA algorithm has its curve", arguments: [TestKey.p256, .p384, .p521, .secp256k1])
    func curveBelongsToTheAlgorithm(key: TestKey) throws {
        let jwk = try JWK(key.jwk)
        let fitting = SigningAlgorithm.allCases.filter { jwk.fits($0) }
        #expect(fitting.map { TestKey.of($0).keyID } == [key.keyID])
    }

    @Test("RFC 7518 6.2.1: a coordinate of another curve or length")
    func curveAndCoordinatesAgree() throws {
        for name in ["P-384", "P-521", "p-256", "P256", "secp256r1", ""] as [JSON] {
            #expect(try set([jwk(.p256, [("crv", name)])]).keys.isEmpty)
        }
        let x = try #require(TestKey.p256.publicMembers["x"]?.text)
        #expect(try set([jwk(.p256, [("x", .string("AAAA" + x))])]).keys.isEmpty)
        #expect(try set([jwk(.p256, [("y", .string(x))])]).keys.isEmpty)
    }

    static let refusals: [(JSON, String)] = [
        (1, "key number 1 of the JWK set is not used: it is not an object"),
        (["kty": "oct", "k": "AAAA", "kid": "a"], "key 'a' of the JWK set is not used: it is a shared secret"),
        (["kty": "quantum"], "it is of an unknown type"),
        (["kty": "EC", "crv": "P-224", "kid": "a\nb"], "key 'a?b' of the JWK set is not used: it is on an"),
        (["kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"], "it is not a point of its curve"),
        (["kty": "RSA", "n": "AQAB", "e": "AQAB"], "fewer than 2048"),
        (["kty": "RSA", "use": "enc"], "it is not for verifying signatures (use, key_ops)"),
        (["kty": "OKP", "crv": "X25519"], "it is on an unsupported curve"),
        (["kty": "OKP", "crv": "Ed25519", "x": "AA"], "it is not a point of its curve, or one of small order"),
        (["kty": "AKP", "alg": "ML-DSA-1"], "it is of an unknown algorithm"),
    ]

    @Test("What a log can say of keys that are not used", arguments: refusals)
    func refusalHasAReason(key: JSON, reason: String) throws {
        let refusals = try set([key, jwk()]).refusals
        #expect(refusals.count == 1)
        #expect(refusals.first?.string.contains(reason) == true, "\(refusals.first?.string ?? "")")
    }

    @Test func publishedSecretIsReportedButNotRepeated() throws {
        let refusals = try set([jwk(.rsa, [("d", "c2VjcmV0")]), jwk()]).refusals
        #expect(
            refusals.map(\.string) == [
                "key 'rsa-1' of the JWK set is not used: it has a private member: its owner has published a secret"
            ])
    }
}
