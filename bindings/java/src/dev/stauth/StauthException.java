package dev.stauth;

import java.util.List;
import java.util.function.Function;

/**
 * An operation failed. The message says what to do, is for developers, and never contains a secret. The category is the
 * class: {@code catch (StauthException.NetworkError e)}.
 */
public class StauthException extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** By their number in stauth.h, from 1. */
    static final List<Function<Details, StauthException>> KINDS = List.of(
            InvalidArgument::new, ConfigurationError::new, NetworkError::new, ProviderError::new,
            AuthorizationDenied::new, TokenInvalid::new, LoginInvalid::new, RequestRefused::new, LimitExceeded::new,
            NoRequest::new, CryptographyError::new, InternalError::new);

    /** The code. */
    private final String code;
    /** The suggested status. */
    private final int httpStatus;
    /** The provider's code. */
    private final String providerCode;
    /** The provider's description. */
    private final String providerDescription;

    StauthException(Details details) {
        super(details.message);
        code = details.code;
        httpStatus = details.httpStatus;
        providerCode = details.providerCode;
        providerDescription = details.providerDescription;
    }

    record Details(String message, String code, int httpStatus, String providerCode, String providerDescription) {
    }

    static StauthException of(int status, Details details) {
        return status < 1 || status > KINDS.size() ? new StauthException(details) : KINDS.get(status - 1).apply(details);
    }

    /**
     * For an adapter whose user calls it outside of a request.
     *
     * @param message for developers
     * @return an exception to throw
     */
    public static NoRequest noRequest(String message) {
        return new NoRequest(message);
    }

    /**
     * For an adapter that does not get the request as it was sent.
     *
     * @param message for developers
     * @return an exception to throw
     */
    public static InvalidArgument incomplete(String message) {
        return new InvalidArgument(message, "request_incomplete");
    }

    /**
     * A stable word for programs and for support, such as "state_mismatch"; docs/errors.md lists them.
     *
     * @return the code
     */
    public String code() {
        return code;
    }

    /**
     * A suggestion for the response.
     *
     * @return 400 to 599
     */
    public int httpStatus() {
        return httpStatus;
    }

    /**
     * The error code that the provider sent, such as "access_denied". It can write anything there: for logs and
     * operators, never for a page or a decision.
     *
     * @return null if it sent none
     */
    public String providerCode() {
        return providerCode;
    }

    /**
     * The description that the provider sent, with the same caution.
     *
     * @return null if it sent none
     */
    public String providerDescription() {
        return providerDescription;
    }

    /** The caller's mistake: a closed object, text that is not Unicode. */
    public static final class InvalidArgument extends StauthException {
        private static final long serialVersionUID = 1;

        InvalidArgument(Details details) {
            super(details);
        }

        InvalidArgument(String message, String code) {
            super(new Details(message, code, 400, null, null));
        }
    }

    /** The settings are invalid. The message lists all problems, one per line. */
    public static final class ConfigurationError extends StauthException {
        private static final long serialVersionUID = 1;

        ConfigurationError(Details details) {
            super(details);
        }
    }

    /** The provider was not reached, or not in time. */
    public static final class NetworkError extends StauthException {
        private static final long serialVersionUID = 1;

        NetworkError(Details details) {
            super(details);
        }
    }

    /** The provider answered with an error, or not as the protocol says. */
    public static final class ProviderError extends StauthException {
        private static final long serialVersionUID = 1;

        ProviderError(Details details) {
            super(details);
        }
    }

    /** The user, the provider or an authorization rule said no. */
    public static final class AuthorizationDenied extends StauthException {
        private static final long serialVersionUID = 1;

        AuthorizationDenied(Details details) {
            super(details);
        }
    }

    /** The ID token failed a check. */
    public static final class TokenInvalid extends StauthException {
        private static final long serialVersionUID = 1;

        TokenInvalid(Details details) {
            super(details);
        }
    }

    /** The callback belongs to no login of this browser: expired, replayed or forged. */
    public static final class LoginInvalid extends StauthException {
        private static final long serialVersionUID = 1;

        LoginInvalid(Details details) {
            super(details);
        }
    }

    /** A refused request, such as a logout caused by another site. */
    public static final class RequestRefused extends StauthException {
        private static final long serialVersionUID = 1;

        RequestRefused(Details details) {
            super(details);
        }
    }

    /** An input is too large. The message names it and its limit. */
    public static final class LimitExceeded extends StauthException {
        private static final long serialVersionUID = 1;

        LimitExceeded(Details details) {
            super(details);
        }
    }

    /** There is no current request: the code runs outside of the filter. */
    public static final class NoRequest extends StauthException {
        private static final long serialVersionUID = 1;

        NoRequest(Details details) {
            super(details);
        }

        NoRequest(String message) {
            super(new Details(message, "no_request_bound", 500, null, null));
        }
    }

    /** OpenSSL failed, for instance because it had no randomness. */
    public static final class CryptographyError extends StauthException {
        private static final long serialVersionUID = 1;

        CryptographyError(Details details) {
            super(details);
        }
    }

    /** A defect of the library. Please report it. */
    public static final class InternalError extends StauthException {
        private static final long serialVersionUID = 1;

        InternalError(Details details) {
            super(details);
        }

        InternalError(String message) {
            super(new Details(message, "internal_error", 500, null, null));
        }
    }

    /** libstauth.so.0 could not be loaded. The message lists what was tried. */
    public static final class LibraryNotFound extends StauthException {
        private static final long serialVersionUID = 1;

        LibraryNotFound(String message) {
            super(new Details(message, "library_not_found", 500, null, null));
        }
    }
}
