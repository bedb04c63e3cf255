import Basics
public import CStauth

@c @implementation
public func st_status_name(_ status: st_status) -> UnsafePointer<CChar>? {
    unsafe UnsafeRawPointer(statusName(status).utf8Start).assumingMemoryBound(to: CChar.self)
}

private func statusName(_ status: st_status) -> StaticString {
    guard status != st_status(ST_OK) else { return "ST_OK" }
    return switch Category(rawValue: status) {
    case .invalidArgument?: "ST_INVALID_ARGUMENT"
    case .configurationError?: "ST_CONFIGURATION_ERROR"
    case .networkError?: "ST_NETWORK_ERROR"
    case .providerError?: "ST_PROVIDER_ERROR"
    case .authorizationDenied?: "ST_AUTHORIZATION_DENIED"
    case .tokenInvalid?: "ST_TOKEN_INVALID"
    case .loginInvalid?: "ST_LOGIN_INVALID"
    case .requestRefused?: "ST_REQUEST_REFUSED"
    case .limitExceeded?: "ST_LIMIT_EXCEEDED"
    case .noRequest?: "ST_NO_REQUEST"
    case .cryptographyError?: "ST_CRYPTOGRAPHY_ERROR"
    case .internalError?: "ST_INTERNAL_ERROR"
    case nil: "unknown"
    }
}
