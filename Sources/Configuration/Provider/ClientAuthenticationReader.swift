import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// How the client authenticates to the token endpoint.
struct ClientAuthentication {
    fileprivate(set) var method: ClientAuthenticationMethod?
    var assertion = ClientAssertionSettings()
}

/// Reads how the client authenticates to the token endpoint.
struct ClientAuthenticationReader {
    private static var key: Text { "token_endpoint_auth_method" }
    private static var algorithmKey: Text { "token_endpoint_auth_signing_alg" }
    private static var audienceKey: Text { "client_assertion_audience" }

    private let section: Section
    private let parameters: AuthorizationParameters
    private let secretLength: Int?

    init(_ section: Section, _ parameters: AuthorizationParameters, secretLength: Int?) {
        self.section = section
        self.parameters = parameters
        self.secretLength = secretLength
    }

    func read() -> ClientAuthentication {
        var authentication = ClientAuthentication(method: method())
        guard !section.has(GeneratedSecretReader.key) else {
            authentication.assertion = GeneratedSecretReader(
                section, method: authentication.method, hasSecret: secretLength != nil
            ).read()
            authentication.method = .clientSecretPost
            return authentication
        }
        let key = ClientKeyReader(section, for: .signing).read()
        authentication.assertion.key = key.key
        authentication.assertion.keyID = key.id
        if !hasMethod { authentication.method = methodOfCredentials(hasKey: key.isConfigured) }
        guard let method = authentication.method else {
            if !hasMethod { reportUnused() }
            return authentication
        }
        check(method, hasKey: key.isConfigured)
        guard method.usesAssertion else {
            reportUnused()
            return authentication
        }
        authentication.assertion.algorithm = algorithm() ?? key.algorithm
        authentication.assertion.audience = audience()
        checkAlgorithm(method, authentication.assertion)
        return authentication
    }

    private var hasMethod: Bool { section.has(Self.key) || parameters.tokenEndpointAuthMethod != nil }

    private var hasCertificate: Bool { section.has(ClientCertificateReader.key) }

    /// If no method is written: whoever made a key wants to use it.
    private func methodOfCredentials(hasKey: Bool) -> ClientAuthenticationMethod? {
        if hasKey { return .privateKeyJWT }
        return secretLength == nil && hasCertificate ? .tlsClientAuth : nil
    }

    private func method() -> ClientAuthenticationMethod? {
        let here = section.text(Self.key)
        if let here, let there = parameters.tokenEndpointAuthMethod, here != there {
            section.report(Self.key, "differs from the one in client_kwargs; keep one of the two")
            return nil
        }
        guard let name = here ?? parameters.tokenEndpointAuthMethod else { return nil }
        guard let method = ClientAuthenticationMethod(name: name) else {
            section.report(
                Self.key,
                "must be client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth, "
                    + "self_signed_tls_client_auth or none; no other is supported")
            return nil
        }
        return method
    }

    private func check(_ method: ClientAuthenticationMethod, hasKey: Bool) {
        if method.usesCertificate, !hasCertificate {
            section.report(
                Self.key,
                "requires client_certificate, which is missing; name its file, as in { file = \"client.pem\" }")
        }
        let hasSecret = secretLength != nil
        if method == .publicClient, hasSecret {
            section.report(Self.key, "is none, which is for clients without a secret; remove it, or client_secret")
        } else if method.usesSecret, !hasSecret {
            section.report(Self.key, "requires client_secret, which is missing, empty or invalid")
        }
        if method == .privateKeyJWT, !hasKey {
            section.report(
                Self.key, "requires client_private_key, which is missing; name its file, as in { file = \"key.pem\" }")
        } else if method != .privateKeyJWT, hasKey, !section.has("request_object_signing_alg") {
            section.report(
                ClientKey.Purpose.signing.key,
                "is for private_key_jwt; remove it, or set that as token_endpoint_auth_method")
        }
    }

    /// Reports keys that would have no effect.
    private func reportUnused() {
        for unused in [Self.algorithmKey, Self.audienceKey] where section.has(unused) {
            section.report(
                unused,
                "is for client_secret_jwt and private_key_jwt; remove it, or write one of them as token_endpoint_auth_method"
            )
        }
    }

    private func algorithm() -> SigningAlgorithm? {
        guard let name = section.text(Self.algorithmKey) else { return nil }
        guard let algorithm = SigningAlgorithm(name: name) else {
            section.report(
                Self.algorithmKey, "is not the name of a signature algorithm, such as RS256, PS256, ES256 or EdDSA")
            return nil
        }
        return algorithm
    }

    private func audience() -> ClientAssertionSettings.Audience {
        switch section.text(Self.audienceKey) {
        case nil, "issuer": break
        case "token_endpoint": return .tokenEndpoint
        case "endpoint": return .endpoint
        default: section.report(Self.audienceKey, "must be issuer, token_endpoint or endpoint")
        }
        return .issuer
    }

    private func checkAlgorithm(_ method: ClientAuthenticationMethod, _ assertion: ClientAssertionSettings) {
        if method == .privateKeyJWT {
            guard let key = assertion.key, let algorithm = assertion.algorithm, !algorithm.fits(key.kind) else {
                return
            }
            let fitting = SigningAlgorithm.allCases.filter { $0.fits(key.kind) }.map { $0.name }.joined(with: ", ")
            section.report(
                section.has(Self.algorithmKey) ? Self.algorithmKey : ClientKey.Purpose.signing.key,
                "\(algorithm.name) does not fit this private key, which supports \(fitting)")
            return
        }
        let algorithm = assertion.algorithm ?? .hs256
        let key = section.has(Self.algorithmKey) ? Self.algorithmKey : Self.key
        guard algorithm.isSymmetric else {
            section.report(key, "\(algorithm.name) is not for client_secret_jwt, which allows HS256, HS384 and HS512")
            return
        }
        if let secretLength, secretLength < algorithm.digest.length {
            // RFC 7518 3.2: the key must be at least as long as the hash.
            section.report(
                key, "\(algorithm.name) requires a client_secret of at least \(algorithm.digest.length) bytes")
        }
    }
}
