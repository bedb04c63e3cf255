import Basics
import Cryptography
import JOSE
import JSON
import TestSupport
import Testing

/// Tokens as they are written (RFC 7515 7.1).
@Suite struct JWSTests {
    static let claims: JSONObject = ["sub": "248289761001", "name": "Jane"]
    static let good = TestToken(claims: claims)

    private func encode(_ text: String) -> Text { Base64URL.encode(Array(text.utf8)) }

    private func token(header: String, payload: String = "{}") -> Text {
        encode(header) + "." + encode(payload) + ".AAAA"
    }

    @Test("RFC 7515 4.1: what the header says")
    func headerIsRead() throws {
        let jws = try #require(JWS(Self.good.signed()))
        #expect(jws.algorithm == "RS256")
        #expect(jws.keyID == TestKey.rsa.keyID)
        #expect(jws.type == "JWT")
        #expect(jws.payload == Self.claims)
    }

    @Test func keyIDAndTypeMayBeMissing() throws {
        let jws = try #require(JWS(token(header: #"{"alg":"RS256"}"#)))
        #expect(jws.keyID == nil)
        #expect(jws.type == nil)
    }

    @Test(
        "RFC 7515 4.1: members of the wrong type",
        arguments: [
            "{}", #"{"alg":null}"#, #"{"alg":1}"#, #"{"alg":["RS256"]}"#, #"{"alg":{}}"#, #"{"alg":true}"#,
            #"{"ALG":"RS256"}"#,
            #"{"alg":"RS256","kid":1}"#, #"{"alg":"RS256","kid":["a"]}"#,
            #"{"alg":"RS256","kid":{}}"#,
            #"{"alg":"RS256","kid":"a\u0000"}"#, #"{"alg":"RS256","typ":1}"#,
            #"{"alg":"RS256","typ":["JWT"]}"#,
        ])
    func memberOfTheWrongTypeIsRefused(header: String) {
        #expect(JWS(token(header: header)) == nil)
    }

    @Test(
        "RFC 7515 4.1.11, RFC 7797 3, RFC 7516 4.1.3: what has to be understood and is not",
        arguments: [
            #""crit":["exp"]"#, #""crit":[]"#, #""crit":null"#, #""crit":"b64""#, #""crit":["b64"],"b64":true"#,
            #""b64":false"#,
            #""b64":true"#, #""b64":null"#, #""zip":"DEF""#, #""zip":null"#,
        ])
    func extensionIsRefused(members: String) {
        #expect(JWS(token(header: "{\"alg\":\"RS256\",\(members)}")) == nil)
    }

    @Test(
        "RFC 7515 4: members twice, no object",
        arguments: [
            #"{"alg":"none","alg":"RS256"}"#, #"{"alg":"RS256","a\u006cg":"none"}"#, #"{"alg":"RS256","x":1,"x":1}"#,
            "", "null", "[]",
            #"["RS256"]"#, "\"RS256\"", "{", #"{"alg":"RS256"} x"#, "\u{FEFF}{\"alg\":\"RS256\"}",
        ])
    func headerIsRefused(header: String) {
        #expect(JWS(token(header: header)) == nil)
    }

    @Test(
        "RFC 7519 7.2: the payload is one object",
        arguments: [
            "", "null", "[]", "\"a\"", "1", #"{"sub":"a","sub":"b"}"#, "{}{}", "\u{FEFF}{}", #"{"a":"\ud800"}"#,
            #"{"a":1e400}"#,
            #"{"a":NaN}"#, "{\"a\":" + String(repeating: "[", count: 2047),
        ])
    func payloadIsRefused(payload: String) {
        #expect(JWS(token(header: #"{"alg":"RS256"}"#, payload: payload)) == nil)
    }

    @Test("RFC 7515 7.1: three parts", arguments: [1, 2, 4, 5, 6, 1000])
    func numberOfPartsIsThree(count: Int) {
        let part = encode(#"{"alg":"RS256"}"#)
        #expect(JWS([Text](repeating: part, count: count).joined(with: ".")) == nil)
        #expect(JWS([Text](repeating: part, count: 3).joined(with: ".")) != nil)
    }

    /// Each change is made at the beginning and end of the token and around its dots.
    @Test(
        "RFC 7515 2: nothing but base64url and two dots",
        arguments: [".", " ", "\n", "\r\n", "\t", "=", "==", "+", "/", "\0", "?", "%", "é", "\"", "~"])
    func foreignCharacterIsRefused(character: String) throws {
        let token = Self.good.signed().string
        let character = Substring(character)
        let dots = token.indices.filter { token[$0] == "." }
        let places = [token.startIndex, token.endIndex] + dots + dots.map { token.index(after: $0) }
        for place in places {
            let changed = token[..<place] + character + token[place...]
            #expect(JWS(Text(String(changed))) == nil, "\(changed.prefix(40))…")
        }
        #expect(JWS(Text(token)) != nil)
    }

    @Test("RFC 4648 3.5: other spellings of the same signature")
    func unusedBitsOfTheSignatureAreZero() throws {
        // 256 bytes leave 4 unused bits in the last character.
        let token = Self.good.signed()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let value = try #require(token.bytes.last.flatMap { alphabet.firstIndex(of: $0) })
        for unused in 1..<16 {
            #expect(JWS(Text(wellFormed: token.bytes.dropLast() + [alphabet[value + unused]])) == nil)
        }
    }

    @Test func lengthIsBounded() throws {
        let rest = token(header: #"{"alg":"RS256"}"#).count - 4
        let longest = JWS.longestToken - rest
        for (length, isTaken) in [(longest / 4 * 4, true), (longest + 1, false), (1 << 20, false), (10 << 20, false)] {
            let text = encode(#"{"alg":"RS256"}"#) + "." + encode("{}") + "."
            let token = text + Text(wellFormed: [UInt8](repeating: 0x41, count: length))
            #expect((JWS(token) != nil) == isTaken, "\(token.count)")
        }
    }

    @Test(
        "RFC 7516 3.1, RFC 7515 7.2: other serialisations",
        arguments: [
            #"{"payload":"e30","protected":"eyJhbGciOiJSUzI1NiJ9","signature":"AAAA"}"#,
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA",
            "", ".", "..", "...", "a.b.c", "eyJhbGciOiJub25lIn0",
        ])
    func otherFormIsRefused(token: String) {
        #expect(JWS(Text(token)) == nil)
    }
}
