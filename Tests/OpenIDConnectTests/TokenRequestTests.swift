import Basics
import Foundation
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.3.1 and 9, RFC 6749 2.3.1.
@Suite struct TokenRequestTests {
    private func request(_ client: Client, listed: JSON = .null) throws -> HTTPRequest {
        let request = TokenRequest(
            client: client, grant: Sample.grant("c/1+=&", client), assertionID: "id-1", now: Sample.now)
        return try request.encoded(for: Sample.metadata(["token_endpoint_auth_methods_supported": listed]))
    }

    private func header(_ name: Text, of request: HTTPRequest) -> [String] {
        request.headers.filter { $0.name == name }.map(\.value.string)
    }

    /// The two halves as the provider reads them.
    private func credentials(of request: HTTPRequest) throws -> [Text] {
        let header = try #require(header("Authorization", of: request).first)
        let encoded = try #require(header.hasPrefix("Basic ") ? header.dropFirst(6) : nil)
        let decoded = try #require(Data(base64Encoded: String(encoded)))
        let halves = String(decoding: decoded, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
        return try halves.map { try #require(FormEncoding.decodeComponent(Text(String($0)))) }
    }

    private static let bodyWithoutClient: Text = """
        grant_type=authorization_code&code=c%2F1%2B%3D%26\
        &redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2callback&code_verifier=verifier
        """

    @Test func form() throws {
        let request = try request(Sample.client())
        #expect(request.method == .post)
        #expect(request.url.text == "https://id.example.com/token")
        #expect(header("Content-Type", of: request) == ["application/x-www-form-urlencoded"])
        #expect(header("Accept", of: request) == ["application/json"])
        #expect(request.body == Self.bodyWithoutClient)
    }

    /// Attack 69: the provider sees exactly what is configured.
    @Test(arguments: [
        ("client-1", "secret"), ("client:1", "a:b:c"), ("100%", "100%25"), ("a+b", "c+d"), ("a&b=c", "d&e=f"),
        ("a b", " c d "), ("Ü", "Ü€😀"), ("~._-", "~._-/\"\\"), ("x", String(repeating: "s", count: 1024)), ("x", ""),
    ])
    func basicCredentials(id: String, secret: String) throws {
        let request = try request(Sample.client(id: Text(id), secret: secret, method: .clientSecretBasic))
        #expect(try credentials(of: request) == [Text(id), Text(secret)])
        #expect(request.body == Self.bodyWithoutClient)
    }

    @Test(arguments: [("client:1", "a:b"), ("a+b", "c&d=e"), ("Ü %", "Ü €")])
    func postedCredentials(id: String, secret: String) throws {
        let request = try request(Sample.client(id: Text(id), secret: secret, method: .clientSecretPost))
        #expect(header("Authorization", of: request).isEmpty)
        let fields = try #require(FormEncoding.decode(request.body))
        #expect(fields.values(of: "client_id") == [Text(id)])
        #expect(fields.values(of: "client_secret") == [Text(secret)])
        #expect(fields.count == 6)
    }

    @Test func publicClientNamesItself() throws {
        let request = try request(Sample.client(secret: nil), listed: ["client_secret_basic"])
        #expect(header("Authorization", of: request).isEmpty)
        #expect(request.body == Self.bodyWithoutClient + "&client_id=client-1")
    }

    /// OIDC Discovery 3: client_secret_basic where nothing is listed.
    @Test(
        arguments: [
            (.null, true), ([], true), (["client_secret_basic"], true), (["client_secret_post"], false),
            (["client_secret_post", "client_secret_basic"], true), (["private_key_jwt", "client_secret_post"], false),
        ] as [(JSON, Bool)])
    func methodIsChosenByMetadata(listed: JSON, isBasic: Bool) throws {
        let request = try request(Sample.client(), listed: listed)
        #expect(header("Authorization", of: request).isEmpty != isBasic)
        #expect(request.body.string.contains("client_secret=") != isBasic)
    }

    @Test(arguments: [["private_key_jwt"], ["none"], ["CLIENT_SECRET_BASIC"], ["tls_client", 1]] as [JSON])
    func providerHasNoMethodOfOurs(listed: JSON) throws {
        #expect(try refusal { try request(Sample.client(), listed: listed) } == .metadataInvalid)
    }

    @Test func configuredMethodWins() throws {
        let post = try request(Sample.client(method: .clientSecretPost), listed: ["client_secret_basic"])
        #expect(header("Authorization", of: post).isEmpty)
        let basic = try request(Sample.client(method: .clientSecretBasic), listed: ["client_secret_post"])
        #expect(header("Authorization", of: basic).count == 1)
    }

    @Test(arguments: [.clientSecretBasic, .clientSecretPost, .clientSecretJWT] as [ClientAuthenticationMethod])
    func methodNeedsASecretThatIsMissing(method: ClientAuthenticationMethod) throws {
        let client = try Sample.client(secret: nil, method: method)
        #expect(try refusal { try request(client) } == .configurationInvalid)
    }

    @Test(arguments: ClientAuthenticationMethod.allCases)
    func namesOfMethods(method: ClientAuthenticationMethod) {
        #expect(ClientAuthenticationMethod(name: method.name) == method)
    }

    @Test(arguments: ["", "None", "PRIVATE_KEY_JWT", "tls_client", "client_secret_basic "])
    func unknownMethod(name: String) {
        #expect(ClientAuthenticationMethod(name: Text(name)) == nil)
    }
}
