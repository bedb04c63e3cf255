import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// Encrypted tokens as they are written (RFC 7516 7.1), and what is accepted of them.
@Suite struct CompactJWETests {
    static let good = JWEVector.rfc[0].token

    private func encode(_ text: String) -> Text { Base64URL.encode(Array(text.utf8)) }

    private func token(header: String) -> Text { encode(header) + ".AAAA.AAAA.AAAA.AAAA" }

    @Test("RFC 7516 4.1: what the header says")
    func headerIsRead() throws {
        let header = #"{"alg":"dir","enc":"A128GCM","kid":"a","typ":"b","cty":"JWT","x5u":1}"#
        let jwe = try #require(CompactJWE(token(header: header)))
        #expect([jwe.algorithm, jwe.encryption] == ["dir", "A128GCM"])
        #expect([jwe.keyID, jwe.type, jwe.contentType] == ["a", "b", "JWT"])
    }

    @Test(
        "RFC 7516 4.1: members of the wrong type",
        arguments: [
            "{}", #"{"alg":"dir"}"#, #"{"enc":"A128GCM"}"#, #"{"alg":1,"enc":"A128GCM"}"#, #"{"alg":"dir","enc":null}"#,
            #"{"alg":"dir","enc":"A128GCM","kid":1}"#, #"{"alg":"dir","enc":"A128GCM","typ":1}"#,
            #"{"alg":"dir","enc":"A128GCM","cty":["JWT"]}"#, #"{"ALG":"dir","enc":"A128GCM"}"#,
        ])
    func memberOfTheWrongTypeIsRefused(header: String) {
        #expect(CompactJWE(token(header: header)) == nil)
    }

    @Test(
        "RFC 7516 4.1.3, 4.1.13: compression, and what has to be understood and is not",
        arguments: [#""zip":"DEF""#, #""zip":null"#, #""crit":["exp"]"#, #""crit":[]"#, #""crit":null"#])
    func extensionIsRefused(member: String) {
        #expect(CompactJWE(token(header: "{\"alg\":\"dir\",\"enc\":\"A128GCM\",\(member)}")) == nil)
        #expect(CompactJWE(token(header: #"{"alg":"dir","enc":"A128GCM"}"#)) != nil)
    }

    @Test(
        "RFC 7516 4: members twice, no object",
        arguments: [
            #"{"alg":"dir","enc":"A128GCM","alg":"dir"}"#, #"{"alg":"dir","enc":"A128GCM","x":1,"x":1}"#, "", "null",
            "[]", #"{"alg":"dir","enc":"A128GCM"} x"#, "{",
        ])
    func headerIsRefused(header: String) {
        #expect(CompactJWE(token(header: header)) == nil)
    }

    @Test("RFC 7516 7.1: five parts", arguments: [1, 2, 3, 4, 6, 1000])
    func numberOfPartsIsFive(count: Int) {
        let part = encode(#"{"alg":"dir","enc":"A128GCM"}"#)
        #expect(CompactJWE([Text](repeating: part, count: count).joined(with: ".")) == nil)
        #expect(CompactJWE([Text](repeating: part, count: 5).joined(with: ".")) != nil)
    }

    @Test(
        "RFC 7515 2: nothing but base64url and four dots",
        arguments: [".", " ", "\n", "\t", "=", "+", "/", "\0", "é", "\""])
    func foreignCharacterIsRefused(character: String) {
        let token = Self.good.string
        let dots = token.indices.filter { token[$0] == "." }
        for place in [token.startIndex, token.endIndex] + dots + dots.map({ token.index(after: $0) }) {
            let changed = token[..<place] + Substring(character) + token[place...]
            #expect(CompactJWE(Text(String(changed))) == nil)
        }
    }

    @Test("RFC 4648 3.5: other spellings of the same tag")
    func unusedBitsAreZero() {
        // 16 bytes leave 4 unused bits in the last character, here "Q": "R" to "f" stand for the same tag.
        for last in "RSTUVWXYZabcdef".utf8 {
            #expect(CompactJWE(Text(wellFormed: Self.good.bytes.dropLast() + [last])) == nil)
        }
    }

    @Test func lengthIsBounded() {
        let start = encode(#"{"alg":"dir","enc":"A128GCM"}"#) + ".AAAA.AAAA.AAAA."
        let room = CompactJWE.longestToken - start.count
        for (length, isTaken) in [(room / 4 * 4, true), (room / 4 * 4 + 4, false), (10 << 20, false)] {
            let token = start + Text(wellFormed: [UInt8](repeating: 0x41, count: length))
            #expect((CompactJWE(token) != nil) == isTaken, "\(token.count)")
        }
    }

    // MARK: - What is accepted

    @Test(
        "RFC 8725 3.1, 3.2: unknown algorithms, and such as are never used",
        arguments: [
            ("RSA1_5", "A256GCM"), ("PBES2-HS256+A128KW", "A256GCM"), ("A256GCMKW", "A256GCM"), ("none", "A256GCM"),
            ("rsa-oaep", "A256GCM"), ("RSA-OAEP-512", "A256GCM"), ("", "A256GCM"), ("RS256", "A256GCM"),
            ("RSA-OAEP", "A256CBC"), ("RSA-OAEP", "a256gcm"), ("RSA-OAEP", "none"), ("RSA-OAEP", ""),
            ("RSA-OAEP", "XC20P"),
        ])
    func unknownAlgorithmIsRefused(algorithm: String, encryption: String) throws {
        let header = "{\"alg\":\"\(algorithm)\",\"enc\":\"\(encryption)\",\"p2s\":\"AAAA\",\"p2c\":2147483647}"
        let jwe = try #require(CompactJWE(token(header: header)))
        let keys = [DecryptionKey(.pair(try KnownKey.rsa.key)), DecryptionKey(.clientSecret(JWEVector.clientSecret))]
        let outcome = try jwe.decrypt(
            with: keys, algorithms: KeyManagementAlgorithm.allCases, encryptions: ContentEncryption.allCases)
        #expect(outcome == .algorithmRefused)
    }

    @Test("RFC 8725 3.1: only what is allowed", arguments: JWEVector.all)
    func otherAlgorithmIsRefused(vector: JWEVector) throws {
        let jwe = try #require(CompactJWE(vector.token))
        let keys = [try vector.decryptionKey]
        let others = KeyManagementAlgorithm.allCases.filter { $0 != vector.algorithm }
        let otherEncryptions = ContentEncryption.allCases.filter { $0 != vector.encryption }
        let outcomes = [
            try jwe.decrypt(with: keys, algorithms: others, encryptions: ContentEncryption.allCases),
            try jwe.decrypt(with: keys, algorithms: [vector.algorithm], encryptions: otherEncryptions),
            try jwe.decrypt(with: keys, algorithms: [], encryptions: []),
        ]
        #expect(outcomes == [.algorithmRefused, .algorithmRefused, .algorithmRefused])
    }

    @Test("RFC 7516 2, RFC 7515 7.2: other serialisations", arguments: ["", ".", "....", "a.b.c.d.e", "{}"])
    func otherFormIsRefused(token: String) {
        #expect(CompactJWE(Text(token)) == nil)
    }
}
