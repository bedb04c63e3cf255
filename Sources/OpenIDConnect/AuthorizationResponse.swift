package import Basics
import JSON

/// What the browser brings back from the provider (OIDC Core 3.1.2.5, 3.1.2.6), well-formed but not yet validated.
package struct AuthorizationResponse: Sendable {
    package enum Outcome: Equatable, Sendable {
        case code(Text)
        case error(Text)
    }

    package static let longestCode = 4096

    package let state: Text
    package let outcome: Outcome
    private let issuer: Text?
    private let errorDescription: Text?

    /// The state alone, to find the login of a response, however wrong the rest may be. It is a parameter, or in the JWT of a
    /// signed response.
    package static func state(in parameters: Text) throws(Failure) -> Text {
        guard let fields = FormEncoding.decode(parameters) else {
            throw Failure(.responseMalformed, "the provider's response has an invalid percent-encoding")
        }
        let states = fields.values(of: "state")
        guard states.count < 2 else { throw Failure(.responseMalformed, "the provider's response has two states") }
        let state =
            if let state = states.first { state as Text? } else {
                try SignedAuthorizationResponse.unverifiedState(in: fields)
            }
        guard let state, !state.isEmpty else {
            throw Failure(
                .stateMissing, "the provider's response has no state", providerCode: fields.values(of: "error").first,
                providerDescription: fields.values(of: "error_description").first)
        }
        return state
    }

    /// Whether the response says that the provider refused, verified or not, or is so malformed that nobody can tell.
    package static func mayRefuse(_ parameters: Text) -> Bool {
        guard let fields = FormEncoding.decode(parameters) else { return true }
        if !fields.values(of: "error").isEmpty { return true }
        do throws(Failure) {
            return try SignedAuthorizationResponse.unverifiedlyRefuses(fields)
        } catch {
            return true
        }
    }

    /// Reads the parameters of the callback. Others could interpret a repeated parameter, or an answer that is both yes and
    /// no, differently: both are refused (RFC 6749 3.1).
    package init(parsing parameters: Text) throws(Failure) {
        guard let fields = FormEncoding.decode(parameters) else {
            throw Failure(.responseMalformed, "the provider's response has an invalid percent-encoding")
        }
        for name: Text in ["code", "error", "iss", "state"] where fields.values(of: name).count > 1 {
            throw Failure(.responseMalformed, "the provider's response has two of the parameter \(name)")
        }
        try self.init { fields.values(of: $0).first }
    }

    /// Reads the claims of a signed response (JARM 2.1), once it is known to be the provider's.
    init(claims: JSONObject) throws(Failure) {
        for name: Text in ["code", "error", "iss", "state"] where claims[name] != nil && claims[name]?.text == nil {
            throw Failure(.responseMalformed, "the response's \(name) is not text")
        }
        try self.init { claims[$0]?.text }
    }

    private init(_ member: (Text) -> Text?) throws(Failure) {
        // Some providers send every parameter and leave those empty that do not apply. An empty iss is still a mismatch.
        func value(_ name: Text) -> Text? { member(name).flatMap { $0.isEmpty ? nil : $0 } }
        guard let state = value("state") else {
            throw Failure(.stateMissing, "the provider's response has no state")
        }
        self.state = state
        issuer = member("iss")
        errorDescription = value("error_description")
        switch (value("code"), value("error")) {
        case (let code?, nil):
            guard (1...Self.longestCode).contains(code.count), code.isVisibleASCII else {
                throw Failure(.responseMalformed, "the provider's response has a malformed code")
            }
            outcome = .code(code)
        case (nil, let error?):
            outcome = .error(error)
        case (_?, _?):
            throw Failure(.responseMalformed, "the provider's response has both a code and an error")
        case (nil, nil):
            throw Failure(.responseMalformed, "the provider's response has neither a code nor an error")
        }
    }

    /// The code, if the response comes from the expected provider and grants the request.
    package func validate(metadata: ProviderMetadata, requiresIssuer: Bool = false) throws(Failure) -> Text {
        // RFC 9207 2.4: a wrong issuer is a mix-up whether or not the provider announced that it sends one.
        // With an issuer for each tenant, any tenant's is accepted: all have the same endpoints, so none can pass a code on
        // to another.
        if let issuer, issuer != metadata.issuer, !TenantIssuer.matches(issuer, template: metadata.issuer) {
            throw Failure(.responseIssuerMismatch, "the response came from the issuer \(issuer.forMessage)")
        }
        if issuer == nil, metadata.sendsResponseIssuer || requiresIssuer {
            throw Failure(.responseIssuerMissing, "the response has no iss, which this provider must send")
        }
        switch outcome {
        case .code(let code): return code
        case .error(let error): throw failure(for: error)
        }
    }

    /// RFC 6749 4.1.2.1, OIDC Core 3.1.2.6, OpenID Connect Core Error Code unmet_authentication_requirements.
    private func failure(for error: Text) -> Failure {
        let code: ErrorCode =
            switch error {
            // The other two are what Apple and LinkedIn have for it.
            case "access_denied", "user_cancelled_authorize", "user_cancelled_login": .authorizationRefused
            case "login_required": .loginRequired
            case "interaction_required": .interactionRequired
            case "consent_required": .consentRequired
            case "account_selection_required": .accountSelectionRequired
            case "unmet_authentication_requirements": .unmetAuthenticationRequirements
            default: ErrorCode(ofProvider: error, otherwise: .authorizationFailed)
            }
        return Failure(
            code, "the provider answered the authorization request with the error \(error.forMessage)",
            providerCode: error, providerDescription: errorDescription)
    }
}
