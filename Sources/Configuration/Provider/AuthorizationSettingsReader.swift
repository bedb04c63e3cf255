import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Reads how the client requests authorization, in addition to the parameters in client_kwargs.
struct AuthorizationSettingsReader {
    private static var modeKey: Text { "response_mode" }
    private static var responseAlgorithmKey: Text { "authorization_signed_response_alg" }
    private static var requestAlgorithmKey: Text { "request_object_signing_alg" }

    private let section: Section
    private let parameters: AuthorizationParameters
    private let assertion: ClientAssertionSettings

    init(_ section: Section, _ parameters: AuthorizationParameters, _ assertion: ClientAssertionSettings) {
        self.section = section
        self.parameters = parameters
        self.assertion = assertion
    }

    func read() -> AuthorizationSettings {
        var settings = AuthorizationSettings()
        settings.responseMode = responseMode()
        settings.responseAlgorithms = responseAlgorithms(settings.responseMode)
        settings.requiresPushedRequests = section.boolean("require_pushed_authorization_requests") ?? false
        settings.omitsCodeChallenge = section.boolean("insecure_omit_pkce") ?? false
        settings.allowsMissingNonce = section.boolean("insecure_allow_missing_nonce") ?? false
        settings.requestObjectAlgorithm = requestObjectAlgorithm()
        settings.requiredContexts = parameters.claims.requiredContexts
        settings.requiresAuthenticationTime = parameters.claims.requiresAuthenticationTime
        return settings
    }

    private func responseMode() -> ResponseMode {
        guard let name = section.text(Self.modeKey) else { return .query }
        guard let mode = ResponseMode(name: name) else {
            section.report(Self.modeKey, "must be query, form_post, jwt, query.jwt or form_post.jwt")
            return .query
        }
        return mode
    }

    /// Public-key algorithms only: a response is verified with the provider's JWK set.
    private func responseAlgorithms(_ mode: ResponseMode) -> [SigningAlgorithm]? {
        guard section.has(Self.responseAlgorithmKey) else { return nil }
        guard mode.isSigned else {
            section.report(
                Self.responseAlgorithmKey, "is for signed responses; set response_mode = \"jwt\" too, or remove it")
            return nil
        }
        return section.texts(Self.responseAlgorithmKey)?.compactMap { algorithm($0, Self.responseAlgorithmKey) }
    }

    private func requestObjectAlgorithm() -> SigningAlgorithm? {
        guard let name = section.text(Self.requestAlgorithmKey),
            let algorithm = algorithm(name, Self.requestAlgorithmKey)
        else { return nil }
        guard section.has(ClientKey.Purpose.signing.key) else {
            section.report(
                Self.requestAlgorithmKey,
                "requires client_private_key, which is missing; name its file, as in { file = \"key.pem\" }")
            return nil
        }
        if let key = assertion.key, !algorithm.fits(key.kind) {
            let fitting = SigningAlgorithm.allCases.filter { $0.fits(key.kind) }.map { $0.name }.joined(with: ", ")
            section.report(
                Self.requestAlgorithmKey,
                "\(algorithm.name) does not fit the client_private_key, which supports \(fitting)"
            )
        }
        return algorithm
    }

    private func algorithm(_ name: Text, _ key: Text) -> SigningAlgorithm? {
        guard let algorithm = SigningAlgorithm(name: name), !algorithm.isSymmetric, algorithm.isAvailable else {
            section.report(
                key, "must be a public-key algorithm that this machine supports, such as RS256, PS256, ES256 or EdDSA"
            )
            return nil
        }
        return algorithm
    }
}
