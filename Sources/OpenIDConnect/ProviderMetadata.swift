package import Basics
package import JOSE
import JSON

/// The parts of a provider's metadata that this library uses (OIDC Discovery 3, RFC 8414 2).
package struct ProviderMetadata: Sendable {
    package let issuer: Text
    package let authorizationEndpoint: AbsoluteURL
    package let tokenEndpoint: AbsoluteURL
    /// Nil for a client that needs no keys, and for a plain OAuth 2.0 server, which signs nothing.
    package let jwksURI: AbsoluteURL?
    package let userInfoEndpoint: AbsoluteURL?
    /// Whether only pushed requests are accepted (RFC 9126 5).
    package let requiresPushedRequests: Bool
    /// Whether every request must be signed (RFC 9101 10.5).
    package let requiresSignedRequests: Bool
    /// Those that only some clients use, by name.
    private let otherEndpoints: [FormEncoding.Field]
    /// Nil if not listed.
    package let tokenEndpointAuthenticationMethods: [Text]?
    /// The algorithms for the JWTs of client_secret_jwt and private_key_jwt; nil if not listed.
    package let tokenEndpointSigningAlgorithms: [Text]?
    /// The listed algorithms that need no configuration: with public keys, without ES256K; RS256 if none is listed.
    package let signingAlgorithms: [SigningAlgorithm]
    /// The same for signed authorization responses (JARM 4).
    package let responseSigningAlgorithms: [SigningAlgorithm]
    /// Whether every authorization response contains "iss" (RFC 9207 3).
    package let sendsResponseIssuer: Bool
    /// Of what a login uses, the values that the metadata's list, which each is named after, lacks.
    package let unlisted: [FormEncoding.Field]

    /// Validates the answer to a request for the metadata of `issuer`, to which `orWithSlash` allows a "/" at the end.
    /// `withCertificate`: whether the client has one, and therefore uses the endpoints for that (RFC 8705 5). `needsKeys` and
    /// `usesPKCE`: whether the client does, and the provider must therefore offer that. `uses`: for `unlisted`.
    package init(
        validating response: HTTPResponse, issuer: Text, orWithSlash: Bool = false, withCertificate: Bool = false,
        needsKeys: Bool = true, usesPKCE: Bool = true, uses: [FormEncoding.Field] = []
    ) throws(Failure) {
        let members = try response.jsonObject(orFailWith: .metadataInvalid, what: "the provider's metadata")
        let reader = MetadataReader(
            members: members, isSecure: issuer.hasPrefix("https:"),
            mutualTLSAliases: withCertificate ? members["mtls_endpoint_aliases"]?.object : nil)

        // "MUST be identical to the Issuer URL that was used as the prefix" (OIDC Discovery 4.3): byte for byte, or one
        // provider could speak for another. But a "/" at its end was removed for the address (4.1).
        let stated = try reader.text("issuer")
        guard stated == issuer || (orWithSlash && stated == issuer + "/") else {
            throw Failure(
                .metadataIssuerMismatch,
                """
                the metadata's issuer is \(stated.forMessage), expected \(issuer.forMessage), which is what \
                server_metadata_url begins with; if the first is right, write it as issuer in the provider's section
                """)
        }
        self.issuer = stated
        authorizationEndpoint = try reader.endpoint("authorization_endpoint")
        tokenEndpoint = try reader.endpoint("token_endpoint")
        jwksURI = needsKeys ? try reader.endpoint("jwks_uri") : nil
        userInfoEndpoint = reader.optionalEndpoint("userinfo_endpoint")
        otherEndpoints = Self.others.compactMap { name in
            reader.optionalEndpoint(name).map { .init(name, $0.text) }
        }
        tokenEndpointAuthenticationMethods = try reader.optionalTexts("token_endpoint_auth_methods_supported")
        tokenEndpointSigningAlgorithms = try reader.optionalTexts("token_endpoint_auth_signing_alg_values_supported")
        signingAlgorithms = try reader.algorithms("id_token_signing_alg_values_supported")
        responseSigningAlgorithms = try reader.algorithms("authorization_signing_alg_values_supported")
        requiresPushedRequests = members["require_pushed_authorization_requests"] == .bool(true)
        requiresSignedRequests = members["require_signed_request_object"] == .bool(true)
        sendsResponseIssuer = members["authorization_response_iss_parameter_supported"] == .bool(true)
        unlisted = uses.filter { !reader.mayHave($0) }
        if usesPKCE { try reader.validatePKCE() }
    }
}

