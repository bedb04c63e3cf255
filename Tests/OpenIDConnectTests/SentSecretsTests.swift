import Basics
import Cryptography
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// What of the library's requests counts as secret.
@Suite struct SentSecretsTests {
    private static let open: [Text] = [
        "grant_type", "redirect_uri", "client_id", "client_assertion_type", "response_type", "scope", "code_challenge",
        "code_challenge_method",
    ]

    /// A parameter or header that is new here has to be put on one list or the other.
    private func expectClassified(_ request: HTTPRequest) {
        for field in FormEncoding.decode(request.body) ?? [] {
            #expect(
                SentSecrets.secretParameters.contains(field.name) != Self.open.contains(field.name),
                "\(field.name.string)")
        }
        let open = ["Accept", "Accept-Encoding", "Content-Type", "User-Agent"]
        for header in request.headers where !open.contains(header.name.string) {
            #expect(SentSecrets.secretHeaders.contains(header.name), "\(header.name.string)")
        }
    }

    private func tokenRequest(_ method: ClientAuthenticationMethod, proof: DPoPProof? = nil) throws -> HTTPRequest {
        var assertion = ClientAssertionSettings()
        assertion.key = try PrivateKey.read(pem: Secret(TestKey.p256.pem(.pkcs8)))
        let client = try Sample.client(method: method, assertion: assertion)
        return try TokenRequest(
            client: client, grant: Sample.grant("the-code-of-this-login", client), assertionID: "1", now: Sample.now,
            proof: proof
        ).encoded(for: Sample.metadata())
    }

    @Test func everyParameterIsClassified() throws {
        let key = try PrivateKey.generate(.p256)
        let proof = DPoPProof(key: key, id: "2", now: Sample.now, nonce: nil)
        for method in [
            ClientAuthenticationMethod.clientSecretBasic, .clientSecretPost, .clientSecretJWT, .privateKeyJWT,
            .publicClient,
        ] {
            expectClassified(try tokenRequest(method, proof: proof))
        }
        let authorization = try AuthorizationRequest(
            .init(Sample.client()), parameters: [.init("scope", "openid")], state: "state", nonce: "nonce",
            codeVerifier: Sample.codeVerifier)
        let metadata = try Sample.metadata([
            "pushed_authorization_request_endpoint": "\(Sample.issuer)/par"
        ])
        for object in [nil, "request-object"] as [Text?] {
            expectClassified(
                try PushedAuthorizationRequest(authorization, requestObject: object, assertionID: "3", now: Sample.now)
                    .encoded(for: metadata))
        }
        let endpoint = try url("https://id.example.com/userinfo")
        expectClassified(UserInfo.request(accessToken: "token", at: endpoint, proof: "proof"))
        expectClassified(OAuth2User.request(accessToken: "token", at: endpoint))
        var inBody = TokenSettings()
        inBody.sendsAccessTokenInBody = true
        expectClassified(UserInfo.request(accessToken: "token", at: endpoint, inBody))
    }

    @Test func requestIsHiddenFromFailures() throws {
        let secrets = SentSecrets()
        let request = try tokenRequest(.clientSecretBasic)
        secrets.add(request)
        secrets.add(try Sample.client())
        let header = try #require(request.headers.first { $0.name == "Authorization" }).value.string
        let text = "\(request.body.string) \(header) \(Sample.clientSecret)"
        let failure = secrets.hide(
            in: Failure(
                .tokenRequestRefused, Text(text), providerCode: "the-code-of-this-login",
                providerDescription: Text("no: \(text)")))
        #expect(failure.code == .tokenRequestRefused)
        #expect(failure.providerCode == nil)
        for secret in ["the-code", Sample.codeVerifier.text.string, Sample.clientSecret, String(header.suffix(12))] {
            #expect(!failure.message.string.contains(secret), "\(secret)")
            #expect(failure.providerDescription?.string.contains(secret) == false, "\(secret)")
        }
        #expect(failure.message.contains(text: "grant_type=authorization_code"))
        #expect(failure.message.contains(text: "Basic [hidden]"))
    }

    /// A provider may have thousands of keys with long names.
    @Test func textIsBounded() throws {
        let secrets = SentSecrets()
        secrets.add("0123456789abcdef")
        let long = Text(String(repeating: "x 0123456789abcdef ", count: 50_000))
        let expected = String(repeating: "x [hidden] ", count: 1000)
        for text in [secrets.hide(in: long), secrets.hide(in: Failure(.internalError, long)).message] {
            #expect(text.count <= SentSecrets.longestText)
            #expect(expected.hasPrefix(text.string.prefix(2000)))
        }
    }

    @Test func otherFailuresStay() throws {
        let secrets = SentSecrets()
        secrets.add(try tokenRequest(.clientSecretBasic))
        let failure = Failure(
            .tokenRequestRefused, "the token endpoint refused", providerCode: "invalid_grant",
            providerDescription: "the code has expired")
        #expect(secrets.hide(in: failure) == failure)
    }
}
