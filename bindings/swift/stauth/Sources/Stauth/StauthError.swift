internal import CStauth

/// Why a call failed. Its text is for developers, and never contains a secret.
///
/// Not being signed in is a value, never an error.
public struct StauthError: Error, Sendable, Hashable {
    /// The category of a ``StauthError``. Later versions may add some.
    public enum Kind: Sendable, Hashable {
        /// The caller's mistake: a visit after its end, text with a NUL, or too early a call.
        case invalidArgument
        /// The settings must change; the message lists all problems.
        case configuration
        /// The provider or the session store was not reached, or not in time.
        case network
        /// The provider answered with an error, or not as the protocol says.
        case provider
        /// The user, the provider or an authorization rule said no.
        case authorizationDenied
        /// The ID token failed a check.
        case tokenInvalid
        /// The callback matches no login of this browser.
        case loginInvalid
        /// A request that is refused, such as a cross-site logout.
        case requestRefused
        /// Something is too large; the message names it and its limit.
        case limitExceeded
        /// The code runs outside of a request.
        case noRequest
        /// OpenSSL failed.
        case cryptography
        /// A defect of the library; please report it.
        case `internal`
    }

    /// The category.
    public let kind: Kind
    /// A stable word for programs and for support, such as "state_mismatch"; `docs/errors.md` lists them.
    public let code: String
    /// A suggestion for the response, 400 to 599.
    public let httpStatus: Int
    /// A line for the log; a configuration error has one for each problem.
    public let message: String
    /// The code that the provider sent, such as "access_denied". It can write anything there: for logs and operators,
    /// never for a page or a decision.
    public let providerCode: String?
    /// The description that the provider sent along with its code.
    public let providerDescription: String?

    init(_ kind: Kind, _ code: String, httpStatus: Int = 500, _ message: String) {
        (self.kind, self.code, self.httpStatus, self.message) = (kind, code, httpStatus, message)
        (providerCode, providerDescription) = (nil, nil)
    }

    /// Copies an error of the library's, which stays whose it is.
    init(reading error: OpaquePointer?, status: st_status) {
        kind = Kind(status)
        code = unsafe copied(st_error_code(error)) ?? "internal_error"
        httpStatus = Int(unsafe st_error_http_status(error))
        message = unsafe copied(st_error_message(error)) ?? ""
        providerCode = unsafe copied(st_error_provider_code(error))
        providerDescription = unsafe copied(st_error_provider_description(error))
    }
}

extension StauthError: CustomStringConvertible {
    /// The code and the message, for a log.
    public var description: String { "stauth: \(code): \(message)" }
}

extension StauthError.Kind {
    fileprivate init(_ status: st_status) {
        switch Int(status) {
        case ST_INVALID_ARGUMENT: self = .invalidArgument
        case ST_CONFIGURATION_ERROR: self = .configuration
        case ST_NETWORK_ERROR: self = .network
        case ST_PROVIDER_ERROR: self = .provider
        case ST_AUTHORIZATION_DENIED: self = .authorizationDenied
        case ST_TOKEN_INVALID: self = .tokenInvalid
        case ST_LOGIN_INVALID: self = .loginInvalid
        case ST_REQUEST_REFUSED: self = .requestRefused
        case ST_LIMIT_EXCEEDED: self = .limitExceeded
        case ST_NO_REQUEST: self = .noRequest
        case ST_CRYPTOGRAPHY_ERROR: self = .cryptography
        default: self = .internal
        }
    }
}
