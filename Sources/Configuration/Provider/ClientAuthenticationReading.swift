import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Reads how the client shows the token endpoint who it is.
struct ClientAuthenticationReader {
    private(set) var method: ClientAuthenticationMethod?
    var assertion = ClientAssertionSettings()

    private static var key: Text { "token_endpoint_auth_method" }
    private static var algorithmKey: Text { "token_endpoint_auth_signing_alg" }
    private static var audienceKey: Text { "client_assertion_audience" }

    init(_ section: Section, _ parameters: AuthorizationParameters, secretLength: Int?) {
        let hasMethod = section.has(Self.key) || parameters.tokenEndpointAuthMethod != nil
        method = Self.method(section, parameters)
        if section.has(GeneratedSecretReader.key) {
            assertion = GeneratedSecretReader.read(section, method: method, hasSecret: secretLength != nil)
            method = .clientSecretPost
            return
        }
        let key = ClientKeyReader(section, for: .signing)
        assertion.key = key.key
        assertion.keyID = key.id
        // Whoever has made a key wants to use it.
        if !hasMethod, key.isConfigured { method = .privateKeyJWT }
        let hasCertificate = section.has(ClientCertificateReader.key)
        if !hasMethod, !key.isConfigured, secretLength == nil, hasCertificate { method = .tlsClientAuth }
        guard let method else {
            if !hasMethod { Self.reportUnused(section) }
            return
        }
        if method.usesCertificate, !hasCertificate {
            section.report(
                Self.key, "needs client_certificate, which is missing; name its file, as in { file = \"client.pem\" }")
        }
        Self.check(method, section, hasSecret: secretLength != nil, hasKey: key.isConfigured)
        guard method.usesAssertion else {
            Self.reportUnused(section)
            return
        }
        assertion.algorithm = Self.algorithm(section) ?? key.algorithm
        assertion.audience = Self.audience(section)
        checkAlgorithm(method, section, secretLength: secretLength)
    }

    private static func method(
        _ section: Section, _ parameters: AuthorizationParameters
    ) -> ClientAuthenticationMethod? {
        let here = section.text(key)
        if let here, let there = parameters.tokenEndpointAuthMethod, here != there {
            section.report(key, "is another one than in client_kwargs; keep one of the two")
            return nil
        }
        guard let name = here ?? parameters.tokenEndpointAuthMethod else { return nil }
        guard let method = ClientAuthenticationMethod(name: name) else {
            section.report(
                key,
                "must be client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth, "
                    + "self_signed_tls_client_auth or none; no other is supported")
            return nil
        }
        return method
    }

    private static func check(
        _ method: ClientAuthenticationMethod, _ section: Section, hasSecret: Bool, hasKey: Bool
    ) {
        if method == .publicClient, hasSecret {
            section.report(key, "is none, which is for clients without a secret; remove it, or client_secret")
        } else if method.usesSecret, !hasSecret {
            section.report(key, "needs client_secret, which is missing, empty or wrong")
        }
        if method == .privateKeyJWT, !hasKey {
            section.report(
                key, "needs client_private_key, which is missing; name its file, as in { file = \"key.pem\" }")
        } else if method != .privateKeyJWT, hasKey, !section.has("request_object_signing_alg") {
            section.report(
                ClientKeyReader.Purpose.signing.key,
                "is for private_key_jwt; remove it, or write that as token_endpoint_auth_method")
        }
    }

    /// Keys that would have no effect, where someone expects one.
    private static func reportUnused(_ section: Section) {
        for unused in [algorithmKey, audienceKey] where section.has(unused) {
            section.report(
                unused,
                "is for client_secret_jwt and private_key_jwt; remove it, or write one of them as token_endpoint_auth_method"
            )
        }
    }

    private static func algorithm(_ section: Section) -> SigningAlgorithm? {
        guard let name = section.text(algorithmKey) else { return nil }
        guard let algorithm = SigningAlgorithm(name: name) else {
            section.report(
                algorithmKey, "is not the name of a signature algorithm, such as RS256, PS256, ES256 or EdDSA")
            return nil
        }
        return algorithm
    }

    private static func audience(_ section: Section) -> ClientAssertionSettings.Audience {
        switch section.text(audienceKey) {
        case nil, "issuer": break
        case "token_endpoint": return .tokenEndpoint
        case "endpoint": return .endpoint
        default: section.report(audienceKey, "must be issuer, token_endpoint or endpoint")
        }
        return .issuer
    }

    private func checkAlgorithm(_ method: ClientAuthenticationMethod, _ section: Section, secretLength: Int?) {
        if method == .privateKeyJWT {
            guard let key = assertion.key, let algorithm = assertion.algorithm, !algorithm.fits(key.kind) else {
                return
            }
            let fitting = SigningAlgorithm.allCases.filter { $0.fits(key.kind) }.map { $0.name }.joined(with: ", ")
            section.report(
                section.has(Self.algorithmKey) ? Self.algorithmKey : ClientKeyReader.Purpose.signing.key,
                "\(algorithm.name) is not for this private key, which is for \(fitting)")
            return
        }
        let algorithm = assertion.algorithm ?? .hs256
        let key = section.has(Self.algorithmKey) ? Self.algorithmKey : Self.key
        guard algorithm.isSymmetric else {
            section.report(key, "\(algorithm.name) is not for client_secret_jwt, which has HS256, HS384 and HS512")
            return
        }
        if let secretLength, secretLength < algorithm.digest.length {
            // RFC 7518 3.2: the key is at least as long as the hash.
            section.report(key, "\(algorithm.name) needs a client_secret of at least \(algorithm.digest.length) bytes")
        }
    }
}
