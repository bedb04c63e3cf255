"use strict";

/** An operation failed. The message is for developers and never contains a secret. */
class StauthError extends Error {
  constructor(message, { code = "internal_error", httpStatus = 500, providerCode = null, providerDescription = null } = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.httpStatus = httpStatus;
    this.status = httpStatus; // where Express looks
    this.providerCode = providerCode;
    this.providerDescription = providerDescription;
  }
}

class InvalidArgument extends StauthError {}
class ConfigurationError extends StauthError {}
class NetworkError extends StauthError {}
class ProviderError extends StauthError {}
class AuthorizationDenied extends StauthError {}
class TokenInvalid extends StauthError {}
class LoginInvalid extends StauthError {}
class RequestRefused extends StauthError {}
class LimitExceeded extends StauthError {}
class NoRequest extends StauthError {}
class CryptographyError extends StauthError {}
class InternalError extends StauthError {}
class LibraryNotFound extends StauthError {}

/** By st_status. */
const BY_STATUS = [
  StauthError, InvalidArgument, ConfigurationError, NetworkError, ProviderError, AuthorizationDenied, TokenInvalid,
  LoginInvalid, RequestRefused, LimitExceeded, NoRequest, CryptographyError, InternalError,
];

/** What the addon throws. */
function makeError(status, code, message, httpStatus, providerCode, providerDescription) {
  const Kind = BY_STATUS[status] ?? StauthError;
  return new Kind(message ?? "the library failed without a reason", {
    code: code ?? "internal_error", httpStatus, providerCode, providerDescription,
  });
}

module.exports = {
  StauthError, InvalidArgument, ConfigurationError, NetworkError, ProviderError, AuthorizationDenied, TokenInvalid,
  LoginInvalid, RequestRefused, LimitExceeded, NoRequest, CryptographyError, InternalError, LibraryNotFound,
  BY_STATUS, makeError,
};
