import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// RFC 7523 2.2 and 3, OIDC Core 9.
@Suite struct ClientAssertionTests {
    private func settings(_ key: TestKey?, _ algorithm: SigningAlgorithm? = nil) throws -> ClientAssertionSettings {
        var settings = ClientAssertionSettings()
        settings.key = try key.map { try PrivateKey.read(pem: Secret($0.pem(.pkcs8))) }
        settings.keyID = key?.keyID
        settings.algorithm = algorithm
        return settings
    }

    private func fields(_ client: Client, metadata changes: JSONObject = [:]) throws -> [FormEncoding.Field] {
        let request = TokenRequest(
            client: client, grant: Sample.grant("c", client), assertionID: "id-1", now: Sample.now)
        let encoded = try request.encoded(for: Sample.metadata(changes))
        #expect(!encoded.headers.contains { $0.name == "Authorization" })
        return try #require(FormEncoding.decode(encoded.body))
    }

    private func assertion(_ client: Client, metadata changes: JSONObject = [:]) throws -> JWS {
        let values = try fields(client, metadata: changes).values(of: "client_assertion")
        #expect(values.count == 1)
        return try #require(values.first.flatMap { JWS($0) })
    }

    private func client(_ settings: ClientAssertionSettings, secret: String? = nil) throws -> Client {
        try Sample.client(
            secret: secret, method: secret == nil ? .privateKeyJWT : .clientSecretJWT, assertion: settings)
    }

    private static let claims: JSONObject = [
        "iss": "client-1", "sub": "client-1", "aud": "https://id.example.com", "jti": "id-1",
        "iat": .integer(Sample.now), "exp": .integer(Sample.now + 60),
    ]

    @Test(
        "What is signed verifies with the public key",
        arguments: [.rs256, .rs512, .ps256, .es256, .es384, .es512, .es256K, .edDSA, .ed25519, .ed448]
            as [SigningAlgorithm])
    func signedWith(algorithm: SigningAlgorithm) throws {
        let key = TestKey.of(algorithm)
        let token = try assertion(client(settings(key, algorithm)))
        #expect(token.algorithm == algorithm.name)
        #expect(token.keyID == key.keyID)
        #expect(token.type == "JWT")
        #expect(token.payload == Self.claims)
        #expect(try token.verify(with: Sample.keys([key]), algorithm: algorithm) == .genuine)
    }

    @Test func parameters() throws {
        let fields = try fields(client(settings(.p256)))
        #expect(fields.values(of: "client_id") == ["client-1"])
        #expect(
            fields.values(of: "client_assertion_type") == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"])
        #expect(fields.values(of: "client_secret").isEmpty)
        #expect(fields.count == 7)
    }

    /// The key is that of RFC 8037 A.1; made with joserfc 1.8.0: jws.serialize_compact().
    @Test func edDSAIsAsOthersMakeIt() throws {
        var settings = ClientAssertionSettings()
        settings.key = try PrivateKey.read(jwk: [
            "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        ])
        settings.keyID = "ed"
        #expect(
            try fields(client(settings)).values(of: "client_assertion") == [
                """
                eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImVkIn0.eyJpc3MiOiJjbGllbnQtMSIsInN1YiI6ImNsaWVudC0xIiw\
                iYXVkIjoiaHR0cHM6Ly9pZC5leGFtcGxlLmNvbSIsImp0aSI6ImlkLTEiLCJpYXQiOjE3OTUwMDAwMDAsImV4cCI6MTc5NTAwMD\
                A2MH0.rP6Y3KPDYXOXlVuE4KtDvVoCWcP1xjpxXpRDx5Q8cgg6ff1hoAbK9BezXlPqbYO-pp1P-5pgJ3Hum2WcchahDA
                """
            ])
    }

    /// Made with joserfc 1.8.0.
    @Test func hs256IsAsOthersMakeIt() throws {
        let client = try client(settings(nil), secret: Sample.clientSecret)
        #expect(
            try fields(client).values(of: "client_assertion") == [
                """
                eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJjbGllbnQtMSIsInN1YiI6ImNsaWVudC0xIiwiYXVkIjoiaHR0c\
                HM6Ly9pZC5leGFtcGxlLmNvbSIsImp0aSI6ImlkLTEiLCJpYXQiOjE3OTUwMDAwMDAsImV4cCI6MTc5NTAwMDA2MH0.\
                yIV5RWhUDc9csbquAshSQankry52Nx2gIokiX3dWayA
                """
            ])
        #expect(try fields(client).values(of: "client_secret").isEmpty)
    }

