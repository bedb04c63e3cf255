import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// What `profile` turns on, and what it refuses: FAPI 2.0 Security Profile 5.3.3 and 5.4, FAPI 2.0 Message Signing 5.3.2
/// and 5.4.2, as far as they concern clients. Requirements that every login meets anyway are not repeated: PKCE with S256,
/// state and nonce, metadata only of the issuer, access tokens in the header, one issuer per provider.
struct SecurityProfile {
    private let section: Section
    private let signsMessages: Bool

    private static var key: Text { "profile" }
    private static var pushKey: Text { "require_pushed_authorization_requests" }
    private static var bindingKey: Text { "dpop_bound_access_tokens" }
    private static var methodKey: Text { "token_endpoint_auth_method" }
    /// 5.4.1. "EdDSA" is Ed25519 there.
    private static let algorithms: [SigningAlgorithm] = [.ps256, .es256, .edDSA, .ed25519]
    /// The keys that name signature algorithms.
    private static var algorithmKeys: [Text] {
        [
            "id_token_signed_response_alg", "userinfo_signed_response_alg", "authorization_signed_response_alg",
            "request_object_signing_alg", "token_endpoint_auth_signing_alg",
        ]
    }

    /// Nil without a profile, or if it is unknown, which is reported.
    init?(_ section: Section) {
        guard section.has(Self.key), let name = section.text(Self.key) else { return nil }
        guard ["fapi2", "fapi2-message-signing"].contains(name) else {
            section.report(Self.key, "must be fapi2 or fapi2-message-signing; there are no other profiles")
            return nil
        }
        self.section = section
        signsMessages = name == "fapi2-message-signing"
    }

    // MARK: - Before the section is read

    /// The section with the profile's requirements for keys that it lacks; its own keys are checked.
    func complete() -> Section {
        reportForbidden()
        reportWeakAlgorithms()
        let names = ConfigurationValue.list(Self.algorithms.map { .text($0.name) })
        var defaults: [ProviderPreset.Default] = [
            (Self.pushKey, .boolean(true)), ("id_token_signed_response_alg", names),
        ]
        if !hasCertificate { defaults.append((Self.bindingKey, .boolean(true))) }
        if section.has(AccessTokensReader.key) { defaults.append((AccessTokensReader.proofKey, .boolean(true))) }
        if signsMessages { defaults.append(("response_mode", .text("jwt"))) }
        if signsMessages || isSigned(section.text("response_mode")) {
            defaults.append(("authorization_signed_response_alg", names))
        }
        return section.adding(defaults, from: Self.key)
    }

    /// With a certificate, access tokens are bound to it (RFC 8705 3).
    private var hasCertificate: Bool { section.has(ClientCertificateReader.key) }

    private func reportForbidden() {
        refuse("client_secret", "is a shared secret", advice: "use client_private_key or client_certificate")
        refuse("authorize_url", "is for providers without OpenID Connect")
        if section.boolean(Self.pushKey) == false { refuse(Self.pushKey, "must not be false") }
        if section.boolean(Self.bindingKey) == false, !hasCertificate {
            refuse(Self.bindingKey, "must not be false without client_certificate")
        }
        if section.boolean(AccessTokensReader.proofKey) == false {
            refuse(AccessTokensReader.proofKey, "must not be false")
        }
        if section.has("client_assertion_audience"), section.text("client_assertion_audience") != "issuer" {
            refuse("client_assertion_audience", "must be issuer")
        }
        for key: Text in ["insecure_omit_pkce", "insecure_allow_missing_nonce"] where section.boolean(key) == true {
            refuse(key, "must not be true")
        }
        if section.text("userinfo_bearer_method") == "body" { refuse("userinfo_bearer_method", "must be header") }
        if signsMessages, section.has("response_mode"), !isSigned(section.text("response_mode")) {
            refuse("response_mode", "must be jwt, query.jwt or form_post.jwt")
        }
    }

    private func refuse(_ key: Text, _ reason: Text, advice: Text = "change it, or remove profile") {
        guard section.has(key) else { return }
        section.report(key, "\(reason), which the profile forbids; \(advice)")
    }

    private func isSigned(_ mode: Text?) -> Bool { mode.flatMap { ResponseMode(name: $0) }?.isSigned ?? false }

    private func reportWeakAlgorithms() {
        let allowed = Self.algorithms.map { $0.name }
        for key in Self.algorithmKeys {
            for name in section.texts(key) ?? [] where !allowed.contains(name) {
                section.report(
                    key, "\(name.forMessage) is not allowed by the profile; allowed are \(allowed.joined(with: ", "))")
            }
        }
    }

    // MARK: - After the section is read

    /// Checks the settings against the profile: 5.3.3 (client authentication), RFC 9207 without exception, and algorithms
    /// that would otherwise be the provider's choice.
    func restrict(_ authentication: inout ClientAuthentication, _ authorization: inout AuthorizationSettings) {
        authorization.requiresResponseIssuer = true
        checkMethod(authentication.method)
        guard let key = authentication.assertion.key else {
            if signsMessages, !section.has(ClientKey.Purpose.signing.key) {
                section.report(Self.key, "requires client_private_key, which signs requests; name its file")
            }
            return
        }
        guard let algorithm = Self.algorithms.first(where: { $0.fits(key.kind) }), key.kind != .ed448 else {
            section.report(
                ClientKey.Purpose.signing.key,
                "has a type that the profile forbids; allowed are RSA, EC on P-256, and Ed25519")
            return
        }
        if let stated = authentication.assertion.algorithm, !Self.algorithms.contains(stated) {
            section.report(
                ClientKey.Purpose.signing.key, "is a JWK for \(stated.name), which the profile forbids")
        }
        authentication.assertion.algorithm = authentication.assertion.algorithm ?? algorithm
        if signsMessages {
            authorization.requestObjectAlgorithm = authorization.requestObjectAlgorithm ?? algorithm
        }
    }

    private func checkMethod(_ method: ClientAuthenticationMethod?) {
        switch method {
        case .privateKeyJWT?, .tlsClientAuth?, .selfSignedTLSClientAuth?: return
        case nil where !section.has(Self.methodKey):
            section.report(Self.key, "requires client_private_key or client_certificate; name its file")
        default:
            section.report(
                Self.methodKey,
                "must be private_key_jwt, tls_client_auth or self_signed_tls_client_auth in this profile")
        }
    }
}
