import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OpenID Connect Back-Channel Logout 1.0, 2.4: encrypted if ID tokens are.
@Suite struct EncryptedLogoutTokenTests {
    private static let recipient = TestJWE.Recipient.key(.newerRSA)
    private static let signed = TestToken(claims: Sample.claims).signed()

    private static func client(encrypts: Bool) throws -> Client {
        var tokens = TokenSettings()
        if encrypts {
            tokens.idTokenEncryption = TestJWE.encryption(for: recipient)
            let key = try PrivateKey.read(pem: Secret(TestKey.newerRSA.pem(.pkcs8)))
            tokens.decryptionKey = DecryptionKey(.pair(key), keyID: nil)
        }
        return try Sample.client(secret: Sample.clientSecret, tokens: tokens)
    }

    private static func encrypted(_ header: JSONObject = [:]) throws -> Text {
        var token = TestJWE(signed, for: recipient)
        token.change(header: header)
        return try token.encrypted()
    }

    @Test(arguments: [[:], ["typ": "logout+jwt"], ["typ": "JWT"]] as [JSONObject])
    func tokenInside(header: JSONObject) throws {
        #expect(try LogoutToken.decrypt(Self.encrypted(header), for: Self.client(encrypts: true)) == Self.signed)
    }

    /// 2.6 (1): what was registered as encrypted comes encrypted, and the other way round.
    @Test func encryptionIsNoChoiceOfTheToken() throws {
        #expect(try LogoutToken.decrypt(Self.signed, for: Self.client(encrypts: true)) == nil)
        #expect(try LogoutToken.decrypt(Self.encrypted(), for: Self.client(encrypts: false)) == nil)
        #expect(try LogoutToken.decrypt(Self.signed, for: Self.client(encrypts: false)) == Self.signed)
    }

    @Test(arguments: [["alg": "RSA-OAEP"], ["enc": "A128GCM"], ["zip": "DEF"], ["typ": "at+jwt"]] as [JSONObject])
    func headerIsRefused(header: JSONObject) throws {
        #expect(try LogoutToken.decrypt(Self.encrypted(header), for: Self.client(encrypts: true)) == nil)
    }
}
