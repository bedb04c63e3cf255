import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OpenID Connect Discovery 1.0, sections 3 and 4.
@Suite struct ProviderMetadataTests {
    private func code(_ changes: JSONObject) throws -> ErrorCode? {
        try refusal { try Sample.metadata(changes) }
    }

    @Test func everyMemberIsRead() throws {
        let metadata = try Sample.metadata([
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["PS256", "XX1"],
            "id_token_signing_alg_values_supported": ["none", "HS256", "ES256K", "ES256", "RS512", "XX1"],
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["plain", "S256"],
        ])
        #expect(metadata.issuer == Text(Sample.issuer))
        #expect(metadata.authorizationEndpoint.text == "https://id.example.com/authorize")
        #expect(metadata.tokenEndpoint.text == "https://id.example.com/token")
        #expect(metadata.jwksURI?.text == "https://id.example.com/jwks")
        #expect(metadata.userInfoEndpoint?.text == "https://id.example.com/userinfo")
        #expect(metadata.tokenEndpointAuthenticationMethods == ["client_secret_post", "private_key_jwt"])
        #expect(metadata.tokenEndpointSigningAlgorithms == ["PS256", "XX1"])
        // Never "none", a MAC or ES256K: a provider cannot list itself down to one (RFC 8725 3.1).
        #expect(metadata.signingAlgorithms == [.es256, .rs512])
        #expect(metadata.sendsResponseIssuer)
    }

    /// Section 3: "Servers SHOULD support RS256", the default where nothing is listed.
    @Test func whatIsNotListedHasItsDefault() throws {
        let metadata = try Sample.metadata(["userinfo_endpoint": .null])
        #expect(metadata.userInfoEndpoint == nil)
        #expect(metadata.tokenEndpointAuthenticationMethods == nil)
        #expect(metadata.tokenEndpointSigningAlgorithms == nil)
        #expect(metadata.signingAlgorithms == [.rs256])
        #expect(!metadata.sendsResponseIssuer)
    }

    /// 4.3: "MUST be identical". Attack 36.
    @Test(arguments: [
        "https://id.example.comINVALID", "https://id.example.com/", "https://id.example.com:443",
        "http://id.example.com",
        "https://ID.example.com", "https://id.example.co", "https://id.example.com/%61", " https://id.example.com",
        "https://other.example.com", "https://id.example.com.",
    ])
    func issuerOfSomeoneElse(issuer: String) throws {
        #expect(try code(["issuer": "\(issuer)"]) == .metadataIssuerMismatch)
    }

    private static let required = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"]

    /// Attack 38.
    @Test(arguments: required, [.null, 1, true, ["https://id.example.com/x"], ["a": 1], ""] as [JSON])
    func requiredMemberIsMissingOrNoText(name: String, value: JSON) throws {
        #expect(try code([Text(name): value]) == .metadataInvalid)
        var members = Sample.metadataMembers
        members[Text(name)] = value
        let response = HTTPResponse.json(members)
        let code = try refusal { try ProviderMetadata(validating: response, issuer: Text(Sample.issuer)) }
        #expect(code == .metadataInvalid)
    }

    /// Attacks 37 and 38: endpoints that are no https URL, or hide something.
    @Test(
        arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri"],
        [
            "http://id.example.com/x", "http://127.0.0.1/x", "http://localhost/x", "/token", "token",
            "//id.example.com/x",
            "javascript:alert(1)", "file:///etc/passwd", "gopher://id.example.com/x", "data:,x",
            "ftp://id.example.com/",
            "https://user@id.example.com/x", "https://user:pass@id.example.com/x", "https://id.example.com/x#f",
            "https://id.example.com/x\r\nHost: evil", "https://id.example.com/ x", "https://id.example.com\\@evil/",
            "https://2130706433/", "https://0x7f.1/", "https://", "https:id.example.com", "https://id.example.com:0/",
            "https://id.example.com:65536/", "https://id.éxample.com/x", "HTTPS//x",
        ])
    func endpointIsNoHTTPSURL(name: String, endpoint: String) throws {
        #expect(try code([Text(name): "\(endpoint)"]) == .metadataInvalid)
    }

    /// Whoever needs it finds that there is none.
    @Test(
        arguments: [1, true, ["https://id.example.com/userinfo"], ["a": 1], "", "/x", "http://id.example.com"] as [JSON]
    )
    func optionalEndpointIsNone(value: JSON) throws {
        let metadata = try Sample.metadata([
            "userinfo_endpoint": value, "end_session_endpoint": value, "pushed_authorization_request_endpoint": value,
        ])
        #expect(metadata.userInfoEndpoint == nil && metadata.endSessionEndpoint == nil)
        #expect(metadata.pushedAuthorizationRequestEndpoint == nil)
    }

