import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// RFC 9126.
@Suite struct PushedAuthorizationRequestTests {
    private static let endpoint: JSONObject = ["pushed_authorization_request_endpoint": "https://id.example.com/par"]

    private func request(
        _ method: ClientAuthenticationMethod, _ assertion: ClientAssertionSettings = .init()
    ) throws -> AuthorizationRequest {
        try AuthorizationRequest(
            .init(
                Sample.client(
                    secret: method == .publicClient ? nil : Sample.clientSecret, method: method, assertion: assertion)),
            parameters: [.init("scope", "openid")], state: "state-1", nonce: "nonce-1",
            codeVerifier: CodeVerifier(random: ArraySlice(repeating: 1, count: 32)))
    }

    private func encoded(
        _ method: ClientAuthenticationMethod, _ assertion: ClientAssertionSettings = .init(), object: Text? = nil,
        metadata: JSONObject = endpoint
    ) throws -> HTTPRequest {
        try PushedAuthorizationRequest(
            request(method, assertion), requestObject: object, assertionID: "id-1", now: Sample.now
        ).encoded(for: Sample.metadata(metadata))
    }

    @Test(arguments: [
        (ClientAuthenticationMethod.clientSecretBasic, []), (.clientSecretPost, ["client_secret"]), (.publicClient, []),
        (.clientSecretJWT, ["client_assertion_type", "client_assertion"]),
    ])
    func everyParameterOnce(method: ClientAuthenticationMethod, more: [Text]) throws {
        let sent = try encoded(method)
        #expect(sent.url.text == "https://id.example.com/par")
        #expect(sent.method == .post)
        #expect(sent.headers.contains(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")))
        #expect(sent.headers.contains { $0.name == "Authorization" } == (method == .clientSecretBasic))
        let names = try #require(FormEncoding.decode(sent.body)).map(\.name)
        let own: [Text] = [
            "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method",
        ]
        #expect(names == own + more)
    }

    /// RFC 9126 2: each of these names the provider.
    @Test(
        arguments: [
            (.issuer, "https://id.example.com"), (.tokenEndpoint, "https://id.example.com/token"),
            (.endpoint, "https://id.example.com/par"),
        ] as [(ClientAssertionSettings.Audience, JSON)])
    func audience(setting: ClientAssertionSettings.Audience, expected: JSON) throws {
        var assertion = ClientAssertionSettings()
        assertion.audience = setting
        let fields = try #require(FormEncoding.decode(encoded(.clientSecretJWT, assertion).body))
        let token = try #require(fields.values(of: "client_assertion").first.flatMap { JWS($0) })
        #expect(token.payload["aud"] == expected)
    }

    /// RFC 9126 3: beside a request object stands the client alone.
    @Test func withARequestObject() throws {
        #expect(try encoded(.clientSecretBasic, object: "a.b.c").body == "client_id=client-1&request=a.b.c")
    }

    @Test func withoutAnEndpoint() throws {
        #expect(try refusal { try encoded(.clientSecretBasic, metadata: [:]) } == .metadataInvalid)
    }

    @Test(arguments: ["http://id.example.com/par", "", "/par", "https://id.example.com/#x"])
    func endpointThatIsNone(url: String) throws {
        let metadata: JSONObject = ["pushed_authorization_request_endpoint": "\(url)"]
        #expect(try refusal { try encoded(.clientSecretBasic, metadata: metadata) } == .metadataInvalid)
    }

    /// RFC 9126 2.2, and what is no answer to a push.
    @Test(
        arguments: [
            (201, #"{"request_uri":"urn:x:1","expires_in":60}"#, nil),
            (200, #"{"request_uri":"urn:x:1","expires_in":1,"more":[]}"#, nil),
            (201, #"{"request_uri":"urn:x:1"}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:x:1","expires_in":0}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:x:1","expires_in":-1}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:x:1","expires_in":"60"}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:x:1","expires_in":1.5}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":1,"expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"x","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":":x","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"a b:x","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:a b","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:\r\n","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (201, #"{"request_uri":"urn:ä","expires_in":60}"#, .pushedAuthorizationResponseInvalid),
            (
                201, "{\"request_uri\":\"urn:\(String(repeating: "x", count: 1021))\",\"expires_in\":60}",
                .pushedAuthorizationResponseInvalid
            ),
            (201, "[]", .pushedAuthorizationResponseInvalid), (201, "", .pushedAuthorizationResponseInvalid),
            (201, #"{"error":"invalid_request","request_uri":"urn:x:1","expires_in":60}"#, .pushedAuthorizationRefused),
            (202, #"{"request_uri":"urn:x:1","expires_in":60}"#, .pushedAuthorizationRefused),
            (302, "", .pushedAuthorizationRefused), (400, "", .pushedAuthorizationRefused),
            (400, #"{"error":1}"#, .pushedAuthorizationRefused), (500, "", .pushedAuthorizationRefused),
            (400, #"{"error":"server_error"}"#, .providerUnavailable), (429, "", .providerUnavailable),
            (400, #"{"error":"temporarily_unavailable"}"#, .providerUnavailable), (503, "", .providerUnavailable),
        ] as [(Int32, String, ErrorCode?)])
    func answers(status: Int32, body: String, code: ErrorCode?) throws {
        let answer = HTTPResponse.of(status, body)
        #expect(try refusal { try PushedAuthorizationRequest.requestURI(validating: answer, to: "x") } == code)
    }

    @Test func pageForPeople() throws {
        let answer = HTTPResponse.of(201, #"{"request_uri":"urn:x:1","expires_in":60}"#, "text/html")
        #expect(
            try refusal { try PushedAuthorizationRequest.requestURI(validating: answer, to: "x") }
                == .pushedAuthorizationResponseInvalid)
    }

    @Test func address() throws {
        let text = try request(.publicClient).url(at: Sample.metadata(), requestURI: "urn:x:1&state=x")
        #expect(text == "https://id.example.com/authorize?client_id=client-1&request_uri=urn%3Ax%3A1%26state%3Dx")
    }
}
