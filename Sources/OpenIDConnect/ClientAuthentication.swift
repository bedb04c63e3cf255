package import Basics
import Cryptography

/// How the client proves who it is at the token endpoint (OIDC Core 9, RFC 6749 2.3.1).
package enum ClientAuthenticationMethod: CaseIterable, Sendable {
    case clientSecretBasic
    case clientSecretPost
    /// "none": the client has no secret.
    case publicClient

    package init?(name: Text) {
        guard let method = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = method
    }

    package var name: Text {
        switch self {
        case .clientSecretBasic: "client_secret_basic"
        case .clientSecretPost: "client_secret_post"
        case .publicClient: "none"
        }
    }
}

extension Client {
    /// What a request to the token endpoint carries on the client's account.
    func authentication(with metadata: ProviderMetadata) throws(Failure) -> (
        headers: [HTTPHeader], fields: [FormEncoding.Field]
    ) {
        let method = try authenticationMethod(with: metadata)
        guard method != .publicClient else { return ([], [.init("client_id", id)]) }
        guard let secret else {
            throw Failure(.configurationInvalid, "\(method.name) needs a client_secret, which is not configured")
        }
        let password = try secret.text()
        if method == .clientSecretPost { return ([], [.init("client_id", id), .init("client_secret", password)]) }
        // Both halves are form-encoded first (RFC 6749 2.3.1): a ":" in either must not move the border.
        let credentials: Text = "\(FormEncoding.encode(id)):\(FormEncoding.encode(password))"
        return ([HTTPHeader("Authorization", "Basic \(Base64.encode(credentials.bytes))")], [])
    }

    /// The configured method, else the first of ours that the provider lists. A provider that lists none supports
    /// client_secret_basic (OIDC Discovery 3).
    private func authenticationMethod(with metadata: ProviderMetadata) throws(Failure) -> ClientAuthenticationMethod {
        if let authenticationMethod { return authenticationMethod }
        guard secret != nil else { return .publicClient }
        let listed = metadata.tokenEndpointAuthenticationMethods ?? [ClientAuthenticationMethod.clientSecretBasic.name]
        let supported: [ClientAuthenticationMethod] = [.clientSecretBasic, .clientSecretPost]
        guard let method = supported.first(where: { listed.contains($0.name) }) else {
            throw Failure(
                .metadataInvalid,
                "the provider supports neither client_secret_basic nor client_secret_post at its token endpoint")
        }
        return method
    }
}

extension Secret {
    /// For a secret that was made of text.
    func text() throws(Failure) -> Text {
        guard let text = unsafe Text(validating: withBytes { unsafe Array($0) }) else {
            throw Failure(.internalError, "a secret that should be text is not")
        }
        return text
    }
}