extension ProviderMetadata {
    /// The replacement for metadata of a plain OAuth 2.0 server, which publishes none: the configured values.
    package init(
        issuer: Text, authorizationEndpoint: AbsoluteURL, tokenEndpoint: AbsoluteURL, userInfoEndpoint: AbsoluteURL
    ) {
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.userInfoEndpoint = userInfoEndpoint
        jwksURI = nil
        otherEndpoints = []
        requiresPushedRequests = false
        requiresSignedRequests = false
        tokenEndpointAuthenticationMethods = nil
        tokenEndpointSigningAlgorithms = nil
        signingAlgorithms = []
        responseSigningAlgorithms = []
        sendsResponseIssuer = false
        unlisted = []
    }
}

extension ProviderMetadata {
    private static var others: [Text] {
        [
            "pushed_authorization_request_endpoint", "revocation_endpoint", "introspection_endpoint",
            "device_authorization_endpoint", "end_session_endpoint",
        ]
    }

    private func other(_ name: Text) -> AbsoluteURL? {
        otherEndpoints.values(of: name).first.flatMap { AbsoluteURL($0) }
    }

    /// Where requests are pushed (RFC 9126 5).
    package var pushedAuthorizationRequestEndpoint: AbsoluteURL? { other("pushed_authorization_request_endpoint") }
    /// Where tokens end before their time (RFC 7009 2).
    package var revocationEndpoint: AbsoluteURL? { other("revocation_endpoint") }
    /// Where a protected resource asks about tokens (RFC 7662 2).
    package var introspectionEndpoint: AbsoluteURL? { other("introspection_endpoint") }
    /// Where a device asks for a user code (RFC 8628 4).
    package var deviceAuthorizationEndpoint: AbsoluteURL? { other("device_authorization_endpoint") }
    /// Where logouts go (RP-Initiated Logout 2.1).
    package var endSessionEndpoint: AbsoluteURL? { other("end_session_endpoint") }
}

/// Reads members of metadata, each of which may be missing or malformed.
struct MetadataReader {
    let members: JSONObject
    /// Whether the issuer is https: then every URL in its metadata must be, too.
    let isSecure: Bool
    /// The endpoints for clients with a certificate (RFC 8705 5); nil for a client without one.
    var mutualTLSAliases: JSONObject?

    /// The endpoints that the client calls and authenticates at.
    private static var aliased: [Text] {
        [
            "token_endpoint", "userinfo_endpoint", "pushed_authorization_request_endpoint", "revocation_endpoint",
            "introspection_endpoint", "device_authorization_endpoint",
        ]
    }

    /// An alias takes precedence over its endpoint.
    private func member(_ name: Text) -> JSON? {
        let alias = Self.aliased.contains(name) ? mutualTLSAliases?.nonEmpty(name) : nil
        return alias ?? members.nonEmpty(name)
    }

    /// A provider that lists its methods without S256, or lists none, cannot do what a login relies on.
    func validatePKCE() throws(Failure) {
        let name: Text = "code_challenge_methods_supported"
        guard try optionalTexts(name)?.contains("S256") ?? (members[name] == nil) else {
            throw Failure(
                .metadataInvalid,
                "the provider does not support PKCE with S256, which logins use unless insecure_omit_pkce is set")
        }
    }

    func text(_ name: Text) throws(Failure) -> Text {
        guard let text = member(name)?.text else {
            throw Failure(.metadataInvalid, "the provider's metadata: \(name) is missing or not text")
        }
        return text
    }

    func endpoint(_ name: Text) throws(Failure) -> AbsoluteURL {
        let text = try text(name)
        guard let url = AbsoluteURL(text), url.isSecure || (!isSecure && url.isLoopback) else {
            throw Failure(.metadataInvalid, "the provider's metadata: \(name) is not an https URL: \(text.forMessage)")
        }
        return url
    }

    /// Nil also for what is no such URL: nothing fails for an endpoint that is not used.
    func optionalEndpoint(_ name: Text) -> AbsoluteURL? {
        try? endpoint(name)
    }

    /// RS256 if none is listed.
    func algorithms(_ name: Text) throws(Failure) -> [SigningAlgorithm] {
        let names = try optionalTexts(name) ?? ["RS256"]
        return names.compactMap(SigningAlgorithm.init(name:)).filter { $0.isOnByDefault }
    }

    /// Whether the list of this name has the value, or says nothing: it is absent or empty, or no list.
    func mayHave(_ use: FormEncoding.Field) -> Bool {
        guard let listed = members[use.name]?.array, !listed.isEmpty else { return true }
        return listed.contains { $0.text == use.value }
    }

    /// Nil also for an empty list: it says nothing.
    func optionalTexts(_ name: Text) throws(Failure) -> [Text]? {
        guard let value = member(name) else { return nil }
        guard let elements = value.array else {
            throw Failure(.metadataInvalid, "the provider's metadata: \(name) is not a list")
        }
        return elements.isEmpty ? nil : elements.compactMap { $0.text }
    }
}