    @Test(
        arguments: [
            "token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported",
            "code_challenge_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
        ], ["S256", 1, true, ["S256": "S256"]] as [JSON])
    func listIsNoList(name: String, value: JSON) throws {
        #expect(try code([Text(name): value]) == .metadataInvalid)
    }

    /// Attack 52: a provider that names its methods and not S256 cannot be used; one that names none is trusted to ignore
    /// what it does not know (RFC 6749 3.1).
    @Test(
        arguments: [(["plain"], true), ([], true), (["s256"], true), (["S256"], false), (.null, false)]
            as [(JSON, Bool)])
    func codeChallengeMethods(methods: JSON, isRefused: Bool) throws {
        #expect(try code(["code_challenge_methods_supported": methods]) == (isRefused ? .metadataInvalid : nil))
    }

    /// RFC 9207 3: only true is true.
    @Test(arguments: ["true", 1, false, ["true"]] as [JSON])
    func responseIssuerIsAnnouncedByTrueAlone(value: JSON) throws {
        #expect(
            try Sample.metadata(["authorization_response_iss_parameter_supported": value]).sendsResponseIssuer == false)
    }

    /// A provider on this machine, for development: http on loopback and nowhere else.
    @Test(
        arguments: [
            ("http://127.0.0.1:9000/token", nil), ("http://localhost/token", nil),
            ("https://id.example.com/token", nil),
            ("http://id.example.com/token", .metadataInvalid), ("http://169.254.169.254/token", .metadataInvalid),
            ("http://127.0.0.1.example.com/token", .metadataInvalid), ("http://10.0.0.1/", .metadataInvalid),
        ] as [(String, ErrorCode?)])
    func endpointOfALoopbackProvider(endpoint: String, code: ErrorCode?) throws {
        let issuer = "http://localhost:9000"
        let members: JSONObject = [
            "issuer": "\(issuer)", "authorization_endpoint": "\(issuer)/a", "token_endpoint": "\(endpoint)",
            "jwks_uri": "\(issuer)/j",
        ]
        #expect(try refusal { try ProviderMetadata(validating: .json(members), issuer: Text(issuer)) } == code)
    }

    /// Attack 40. A redirect is an answer like any other that is not 200.
    @Test(arguments: [201, 204, 206, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503] as [Int32])
    func statusOtherThan200(status: Int32) throws {
        let body = try #require(Sample.metadataMembers.encoded()).string
        let response = HTTPResponse.of(status, body)
        #expect(
            try refusal { try ProviderMetadata(validating: response, issuer: Text(Sample.issuer)) } == .providerStatus)
    }

    @Test func redirectNamesItsTarget() throws {
        let response = HTTPResponse(status: 301, location: "https://id.example.com/moved\r\n", body: [])
        let failure = try failure { try ProviderMetadata(validating: response, issuer: Text(Sample.issuer)) }
        #expect(failure?.message.string.contains("status 301, a redirect to 'https://id.example.com/moved??'") == true)
    }

    @Test(arguments: ["text/html", "text/html; charset=utf-8", "TEXT/HTML"])
    func pageForPeople(contentType: String) throws {
        let body = try #require(Sample.metadataMembers.encoded()).string
        let response = HTTPResponse.of(200, body, Text(contentType))
        #expect(
            try refusal { try ProviderMetadata(validating: response, issuer: Text(Sample.issuer)) } == .metadataInvalid)
    }

    @Test(arguments: [
        "", "<html></html>", "[]", "null", "\"x\"", "{", "{}{}", "\u{FEFF}{}", "{\"issuer\":1,\"issuer\":2}",
    ])
    func bodyIsNoJSONObject(body: String) throws {
        let response = HTTPResponse.of(200, body)
        #expect(
            try refusal { try ProviderMetadata(validating: response, issuer: Text(Sample.issuer)) } == .metadataInvalid)
    }

    /// What a provider says ends up in messages: neither line breaks nor escape sequences do.
    @Test func messagesStayOnOneLine() throws {
        let failure = try failure { try Sample.metadata(["issuer": "https://x\r\n\u{1B}[31m\u{202E}"]) }
        let message = try #require(failure?.message)
        #expect(message.isPrintableASCII)
        #expect(message.string.contains("https://x"))
    }
}
