import Basics
import Configuration
import Cryptography
import Foundation
import JOSE
import OpenIDConnect
import Settings
import TestSupport
import Testing

/// In what form tokens and UserInfo come, and which key decrypts them.
@Suite struct TokenSettingsTests {
    static func key(_ key: TestKey, _ form: TestKey.PEMForm = .pkcs8) -> String {
        "client_decryption_key = '''\(key.pem(form).string)'''\n"
    }

    static let userInfo = "userinfo = true\n"

    static func settings(_ lines: String) throws -> TokenSettings {
        try provider(Sample.complete + lines).client.tokens
    }

    @Test func nothingByDefault() throws {
        let settings = try Self.settings("")
        #expect(settings.idTokenEncryption == nil && settings.userInfoEncryption == nil)
        #expect(settings.userInfoAlgorithms == nil && settings.decryptionKey == nil)
        #expect(!settings.bindsAccessTokens && !settings.hasUserInfoJWT)
        #expect(try provider(Sample.complete).claimsProviders.isEmpty)
        #expect(try provider(Sample.complete).clientCertificate == nil)
    }

    @Test func everything() throws {
        let settings = try Self.settings(
            Self.key(.rsa) + Self.userInfo + """
                client_decryption_key_id = "enc-1"
                id_token_encrypted_response_alg = "RSA-OAEP-256"
                id_token_encrypted_response_enc = "A256GCM"
                userinfo_signed_response_alg = ["ES256", "PS256"]
                userinfo_encrypted_response_alg = "RSA-OAEP"
                userinfo_encrypted_response_enc = "A192CBC-HS384"
                dpop_bound_access_tokens = true
                """)
        #expect(settings.idTokenEncryption == TokenEncryption(algorithm: .rsaOAEP256, encryption: .a256GCM))
        #expect(settings.userInfoEncryption == TokenEncryption(algorithm: .rsaOAEP, encryption: .a192CBCHS384))
        #expect(settings.userInfoAlgorithms == [.es256, .ps256])
        #expect(settings.bindsAccessTokens)
        #expect(settings.decryptionKey?.keyID == "enc-1")
        guard case .pair(let key)? = settings.decryptionKey?.material else {
            Issue.record("no key pair")
            return
        }
        for member in TestKey.rsa.publicMembers.members { #expect(key.publicKey.jwk?[member.name] == member.value) }
    }

    /// OIDC Registration 2.
    @Test(arguments: ["id_token", "userinfo"]) func encryptionHasADefault(what: String) throws {
        let settings = try Self.settings(
            Self.key(.p256) + Self.userInfo + "\(what)_encrypted_response_alg = \"ECDH-ES\"")
        let found = what == "userinfo" ? settings.userInfoEncryption : settings.idTokenEncryption
        #expect(found == TokenEncryption(algorithm: .ecdhES, encryption: .a128CBCHS256))
    }

    @Test(arguments: KeyManagementAlgorithm.allCases) func everyAlgorithm(algorithm: KeyManagementAlgorithm) throws {
        let key = algorithm.isSymmetric ? "" : Self.key(algorithm.fits(.rsa) ? .rsa : .p384)
        let settings = try Self.settings(key + "id_token_encrypted_response_alg = \"\(algorithm.name.string)\"")
        #expect(settings.idTokenEncryption?.algorithm == algorithm)
    }

    @Test(arguments: ContentEncryption.allCases) func everyEncryption(encryption: ContentEncryption) throws {
        let settings = try Self.settings(
            "id_token_encrypted_response_alg = \"dir\"\n"
                + "id_token_encrypted_response_enc = \"\(encryption.name.string)\"")
        #expect(settings.idTokenEncryption?.encryption == encryption)
    }

    @Test(arguments: ["", #""use":"enc","#, #""alg":"ECDH-ES+A256KW","#]) func keyAsJWK(more: String) throws {
        let settings = try Self.settings(
            Self.jwk(more + #""kid":"mine","#) + "id_token_encrypted_response_alg = \"ECDH-ES+A256KW\"")
        #expect(settings.decryptionKey?.keyID == "mine")
    }

    @Test func claimsProviders() throws {
        let list = "claims_providers = [\"https://claims.example.org\", \"https://bank.example/claims/\"]"
        #expect(
            try provider(Sample.complete + list).claimsProviders.map(\.text)
                == ["https://claims.example.org", "https://bank.example/claims/"])
        let one = "claims_providers = \"http://localhost:9000\""
        #expect(try provider(Sample.complete + one).claimsProviders.map(\.text) == ["http://localhost:9000"])
    }

    /// The private key of RFC 7517 A.2.
    private static func jwk(_ more: String) -> String {
        let x = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
        let y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
        let d = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
        return "client_decryption_key = '{\(more)\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(x)\",\"y\":\"\(y)\","
            + "\"d\":\"\(d)\"}'\n"
    }

    private static let oaep = "id_token_encrypted_response_alg = \"RSA-OAEP\"\n"
    private static let ecdh = "id_token_encrypted_response_alg = \"ECDH-ES\"\n"
    private static let encryptions = "A128GCM, A192GCM, A256GCM, A128CBC-HS256, A192CBC-HS384, A256CBC-HS512"
    private static let algorithms =
        "names an algorithm that is unknown or unsafe; choose among RSA-OAEP, RSA-OAEP-256, ECDH-ES, ECDH-ES+A128KW, "
        + "ECDH-ES+A192KW, ECDH-ES+A256KW, A128KW, A192KW, A256KW, dir"
    private static let unusedKey =
        "client_decryption_key: is for id_token_encrypted_response_alg and userinfo_encrypted_response_alg with RSA or "
        + "EC; write one of them, or remove the key"
    private static let notAskedFor =
        "is for UserInfo, which is not enabled; set userinfo = true, or remove the key"
    private static let issuerExample =
        "claims_providers: must be the provider's issuer identifier, such as \"https://accounts.google.com\", without "
        + "\"?\" or /.well-known/openid-configuration"

    static let refusals: [Refusal] = [
        Refusal(
            oaep, "id_token_encrypted_response_alg: RSA-OAEP requires client_decryption_key, which is missing"),
        Refusal(
            key(.rsa) + "id_token_encrypted_response_alg = \"RSA1_5\"",
            "id_token_encrypted_response_alg: \(algorithms)"),
        Refusal(
            key(.rsa) + "id_token_encrypted_response_alg = \"rsa-oaep\"",
            "id_token_encrypted_response_alg: \(algorithms)"),
        Refusal(
            "userinfo = true\nuserinfo_encrypted_response_alg = \"none\"",
            "userinfo_encrypted_response_alg: \(algorithms)"),
        Refusal(
            key(.rsa) + oaep + "id_token_encrypted_response_enc = \"A128CBC\"",
            "id_token_encrypted_response_enc: names an unknown encryption; choose among \(encryptions)"),
        Refusal(
            "id_token_encrypted_response_enc = \"A128GCM\"",
            "id_token_encrypted_response_enc: requires id_token_encrypted_response_alg, which is missing"),
        Refusal(
            "userinfo = true\nuserinfo_encrypted_response_enc = \"A128GCM\"",
            "userinfo_encrypted_response_enc: requires userinfo_encrypted_response_alg, which is missing"),
        Refusal(
            key(.p256) + oaep,
            "id_token_encrypted_response_alg: RSA-OAEP does not fit this client_decryption_key; RSA-OAEP requires "
                + "RSA, ECDH-ES EC on P-256, P-384 or P-521"),
        Refusal(
            key(.secp256k1) + ecdh,
            "id_token_encrypted_response_alg: ECDH-ES does not fit this client_decryption_key; RSA-OAEP requires "
                + "RSA, ECDH-ES EC on P-256, P-384 or P-521"),
        Refusal(
            jwk(#""alg":"ECDH-ES+A128KW","#) + ecdh,
            "id_token_encrypted_response_alg: is ECDH-ES, but the JWK's \"alg\" is ECDH-ES+A128KW; "
                + "write the registered one"),
        Refusal(
            jwk(#""alg":"ES256","#) + ecdh,
            "client_decryption_key: is a JWK whose \"alg\" is not the name of an encryption of keys, such as "
                + "RSA-OAEP-256"),
        Refusal(
            jwk(#""alg":"A128KW","#) + ecdh,
            "client_decryption_key: is a JWK whose \"alg\" is not the name of an encryption of keys, such as "
                + "RSA-OAEP-256"),
        Refusal(
            jwk(#""use":"sig","#) + ecdh,
            "client_decryption_key: is a JWK whose \"use\" is not \"enc\"; it is not for encryption"),
        Refusal(
            key(.p256, .publicKey) + ecdh,
            "client_decryption_key: is the public key; write the private one, which only the app has"),
        Refusal(
            "client_decryption_key = 'enc.pem'\n" + ecdh,
            "client_decryption_key: is neither PEM nor a private JWK as JSON; to name its file, write "
                + "{ file = \"key.pem\" }"),
        Refusal(
            "client_decryption_key_id = \"a\"",
            "client_decryption_key_id: requires client_decryption_key, which is missing"),
        Refusal(key(.rsa), unusedKey),
        Refusal(key(.rsa) + "id_token_encrypted_response_alg = \"dir\"", unusedKey),
        Refusal(
            key(.p256) + ecdh + "client_private_key = '''\(TestKey.p256.pem(.traditional).string)'''",
            "client_decryption_key: is the same key as client_private_key; make a second key, and register it for encryption"
        ),
        Refusal("userinfo_signed_response_alg = \"RS256\"", "userinfo_signed_response_alg: \(notAskedFor)"),
        Refusal(
            key(.rsa) + "userinfo_encrypted_response_alg = \"RSA-OAEP\"\nuserinfo = false",
            "userinfo_encrypted_response_alg: \(notAskedFor)"),
        Refusal(
            "userinfo = true\nuserinfo_signed_response_alg = \"HS512\"",
            "userinfo_signed_response_alg: HS512 requires a client_secret of at least 64 bytes; choose another, such as "
                + "RS256"),
        Refusal(
            "userinfo = true\nuserinfo_signed_response_alg = \"PS265\"",
            "userinfo_signed_response_alg: names an unknown algorithm; is PS256 meant?"),
        Refusal(
            "userinfo = true\nuserinfo_signed_response_alg = []",
            "userinfo_signed_response_alg: is empty; name at least one, or remove the key"),
        Refusal(
            "dpop_bound_access_tokens = \"true\"",
            "dpop_bound_access_tokens: must be true or false, without quotes; it is text"),
        Refusal("claims_providers = []", "claims_providers: is empty; name at least one, or remove the key"),
        Refusal(
            "claims_providers = \"claims.example.org\"",
            "claims_providers: must be an absolute URL that begins with https://"),
        Refusal(
            "claims_providers = [\"https://a.example\", \"http://claims.example.org\"]",
            "claims_providers: must begin with https://; http:// is only for a provider on this machine"),
        Refusal("claims_providers = \"https://claims.example.org?x\"", issuerExample),
        Refusal(
            "claims_providers = \"https://claims.example.org/.well-known/openid-configuration\"", issuerExample),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let problems = try problems(Sample.complete + refusal.document)
        #expect(problems.map { $0.components(separatedBy: "[auth] ").last } == refusal.lines)
        for line in problems { #expect(!line.contains("870MB6")) }
    }

    /// OIDC Core 10.2: there the key is made of the client secret.
    @Test func symmetricNeedsASecret() throws {
        let problems = try problems(
            ProviderTests.google("id_token_encrypted_response_alg = \"A128KW\"", without: "client_secret"))
        #expect(
            problems == [
                "s.toml:7:1: [auth.google] id_token_encrypted_response_alg: A128KW requires client_secret, which "
                    + "is missing, empty or invalid"
            ])
    }

    /// Each is reported once, whatever else is wrong with it.
    @Test(arguments: [
        "id_token_encrypted_response_alg = \"RSA-OAEP\"", "id_token_encrypted_response_enc = \"A128GCM\"",
        "userinfo_signed_response_alg = \"RS256\"", "userinfo_encrypted_response_alg = \"dir\"",
        "userinfo_encrypted_response_enc = \"A128GCM\"", "client_decryption_key = \"x\"",
        "client_decryption_key_id = \"x\"", "dpop_bound_access_tokens = true",
        "claims_providers = \"https://a.example\"",
    ])
    func isNotForPlainOAuth(line: String) throws {
        let key = try #require(line.components(separatedBy: " ").first)
        let sentence = "is for OpenID providers; this one has neither metadata nor ID tokens, remove it"
        for section in [OAuth2Tests.complete, "provider = \"github\"\n"] {
            let problems = try problems(PresetTests.section(section + line))
            #expect(problems.map { $0.components(separatedBy: "] ").last } == ["\(key): \(sentence)"])
        }
    }

    /// A preset says nothing about these keys, so they are added to any.
    @Test(arguments: ["google", "microsoft", "gitlab"]) func presetsTakeThem(name: String) throws {
        let tokens = try provider(
            PresetTests.section(
                "provider = \"\(name)\"\n" + Self.key(.rsa) + Self.oaep + Self.userInfo + """
                    userinfo_signed_response_alg = "RS256"
                    dpop_bound_access_tokens = true
                    """)
        ).client.tokens
        #expect(tokens.idTokenEncryption?.algorithm == .rsaOAEP && tokens.userInfoAlgorithms == [.rs256])
        #expect(tokens.bindsAccessTokens)
    }
}
