using System;

namespace Stauth
{
    /// <summary>An operation failed. The message says what to do, is for developers, and never contains a secret.
    /// </summary>
    public class StauthException : Exception
    {
        /// <summary>By their number in stauth.h, from 1.</summary>
        internal static readonly Func<Details, StauthException>[] Kinds =
        {
            details => new InvalidArgumentException(details),
            details => new ConfigurationException(details),
            details => new NetworkException(details),
            details => new ProviderException(details),
            details => new AuthorizationDeniedException(details),
            details => new TokenInvalidException(details),
            details => new LoginInvalidException(details),
            details => new RequestRefusedException(details),
            details => new LimitExceededException(details),
            details => new NoRequestException(details),
            details => new CryptographyException(details),
            details => new InternalException(details),
        };

        internal StauthException(Details details)
            : base(details.Message)
        {
            Code = details.Code;
            HttpStatus = details.HttpStatus;
            ProviderCode = details.ProviderCode;
            ProviderDescription = details.ProviderDescription;
        }

        /// <summary>A stable word for programs and for support, such as "state_mismatch"; docs/errors.md lists them.
        /// </summary>
        public string Code { get; }

        /// <summary>A suggestion for the response, 400 to 599.</summary>
        public int HttpStatus { get; }

        /// <summary>The error code that the provider sent, such as "access_denied"; null if it sent none. It can write
        /// anything there: for logs and operators, never for a page or a decision.</summary>
        public string ProviderCode { get; }

        /// <summary>The description that the provider sent, with the same caution; null if it sent none.</summary>
        public string ProviderDescription { get; }

        internal static StauthException Of(int status, Details details)
        {
            return status < 1 || status > Kinds.Length ? new StauthException(details) : Kinds[status - 1](details);
        }

        internal sealed class Details
        {
            internal Details(string message, string code, int httpStatus)
            {
                Message = message;
                Code = code;
                HttpStatus = httpStatus;
            }

            internal string Message { get; }

            internal string Code { get; }

            internal int HttpStatus { get; }

            internal string ProviderCode { get; set; }

            internal string ProviderDescription { get; set; }
        }
    }

    /// <summary>The caller's mistake: a closed object, text that is not Unicode.</summary>
    public sealed class InvalidArgumentException : StauthException
    {
        internal InvalidArgumentException(Details details)
            : base(details)
        {
        }

        internal InvalidArgumentException(string message, string code)
            : base(new Details(message, code, 400))
        {
        }
    }

    /// <summary>The settings are invalid. The message lists all problems, one per line.</summary>
    public sealed class ConfigurationException : StauthException
    {
        internal ConfigurationException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>The provider was not reached, or not in time.</summary>
    public sealed class NetworkException : StauthException
    {
        internal NetworkException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>The provider answered with an error, or not as the protocol says.</summary>
    public sealed class ProviderException : StauthException
    {
        internal ProviderException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>The user, the provider or an authorization rule said no.</summary>
    public sealed class AuthorizationDeniedException : StauthException
    {
        internal AuthorizationDeniedException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>The ID token failed a check.</summary>
    public sealed class TokenInvalidException : StauthException
    {
        internal TokenInvalidException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>The callback belongs to no login of this browser: expired, replayed or forged.</summary>
    public sealed class LoginInvalidException : StauthException
    {
        internal LoginInvalidException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>A refused request, such as a logout caused by another site.</summary>
    public sealed class RequestRefusedException : StauthException
    {
        internal RequestRefusedException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>An input is too large. The message names it and its limit.</summary>
    public sealed class LimitExceededException : StauthException
    {
        internal LimitExceededException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>There is no current request: the code runs outside of the middleware.</summary>
    public sealed class NoRequestException : StauthException
    {
        internal NoRequestException(Details details)
            : base(details)
        {
        }

        internal NoRequestException(string message)
            : base(new Details(message, "no_request_bound", 500))
        {
        }
    }

    /// <summary>OpenSSL failed, for instance because it had no randomness.</summary>
    public sealed class CryptographyException : StauthException
    {
        internal CryptographyException(Details details)
            : base(details)
        {
        }
    }

    /// <summary>A defect of the library. Please report it.</summary>
    public sealed class InternalException : StauthException
    {
        internal InternalException(Details details)
            : base(details)
        {
        }

        internal InternalException(string message)
            : base(new Details(message, "internal_error", 500))
        {
        }
    }

    /// <summary>libstauth.so.0 could not be loaded. The message lists what was tried.</summary>
    public sealed class LibraryNotFoundException : StauthException
    {
        internal LibraryNotFoundException(string message)
            : base(new Details(message, "library_not_found", 500))
        {
        }
    }
}
