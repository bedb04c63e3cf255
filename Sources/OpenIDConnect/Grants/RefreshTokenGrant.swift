package import Basics

extension TokenGrant {
    /// A refresh token (RFC 6749 6). Without a scope, the server keeps the one it granted.
    package static func refreshToken(_ token: Text) -> TokenGrant {
        TokenGrant(type: "refresh_token", parameters: [.init("refresh_token", token)])
    }
}

extension TokenResponse {
    /// The response to such a request (6; OIDC Core 12.2: an ID token is optional). Fails with `.refreshRefused` if, and only
    /// if, the server says that the refresh token is no longer valid: whatever else goes wrong may pass.
    package init(
        validatingRefresh response: HTTPResponse, isBound: Bool, to request: Text = "the token request"
    ) throws(Failure) {
        do throws(Failure) {
            try self.init(validating: response, isBound: isBound, requiresIDToken: false, to: request)
        } catch {
            guard error.providerCode == "invalid_grant", (400...499).contains(response.status) else { throw error }
            throw Failure(
                .refreshRefused, "the provider no longer accepts the refresh token", providerCode: error.providerCode,
                providerDescription: error.providerDescription)
        }
    }
}
