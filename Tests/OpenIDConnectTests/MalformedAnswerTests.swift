import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// A document of the provider's that the library does not take: the message says what is wrong with it, and quotes nothing.
@Suite struct MalformedAnswerTests {
    static let causes: [(member: String, words: String)] = [
        ("\"x\":123456789012345678901234567890", "beyond 64 bits"), ("\"x\":1e309", "too large for a double"),
        ("\"x\":\"\\ud800\"", "half a surrogate pair"), ("\"x\":\"\\u0000\"", "the character \\u0000"),
        ("\"x\":1\0", "a NUL byte"), ("\"x\":1,\"x\":2", "the same name twice"), ("\"x\":", "is not a JSON object"),
    ]

    private func message(_ body: () throws -> some Any) throws -> String {
        try #require(try failure { try body() }).message.string
    }

    @Test(arguments: causes)
    func causeIsNamed(member: String, words: String) throws {
        let text = "{\(member)}"
        let answer = HTTPResponse.of(200, text)
        let validation = UserInfoValidation(
            client: try Sample.client(), issuer: Text(Sample.issuer), subject: "user-1", now: Sample.now)
        let messages = [
            try message { try TokenResponse(validating: answer) },
            try message { try PushedAuthorizationRequest.requestURI(validating: .of(201, text), to: "x") },
            try message { try ProviderMetadata(validating: answer, issuer: Text(Sample.issuer)) },
            try message { try JWKSet(validating: answer) },
            try message { try validation.validate(answer, keys: Sample.keys()) },
            try message { try OAuth2User.profile(validating: answer) },
        ]
        for message in messages { #expect(message.contains(words), "\(message)") }
    }

    @Test func byteOrderMarkIsNamed() throws {
        let answer = HTTPResponse.of(200, "\u{FEFF}{\"issuer\":\"\(Sample.issuer)\"}")
        let message = try message { try ProviderMetadata(validating: answer, issuer: Text(Sample.issuer)) }
        #expect(message.contains("byte order mark"))
    }

    /// In the header and in the claims of a token.
    @Test(arguments: causes.filter { $0.member != "\"x\":" })
    func causeInATokenIsNamed(member: String, words: String) throws {
        let part = { (text: String) in Base64URL.encode(Array(text.utf8)) }
        for (header, claims) in [("{\"alg\":\"RS256\"}", "{\(member)}"), ("{\(member)}", "{}")] {
            var judgement = try Judgement()
            judgement.encoded = "\(part(header)).\(part(claims)).c2ln"
            let message = try message { try judgement.validate() }
            #expect(message.contains(words), "\(message)")
        }
    }

    /// An error that a malformed answer would have had is no error: nobody knows what else was meant.
    @Test func errorInAMalformedAnswerIsNotRead() throws {
        let answer = HTTPResponse.of(200, "{\"error\":\"invalid_grant\",\"x\":1\0}")
        #expect(try refusal { try TokenResponse(validating: answer) } == .tokenResponseInvalid)
    }
}
