package import Basics
import Cryptography

/// How the client authenticates at the token endpoint (OIDC Core 9, RFC 6749 2.3.1).
package enum ClientAuthenticationMethod: CaseIterable, Sendable {
    case clientSecretBasic
    case clientSecretPost
    case clientSecretJWT
    case privateKeyJWT
    /// The client's certificate, issued by a certificate authority (RFC 8705 2.1).
    case tlsClientAuth
    /// The client's certificate, which is itself registered (RFC 8705 2.2).
    case selfSignedTLSClientAuth
    /// "none": the client has no secret.
    case publicClient

    package init?(name: Text) {
        guard let method = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = method
    }

    /// Whether it requires a client_secret.
    package var usesSecret: Bool {
        switch self {
        case .clientSecretBasic, .clientSecretPost, .clientSecretJWT: true
        case .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth, .publicClient: false
        }
    }

    /// Whether the client presents its certificate, and nothing else.
    package var usesCertificate: Bool { self == .tlsClientAuth || self == .selfSignedTLSClientAuth }

    /// Whether the client sends its own JWT.
    package var usesAssertion: Bool { self == .clientSecretJWT || self == .privateKeyJWT }

    package var name: Text {
        switch self {
        case .clientSecretBasic: "client_secret_basic"
        case .clientSecretPost: "client_secret_post"
        case .clientSecretJWT: "client_secret_jwt"
        case .privateKeyJWT: "private_key_jwt"
        case .tlsClientAuth: "tls_client_auth"
        case .selfSignedTLSClientAuth: "self_signed_tls_client_auth"
        case .publicClient: "none"
        }
    }
}

extension Client {
    /// The headers and fields that authenticate the client in a request to `endpoint`.
    func authentication(
        with metadata: ProviderMetadata, at endpoint: AbsoluteURL, _ assertion: ClientAssertion
    ) throws(Failure) -> (headers: [HTTPHeader], fields: [FormEncoding.Field]) {
        let method = try authenticationMethod(with: metadata)
        switch method {
        // RFC 8705 2: the server needs client_id to know which certificate to expect.
        case .publicClient, .tlsClientAuth, .selfSignedTLSClientAuth: return ([], [.init("client_id", id)])
        case .privateKeyJWT: return ([], fields(for: try assertion.signed(by: self, for: metadata, at: endpoint)))
        case .clientSecretJWT:
            let secret = try secret(for: method)
            return (
                [], fields(for: try assertion.authenticated(by: self, with: secret, for: metadata, at: endpoint))
            )
        case .clientSecretPost:
            let value =
                if let team = self.assertion.team {
                    try assertion.generatedSecret(of: self, team: team, for: metadata)
                } else {
                    try secret(for: method).text()
                }
            return ([], [.init("client_id", id), .init("client_secret", value)])
        case .clientSecretBasic:
            let password = try secret(for: method).text()
            // Both halves are form-encoded first (RFC 6749 2.3.1): a ":" in either must not shift the boundary.
            let credentials: Text = "\(FormEncoding.encode(id)):\(FormEncoding.encode(password))"
            return ([HTTPHeader("Authorization", "Basic \(Base64.encode(credentials.bytes))")], [])
        }
    }

    private func secret(for method: ClientAuthenticationMethod) throws(Failure) -> Secret {
        guard let secret else {
            throw Failure(.configurationInvalid, "\(method.name) requires a client_secret")
        }
        return secret
    }

    /// RFC 7523 2.2. Some servers look the client up by client_id, before they read the JWT.
    private func fields(for assertion: Text) -> [FormEncoding.Field] {
        [
            .init("client_id", id),
            .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            .init("client_assertion", assertion),
        ]
    }

    /// The configured method, otherwise the first of ours that the provider lists. A provider that lists none supports
    /// client_secret_basic (OIDC Discovery 3).
    private func authenticationMethod(with metadata: ProviderMetadata) throws(Failure) -> ClientAuthenticationMethod {
        if let authenticationMethod { return authenticationMethod }
        guard secret != nil else { return .publicClient }
        let listed = metadata.tokenEndpointAuthenticationMethods ?? [ClientAuthenticationMethod.clientSecretBasic.name]
        let supported: [ClientAuthenticationMethod] = [.clientSecretBasic, .clientSecretPost, .clientSecretJWT]
        guard let method = supported.first(where: { listed.contains($0.name) }) else {
            throw Failure(
                .metadataInvalid,
                """
                the provider supports none of client_secret_basic, client_secret_post and client_secret_jwt at its token \
                endpoint
                """)
        }
        return method
    }
}
