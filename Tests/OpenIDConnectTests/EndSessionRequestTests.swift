import Basics
import OpenIDConnect
import TestSupport
import Testing

/// RP-Initiated Logout 2.
@Suite struct EndSessionRequestTests {
    private func url(
        _ style: LogoutStyle = .openIDConnect, token: Text? = "a.b.c", hint: Text? = nil,
        at endpoint: String = "https://id.example.com/logout"
    ) throws -> String {
        let client = Client(
            id: "client &1", secret: Secret("secret-0123456789"), redirectURI: try url("https://app.example.com/cb"))
        let request = EndSessionRequest(
            client: client, style: style, idTokenHint: token, logoutHint: hint,
            postLogoutRedirectURI: "https://app.example.com/cb", state: "s-1")
        return request.url(at: try TestSupport.url(endpoint)).string
    }

    private func url(_ text: String) throws -> AbsoluteURL { try TestSupport.url(text) }

    private static let rest =
        "client_id=client%20%261&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&state=s-1"

    @Test func parameters() throws {
        #expect(try url() == "https://id.example.com/logout?id_token_hint=a.b.c&\(Self.rest)")
        #expect(try url(token: nil) == "https://id.example.com/logout?\(Self.rest)")
        #expect(
            try url(token: nil, hint: "ada") == "https://id.example.com/logout?logout_hint=ada&\(Self.rest)")
        #expect(
            try url(token: nil, at: "https://id.example.com/logout?p=1")
                == "https://id.example.com/logout?p=1&\(Self.rest)")
    }

    @Test(arguments: [(3000, true), (3001, false)])
    func longestHint(count: Int, isUsable: Bool) {
        #expect(EndSessionRequest.mayHint(with: Text(String(repeating: "t", count: count))) == isUsable)
    }

    /// Cognito's logout endpoint refuses the specification's parameters.
    @Test func cognito() throws {
        #expect(
            try url(.cognito, hint: "ada")
                == "https://id.example.com/logout?client_id=client%20%261&logout_uri=https%3A%2F%2Fapp.example.com%2Fcb"
        )
    }
}
