import Basics
import OpenIDConnect
import TestSupport
import Testing

/// OIDC Core 3.1.2.1, RFC 7636.
@Suite struct AuthorizationRequestTests {
    /// RFC 7636 appendix B.
    private static let verifier = CodeVerifier(random: [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240,
        91, 88, 5, 88, 83, 132, 141, 121,
    ])

    private func location(
        endpoint: String = "https://id.example.com/authorize", clientID: Text = Sample.clientID,
        parameters: [FormEncoding.Field] = [.init("scope", "openid email"), .init("prompt", "select_account")]
    ) throws -> Text {
        let request = try AuthorizationRequest(
            .init(Sample.client(id: clientID)), parameters: parameters, state: "state-1", nonce: "nonce-1",
            codeVerifier: Self.verifier)
        return request.url(at: try Sample.metadata(["authorization_endpoint": "\(endpoint)"]))
    }

    @Test func codeVerifierOfTheRFC() {
        #expect(Self.verifier.text == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    /// RFC 7636 4.1: 43 to 128 unreserved characters, whatever the bytes.
    @Test(arguments: [0x00, 0x7F, 0xFF] as [UInt8])
    func codeVerifierHasAllowedCharacters(byte: UInt8) {
        let verifier = CodeVerifier(random: ArraySlice(repeating: byte, count: 32)).text
        #expect(verifier.count == 43)
        #expect(verifier.bytes.allSatisfy(FormEncoding.isUnreserved))
    }

    @Test func everyParameterOnceInOrder() throws {
        let expected: Text = """
            https://id.example.com/authorize?response_type=code&client_id=client-1\
            &redirect_uri=https%3A%2F%2Fapp.example.com%2Foauth2callback&scope=openid%20email&prompt=select_account\
            &state=state-1&nonce=nonce-1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
            &code_challenge_method=S256
            """
        #expect(try location() == expected)
    }

    /// The endpoint's own query is kept (RFC 6749 3.1).
    @Test(arguments: [
        ("https://id.example.com/a?tenant=x%20y", "https://id.example.com/a?tenant=x%20y&response_type=code&"),
        ("https://id.example.com/a?", "https://id.example.com/a?response_type=code&"),
        ("https://id.example.com", "https://id.example.com?response_type=code&"),
    ])
    func endpointWithQuery(endpoint: String, beginning: String) throws {
        #expect(try location(endpoint: endpoint).string.hasPrefix(beginning))
    }

    /// Nothing that is configured can add a parameter or end the URL.
    @Test(arguments: [
        ("a&state=x", "a%26state%3Dx"), ("ä #?", "%C3%A4%20%23%3F"), ("a+b", "a%2Bb"), ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("100%", "100%25"), ("", ""),
    ])
    func valuesAreEncoded(value: String, encoded: String) throws {
        let text = try location(clientID: Text(value), parameters: [.init(Text(value), Text(value))]).string
        #expect(text.contains("&client_id=\(encoded)&redirect_uri="))
        #expect(text.contains("&\(encoded)=\(encoded)&state="))
    }

    @Test func codeVerifierStaysHere() throws {
        #expect(try !location().string.contains(Self.verifier.text.string))
    }
}
