# frozen_string_literal: true

module Stauth
  # An operation failed. The message says what to do, is for developers, and never contains a secret.
  #
  # code:: a stable word for programs and for support, such as "state_mismatch"; docs/errors.md lists them
  # http_status:: a suggestion for the response, 400 to 599
  # provider_code, provider_description:: what the provider sent, such as "access_denied"; nil if nothing. It can write
  #   anything there: for logs and operators, never for a page or a decision
  class Error < StandardError
    attr_reader :code, :http_status, :provider_code, :provider_description

    def initialize(message = nil, code: "internal_error", http_status: 500, provider: [nil, nil])
      super(message)
      @code = code
      @http_status = http_status
      @provider_code, @provider_description = provider
    end
  end

  # The caller's mistake: a closed object, text that is not UTF-8.
  class InvalidArgument < Error; end
  # The settings are invalid. The message lists all problems, one per line.
  class ConfigurationError < Error; end
  # The provider was not reached, or not in time.
  class NetworkError < Error; end
  # The provider answered with an error, or not as the protocol says.
  class ProviderError < Error; end
  # The user, the provider or an authorization rule said no.
  class AuthorizationDenied < Error; end
  # The ID token failed a check.
  class TokenInvalid < Error; end
  # The callback belongs to no login of this browser: expired, replayed or forged.
  class LoginInvalid < Error; end
  # A refused request, such as a logout caused by another site.
  class RequestRefused < Error; end
  # An input is too large. The message names it and its limit.
  class LimitExceeded < Error; end
  # There is no current request: the code runs outside of Stauth::Middleware.
  class NoRequest < Error; end
  # OpenSSL failed, for instance because it had no randomness.
  class CryptographyError < Error; end
  # A defect of the library. Please report it.
  class InternalError < Error; end
  # libstauth.so.0 could not be loaded. The message lists what was tried.
  class LibraryNotFound < Error; end

  ERRORS = { # :nodoc:
    1 => InvalidArgument, 2 => ConfigurationError, 3 => NetworkError, 4 => ProviderError, 5 => AuthorizationDenied,
    6 => TokenInvalid, 7 => LoginInvalid, 8 => RequestRefused, 9 => LimitExceeded, 10 => NoRequest,
    11 => CryptographyError, 12 => InternalError
  }.freeze
  private_constant :ERRORS
end