    @Test func audienceOfOlderServers() throws {
        var settings = try settings(.p256)
        settings.audience = .tokenEndpoint
        #expect(try assertion(client(settings)).payload["aud"] == "https://id.example.com/token")
        settings.audience = .endpoint
        #expect(try assertion(client(settings)).payload["aud"] == "https://id.example.com/token")
    }

    /// Without a configured algorithm.
    @Test(
        arguments: [
            (.rsa, .null, .rs256), (.rsa, ["RS256", "PS256"], .rs256), (.rsa, ["PS256", "ES256"], .ps256),
            (.rsa, ["ES256", "HS256", "none"], .rs256), (.rsa, ["RS384"], .rs384), (.p256, .null, .es256),
            (.p384, ["RS256"], .es384), (.p521, .null, .es512), (.ed25519, .null, .edDSA),
            (.ed25519, ["Ed25519"], .ed25519), (.ed448, ["EdDSA", "Ed448"], .edDSA), (.ed448, ["Ed448"], .ed448),
        ] as [(TestKey, JSON, SigningAlgorithm)])
    func algorithmIsChosen(key: TestKey, listed: JSON, expected: SigningAlgorithm) throws {
        let token = try assertion(
            client(settings(key)), metadata: ["token_endpoint_auth_signing_alg_values_supported": listed])
        #expect(token.algorithm == expected.name)
        #expect(try token.verify(with: Sample.keys([key]), algorithm: expected) == .genuine)
    }

    @Test func configuredAlgorithmWins() throws {
        let token = try assertion(
            client(settings(.rsa, .ps512)), metadata: ["token_endpoint_auth_signing_alg_values_supported": ["RS256"]])
        #expect(token.algorithm == "PS512")
    }

    /// RFC 7518 3.2: 32, 48 and 64 bytes.
    @Test(arguments: [(SigningAlgorithm.hs256, 32), (.hs384, 48), (.hs512, 64)])
    func secretIsLongEnough(algorithm: SigningAlgorithm, length: Int) throws {
        let settings = try settings(nil, algorithm)
        let secret = String(repeating: "s", count: length)
        let token = try assertion(client(settings, secret: secret))
        #expect(try token.verify(with: Secret(Text(secret)), algorithm: algorithm) == .genuine)
        let short = try client(settings, secret: String(secret.dropLast()))
        #expect(try refusal { try fields(short) } == .configurationInvalid)
    }

    @Test func keyDoesNotFit() throws {
        let client = try client(settings(.rsa, .es256))
        #expect(try refusal { try fields(client) } == .configurationInvalid)
    }

    @Test func keyIsMissing() throws {
        let client = try client(settings(nil))
        #expect(try refusal { try fields(client) } == .configurationInvalid)
    }

    /// Discovery 3: the configured method wins; otherwise client_secret_jwt if the secret itself may not be sent.
    @Test func methodIsChosenByMetadata() throws {
        let changes: JSONObject = ["token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_jwt"]]
        let client = try Sample.client()
        #expect(try assertion(client, metadata: changes).algorithm == "HS256")
        let configured = try self.client(settings(.p256))
        let listed: JSONObject = ["token_endpoint_auth_methods_supported": ["client_secret_basic"]]
        #expect(try assertion(configured, metadata: listed).algorithm == "ES256")
    }
}
