import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.2.5 and 3.1.2.6, RFC 6749 4.1.2, RFC 9207.
@Suite struct AuthorizationResponseTests {
    private func code(_ query: String, announced: Bool = false) throws -> Text {
        let metadata = try Sample.metadata(["authorization_response_iss_parameter_supported": .bool(announced)])
        return try AuthorizationResponse(parsing: Text(query)).validate(metadata: metadata)
    }

    @Test(arguments: [
        ("code=c1&state=s1", "c1"), ("state=s1&code=c1", "c1"), ("code=a%2Fb%3D%2B&state=s1", "a/b=+"),
        ("&code=c1&&state=s1&", "c1"), ("code=c1&state=s1&iss=https%3A%2F%2Fid.example.com", "c1"),
        ("code=c1&state=s1&iss=https://id.example.com", "c1"),
        ("code=c1&state=s1&session_state=x&scope=a&scope=b", "c1"),
        ("code=c1&state=s1&CODE=c2&Error=x", "c1"),
    ])
    func goodResponse(query: String, expected: String) throws {
        #expect(try code(query) == Text(expected))
        #expect(try AuthorizationResponse(parsing: Text(query)).state == "s1")
    }

    @Test func longestCode() throws {
        let code = String(repeating: "c", count: AuthorizationResponse.longestCode)
        #expect(try self.code("state=s&code=\(code)") == Text(code))
        #expect(try refusal { try self.code("state=s&code=\(code)c") } == .responseMalformed)
    }

    /// Attacks 48, 54 and 59.
    @Test(
        arguments: [
            ("", .stateMissing), ("code=c1", .stateMissing), ("code=c1&state=", .stateMissing),
            ("code=c1&state", .stateMissing),
            ("code=c1&State=s1", .stateMissing), ("code=c1&state=s1&state=s1", .responseMalformed),
            ("code=c1&state=s1&state=s2", .responseMalformed), ("code=c1&state=s1&state=", .responseMalformed),
            ("state=s1", .responseMalformed), ("code=&state=s1", .responseMalformed),
            ("code&state=s1", .responseMalformed),
            ("code=c1&code=c1&state=s1", .responseMalformed), ("code=c1&code=c2&state=s1", .responseMalformed),
            ("code=c1&error=access_denied&state=s1", .responseMalformed),
            ("code=&error=x&state=s1", .authorizationFailed), ("code=&error=&state=s1", .responseMalformed),
            ("error=a&error=b&state=s1", .responseMalformed), ("code=c1&state=s1&iss=a&iss=a", .responseMalformed),
            ("code=c%0A1&state=s1", .responseMalformed), ("code=c+1&state=s1", .responseMalformed),
            ("code=%C3%A4&state=s1", .responseMalformed), ("code=%00&state=s1", .responseMalformed),
            ("code=c1&state=%FF", .responseMalformed), ("code=%zz&state=s1", .responseMalformed),
            ("code=c1&state=s1&x=%", .responseMalformed),
            ("response=eyJhbGciOiJub25lIn0.e30.&state=s1", .responseMalformed),
        ] as [(String, ErrorCode)])
    func malformedResponse(query: String, expected: ErrorCode) throws {
        #expect(try refusal { try code(query) } == expected)
    }

    /// The state is found however wrong the rest is, so that the login it belongs to can be ended.
    @Test(arguments: ["state=s1", "code=a&code=b&state=s1", "code=a&error=b&state=s1", "state=s1&iss=a&iss=b"])
    func stateOfABadResponse(query: String) throws {
        #expect(try AuthorizationResponse.state(in: Text(query)) == "s1")
    }

    /// RFC 9207 2.4. Attack 53.
    @Test(
        arguments: [
            "https://evil.example.com", "https://id.example.com/", "https://ID.example.com", "https://id.example.com1",
            "http://id.example.com", "",
        ], [false, true])
    func responseOfAnotherIssuer(issuer: String, announced: Bool) throws {
        let query = "code=c1&state=s1&iss=\(issuer)"
        #expect(try refusal { try code(query, announced: announced) } == .responseIssuerMismatch)
    }

    @Test func announcedIssuerIsMissing() throws {
        #expect(try refusal { try code("code=c1&state=s1", announced: true) } == .responseIssuerMissing)
        #expect(try refusal { try code("error=access_denied&state=s1", announced: true) } == .responseIssuerMissing)
        #expect(try code("code=c1&state=s1&iss=https://id.example.com", announced: true) == "c1")
    }

    /// A no of another provider is not this one's.
    @Test func errorOfAnotherIssuer() throws {
        let query = "error=access_denied&state=s1&iss=https://evil.example.com"
        #expect(try refusal { try code(query) } == .responseIssuerMismatch)
    }

    /// RFC 6749 4.1.2.1, OIDC Core 3.1.2.6. Attack 55.
    @Test(
        arguments: [
            ("access_denied", .authorizationRefused), ("login_required", .loginRequired),
            ("interaction_required", .interactionRequired), ("account_selection_required", .accountSelectionRequired),
            ("consent_required", .consentRequired),
            ("unmet_authentication_requirements", .unmetAuthenticationRequirements),
            ("server_error", .providerUnavailable), ("temporarily_unavailable", .providerUnavailable),
            ("invalid_request", .authorizationFailed), ("unauthorized_client", .clientRefused),
            ("unsupported_response_type", .authorizationFailed), ("invalid_scope", .authorizationFailed),
            ("request_not_supported", .authorizationFailed), ("made_up", .authorizationFailed),
            ("ACCESS_DENIED", .authorizationFailed),
        ] as [(String, ErrorCode)])
    func errorCodes(error: String, expected: ErrorCode) throws {
        let failure = try failure { try code("error=\(error)&state=s1&error_description=because") }
        #expect(failure?.code == expected)
        #expect(failure?.providerCode == Text(error))
        #expect(failure?.providerDescription == "because")
        #expect(failure?.message.string.contains("because") == false)
    }

    /// Some leave out the state where something is wrong with the client.
    @Test func errorWithoutState() throws {
        let query: Text = "error=unauthorized_client&error_description=not%20yet%20approved"
        let failure = try failure { try AuthorizationResponse.state(in: query) }
        #expect(failure?.code == .stateMissing)
        #expect(failure?.providerCode == "unauthorized_client" && failure?.providerDescription == "not yet approved")
    }

    /// Whatever the provider says, the code is ours, even if it says a code of ours.
    @Test(arguments: [
        "<script>", "a b", "a\r\nb", "ä", "a\"b", "user_not_allowed", "authorization_refused",
        String(repeating: "e", count: 65),
    ])
    func errorCodeOfTheProviders(error: String) throws {
        let failure = try failure { try code("error=\(FormEncoding.encode(Text(error)).string)&state=s1") }
        #expect(failure?.code == .authorizationFailed)
        #expect(failure?.providerCode == Text(String(error.prefix(64))))
        #expect(failure?.name == "authorization_failed")
        #expect(failure?.message.isPrintableASCII == true)
    }
}
