# Conditions of the classes "stauth_network_error" and the like, all of them "stauth_error".

# By st_status.
STATUSES <- c(
  "invalid_argument", "configuration_error", "network_error", "provider_error", "authorization_denied", "token_invalid",
  "login_invalid", "request_refused", "limit_exceeded", "no_request", "cryptography_error", "internal_error"
)

new_error <- function(kind, code, message, http_status = 500L, provider_code = NULL, provider_description = NULL) {
  structure(
    class = c(paste0("stauth_", kind), "stauth_error", "error", "condition"),
    list(
      message = message, call = NULL, code = code, http_status = http_status, provider_code = provider_code,
      provider_description = provider_description
    )
  )
}

# The condition of what C calls a failure.
error_of <- function(failure) {
  kind <- if (failure$status %in% seq_along(STATUSES)) STATUSES[[failure$status]] else "internal_error"
  message <- if (is.null(failure$message)) "the library failed without a reason" else failure$message
  code <- if (is.null(failure$code)) "internal_error" else failure$code
  new_error(kind, code, message, failure$http_status, failure$provider_code, failure$provider_description)
}

# What C returned, unless it is a failure.
checked <- function(result) {
  if (inherits(result, "stauth_failure")) stop(error_of(result))
  result
}

invalid_argument <- function(message, code) new_error("invalid_argument", code, message, 400L)
