import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.7 (1), 10.2; RFC 7519 5.2.
@Suite struct EncryptedIDTokenTests {
    private static let recipients: [TestJWE.Recipient] = [.key(.newerRSA), .clientSecret(Sample.clientSecret)]

    /// The client's key pair is `newerRSA`, which no provider here has.
    private static func judgement(
        _ token: Text, for recipient: TestJWE.Recipient? = recipients[0], secret: String? = Sample.clientSecret,
        keyID: Text? = nil
    ) throws -> Judgement {
        var judgement = try Judgement()
        var tokens = TokenSettings()
        tokens.idTokenEncryption = recipient.map { TestJWE.encryption(for: $0) }
        let key = try PrivateKey.read(pem: Secret(TestKey.newerRSA.pem(.pkcs8)))
        tokens.decryptionKey = DecryptionKey(.pair(key), keyID: keyID)
        judgement.client = try Sample.client(secret: secret, tokens: tokens)
        judgement.encoded = token
        return judgement
    }

    private static let signed = TestToken(claims: Sample.claims).signed()

    @Test(arguments: recipients)
    func goodToken(recipient: TestJWE.Recipient) throws {
        let token = try TestJWE(Self.signed, for: recipient).encrypted()
        #expect(try Self.judgement(token, for: recipient).validate() == Sample.claims)
    }

    /// The token's "typ" and "cty" may be written in any case (RFC 7515 4.1.9).
    @Test(arguments: [["cty": "jwt"], ["typ": "JWT"], ["kid": "enc-1"]] as [JSONObject])
    func goodHeader(header: JSONObject) throws {
        var token = TestJWE(Self.signed, for: Self.recipients[0])
        token.change(header: header)
        #expect(try Self.judgement(token.encrypted(), keyID: "enc-1").refusalCode() == nil)
    }

    /// What was registered as encrypted comes encrypted, and the other way round.
    @Test func encryptionIsNoChoiceOfTheToken() throws {
        #expect(try Self.judgement(Self.signed).refusalCode() == .idTokenMalformed)
        let encrypted = try TestJWE(Self.signed, for: Self.recipients[0]).encrypted()
        #expect(try Self.judgement(encrypted, for: nil).refusalCode() == .idTokenMalformed)
        let twice = try TestJWE(encrypted, for: Self.recipients[0]).encrypted()
        #expect(try Self.judgement(twice).refusalCode() == .idTokenMalformed)
    }

    /// OIDC Core 2: signed, then encrypted. Anybody can encrypt for a public key.
    @Test func encryptionIsNoSignature() throws {
        let plain = try TestJWE(Text(wellFormed: Sample.claims.bytes), for: Self.recipients[0]).encrypted()
        #expect(try Self.judgement(plain).refusalCode() == .idTokenMalformed)
        var none = TestToken(claims: Sample.claims)
        none.header["alg"] = "none"
        let unsigned = try TestJWE(none.unsigned, for: Self.recipients[0]).encrypted()
        #expect(try Self.judgement(unsigned).refusalCode() == .idTokenAlgorithmRefused)
        var noText = TestJWE("", for: Self.recipients[0])
        noText.plaintext = [0xFF, 0x2E, 0x2E]
        #expect(try Self.judgement(noText.encrypted()).refusalCode() == .idTokenMalformed)
    }

    @Test(
        "the token inside is judged like any other",
        arguments: [
            (["iss": "https://evil.example.com"], .idTokenIssuerMismatch), (["aud": "x"], .idTokenAudienceMismatch),
            (["nonce": .null], .idTokenNonceMismatch), (["exp": .integer(Sample.now - 61)], .idTokenExpired),
        ] as [(JSONObject, ErrorCode)])
    func insideIsJudged(claims: JSONObject, code: ErrorCode) throws {
        var token = TestToken(claims: Sample.claims)
        token.change(claims: claims)
        let encrypted = try TestJWE(token.signed(), for: Self.recipients[0]).encrypted()
        #expect(try Self.judgement(encrypted).refusalCode() == code)
    }

    @Test func signatureInsideIsVerified() throws {
        let forged = TestJWE(TestToken(claims: Sample.claims).signed(with: .newerRSA), for: Self.recipients[0])
        #expect(try Self.judgement(forged.encrypted()).refusalCode() == .idTokenSignatureInvalid)
    }

    @Test(
        "RFC 8725 3.1, 3.2: alg and enc are those of the registration; no answer tells what was wrong",
        arguments: [
            ["alg": "RSA-OAEP"], ["alg": "RSA1_5"], ["alg": "dir"], ["alg": "none"], ["alg": .null], ["enc": "A128GCM"],
            ["enc": "A256CBC-HS512"], ["enc": .null], ["zip": "DEF"], ["crit": ["exp"]], ["typ": "at+jwt"],
            ["cty": .null], ["cty": "JSON"], ["cty": 1], ["kid": "enc-2"], ["kid": 1],
        ] as [JSONObject])
    func headerIsRefused(header: JSONObject) throws {
        var token = TestJWE(Self.signed, for: Self.recipients[0])
        token.change(header: header)
        let failure = try failure { try Self.judgement(token.encrypted(), keyID: "enc-1").validate() }
        #expect(failure?.code == .idTokenUndecryptable)
        #expect(failure?.message == Self.message)
    }

    private static let message: Text =
        "the ID token cannot be decrypted; compare alg, enc and the client's key with the registration"

    @Test("the same for another key and for every part that was changed", arguments: recipients)
    func changedToken(recipient: TestJWE.Recipient) throws {
        let token = try TestJWE(Self.signed, for: recipient).encrypted()
        var tokens: [Text] = ["....", "a.b.c.d.e"]
        for index in 1...4 {
            var parts = token.split(at: ".")
            var bytes = try #require(Base64URL.decode(parts[index]))
            if bytes.isEmpty { bytes = [0] } else { bytes[0] ^= 1 }
            parts[index] = Base64URL.encode(bytes)
            tokens.append(parts.joined(with: "."))
        }
        let other: TestJWE.Recipient =
            switch recipient {
            case .key: .key(.rsa)
            case .clientSecret: .clientSecret("another secret of at least 32 bytes")
            }
        tokens.append(try TestJWE(Self.signed, for: other).encrypted())
        for token in tokens {
            let failure = try failure { try Self.judgement(token, for: recipient).validate() }
            #expect(failure?.code == .idTokenUndecryptable)
            #expect(failure?.message == Self.message)
        }
    }

    /// Never a fall back to another key.
    @Test func missingKeyIsAnErrorOfOurs() throws {
        let token = try TestJWE(Self.signed, for: Self.recipients[1]).encrypted()
        let judgement = try Self.judgement(token, for: Self.recipients[1], secret: nil)
        #expect(try judgement.refusalCode() == .configurationInvalid)
    }
}
