import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Reads how the client asks for authorization, beyond the parameters in client_kwargs.
enum AuthorizationSettingsReader {
    private static var modeKey: Text { "response_mode" }
    private static var responseAlgorithmKey: Text { "authorization_signed_response_alg" }
    private static var requestAlgorithmKey: Text { "request_object_signing_alg" }

    static func read(
        _ section: Section, _ parameters: AuthorizationParameters, _ assertion: ClientAssertionSettings
    ) -> AuthorizationSettings {
        var settings = AuthorizationSettings()
        settings.responseMode = responseMode(section)
        settings.responseAlgorithms = responseAlgorithms(section, settings.responseMode)
        settings.requiresPushedRequests = section.boolean("require_pushed_authorization_requests") ?? false
        settings.requestObjectAlgorithm = requestObjectAlgorithm(section, assertion)
        settings.requiredContexts = parameters.claims.requiredContexts
        settings.requiresAuthenticationTime = parameters.claims.requiresAuthenticationTime
        return settings
    }

    private static func responseMode(_ section: Section) -> ResponseMode {
        guard let name = section.text(modeKey) else { return .query }
        guard let mode = ResponseMode(name: name) else {
            section.report(modeKey, "must be query, form_post, jwt, query.jwt or form_post.jwt")
            return .query
        }
        return mode
    }

    /// With public keys only: a response is verified with the provider's JWK set.
    private static func responseAlgorithms(_ section: Section, _ mode: ResponseMode) -> [SigningAlgorithm]? {
        guard section.has(responseAlgorithmKey) else { return nil }
        guard mode.isSigned else {
            section.report(
                responseAlgorithmKey, "is for signed responses; write response_mode = \"jwt\" too, or remove it")
            return nil
        }
        return section.texts(responseAlgorithmKey)?.compactMap { algorithm($0, responseAlgorithmKey, section) }
    }

    private static func requestObjectAlgorithm(
        _ section: Section, _ assertion: ClientAssertionSettings
    ) -> SigningAlgorithm? {
        guard let name = section.text(requestAlgorithmKey),
            let algorithm = algorithm(name, requestAlgorithmKey, section)
        else { return nil }
        guard section.has(ClientKeyReader.Purpose.signing.key) else {
            section.report(
                requestAlgorithmKey,
                "needs client_private_key, which is missing; name its file, as in { file = \"key.pem\" }")
            return nil
        }
        if let key = assertion.key, !algorithm.fits(key.kind) {
            let fitting = SigningAlgorithm.allCases.filter { $0.fits(key.kind) }.map { $0.name }.joined(with: ", ")
            section.report(
                requestAlgorithmKey, "\(algorithm.name) is not for the client_private_key, which is for \(fitting)")
        }
        return algorithm
    }

    private static func algorithm(_ name: Text, _ key: Text, _ section: Section) -> SigningAlgorithm? {
        guard let algorithm = SigningAlgorithm(name: name), !algorithm.isSymmetric, algorithm.isAvailable else {
            section.report(
                key, "must be an algorithm with public keys that this machine has, such as RS256, PS256, ES256 or EdDSA"
            )
            return nil
        }
        return algorithm
    }
}
