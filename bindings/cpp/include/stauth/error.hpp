/* Errors: one tree of exceptions, made from st_status and st_error. Part of stauth.hpp, which explains it.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_ERROR_HPP
#define STAUTH_ERROR_HPP

#include <memory>
#include <optional>
#include <stauth.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace stauth {

/* Why a call failed. what() is for developers and never contains a secret; code() is for programs and for support. */
class Error : public std::runtime_error {
  public:
    Error(st_status status, std::string code, const std::string &message, int http_status = 500,
          std::string provider_code = {}, std::string provider_description = {})
        : runtime_error(code + ": " + message),
          details(std::make_shared<const Details>(Details{status, std::move(code), http_status,
                                                          std::move(provider_code), std::move(provider_description)})) {
    }

    /* The category; the class of the exception says the same. */
    st_status status() const noexcept {
        return details->status;
    }
    /* A stable word such as "state_mismatch"; docs/errors.md lists them. */
    const std::string &code() const noexcept {
        return details->code;
    }
    /* A suggestion for the response, 400 to 599. */
    int http_status() const noexcept {
        return details->http_status;
    }
    /* What the provider sent, such as "access_denied". It can write anything here: for logs and operators, never for a
       page or a decision. */
    const std::string &provider_code() const noexcept {
        return details->provider_code;
    }
    const std::string &provider_description() const noexcept {
        return details->provider_description;
    }

  private:
    struct Details {
        st_status status;
        std::string code;
        int http_status;
        std::string provider_code, provider_description;
    };
    std::shared_ptr<const Details> details; /* copying an exception must not throw */
};

/* The caller's mistake: an object that was moved from, text that is not UTF-8. */
struct InvalidArgument : Error {
    using Error::Error;
};
/* The settings must change; what() lists all problems. */
struct ConfigurationError : Error {
    using Error::Error;
};
/* The provider or the session store was not reached, or not in time. */
struct NetworkError : Error {
    using Error::Error;
};
/* The provider answered with an error, or not as the protocol says. */
struct ProviderError : Error {
    using Error::Error;
};
/* The user, the provider or an authorization rule said no. */
struct AuthorizationDenied : Error {
    using Error::Error;
};
/* The ID token failed a check. */
struct TokenInvalid : Error {
    using Error::Error;
};
/* The callback matches no login of this browser. */
struct LoginInvalid : Error {
    using Error::Error;
};
/* A request that is refused, such as a cross-site logout. */
struct RequestRefused : Error {
    using Error::Error;
};
/* Something is too large; what() names it and its limit. */
struct LimitExceeded : Error {
    using Error::Error;
};
/* No request is bound to this thread; only from the functions of stauth.h. */
struct NoRequest : Error {
    using Error::Error;
};
/* OpenSSL failed, for instance because it had no randomness. */
struct CryptographyError : Error {
    using Error::Error;
};
/* A defect of the library; please report it. */
struct InternalError : Error {
    using Error::Error;
};

namespace detail {

inline std::string copied(const char *text) {
    return text == nullptr ? std::string() : std::string(text);
}

/* Copies an st_error. */
inline Error read(st_status status, const st_error *error) {
    return Error(status, copied(st_error_code(error)), copied(st_error_message(error)), st_error_http_status(error),
                 copied(st_error_provider_code(error)), copied(st_error_provider_description(error)));
}

template <class Kind> [[noreturn]] void raise_as(const Error &error) {
    Kind kind(error.status(), error.code(), error.what() + error.code().size() + 2, error.http_status(),
              error.provider_code(), error.provider_description());
    throw kind;
}

[[noreturn]] inline void raise(const Error &error) {
    switch (error.status()) {
    case ST_INVALID_ARGUMENT:
        raise_as<InvalidArgument>(error);
    case ST_CONFIGURATION_ERROR:
        raise_as<ConfigurationError>(error);
    case ST_NETWORK_ERROR:
        raise_as<NetworkError>(error);
    case ST_PROVIDER_ERROR:
        raise_as<ProviderError>(error);
    case ST_AUTHORIZATION_DENIED:
        raise_as<AuthorizationDenied>(error);
    case ST_TOKEN_INVALID:
        raise_as<TokenInvalid>(error);
    case ST_LOGIN_INVALID:
        raise_as<LoginInvalid>(error);
    case ST_REQUEST_REFUSED:
        raise_as<RequestRefused>(error);
    case ST_LIMIT_EXCEEDED:
        raise_as<LimitExceeded>(error);
    case ST_NO_REQUEST:
        raise_as<NoRequest>(error);
    case ST_CRYPTOGRAPHY_ERROR:
        raise_as<CryptographyError>(error);
    case ST_INTERNAL_ERROR:
        raise_as<InternalError>(error);
    default:
        throw error; /* a status of a later version */
    }
}

template <auto Function> struct Releasing {
    template <class Handle> void operator()(Handle *handle) const noexcept {
        Function(handle);
    }
};
/* A handle that is freed when its owner ends. */
template <class Type, auto Function> using Owned = std::unique_ptr<Type, Releasing<Function>>;

/* Calls a function of stauth.h with an `st_error **`, and throws what it fails with. */
template <class Function> void call(Function function) {
    st_error *failure = nullptr;
    st_status status = function(&failure);
    if (status == ST_OK)
        return;
    Owned<st_error, st_error_free> owned(failure);
    raise(read(status, failure));
}

inline std::string_view without_nul(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw InvalidArgument(ST_INVALID_ARGUMENT, "invalid_text", "text must not contain a NUL", 400);
    return text;
}

/* Text, or std::optional text, for C. */
class Text {
  public:
    template <class Given> Text(const Given &text) : Text(std::in_place, text) {
    }
    operator const char *() const noexcept {
        return given ? copy.c_str() : nullptr;
    }

  private:
    Text(std::in_place_t, std::optional<std::string_view> text)
        : copy(without_nul(text.value_or(std::string_view()))), given(text.has_value()) {
    }

    std::string copy;
    bool given;
};

/* The bytes of a std::string_view, which may be NULL only in the view. */
inline const char *bytes(std::string_view text) noexcept {
    return text.data() == nullptr ? "" : text.data();
}

} // namespace detail
} // namespace stauth

#endif /* STAUTH_ERROR_HPP */
