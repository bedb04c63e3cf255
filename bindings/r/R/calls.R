# What programs call. `x` is the request that a page is made for, or a session of Shiny's.

request_behind <- function(x) {
  found <- if (is.environment(x) && is.environment(x$userData)) x$userData$stauth else if (is.environment(x)) x$stauth
  if (!inherits(found, "stauth_request")) {
    stop(new_error("no_request", "no_request_bound", "guard() has not seen this request"))
  }
  found
}

user <- function(x) request_behind(x)$user()

# login(), logout() and require_login() raise no stauth_error: the library's page for it takes the place of the
# program's.
login <- function(x, provider = NULL, ...) {
  request <- request_behind(x)
  invisible(or_refuse(request, request$login_later(provider, ...)))
}

logout <- function(x, local = FALSE) {
  request <- request_behind(x)
  invisible(or_refuse(request, request$logout(local)))
}

require_login <- function(x, provider = NULL) {
  request <- request_behind(x)
  if (request$user()$is_logged_in) return(TRUE)
  if (request$loads_page()) or_refuse(request, request$login_later(provider)) else request$refuse("not_signed_in")
  FALSE
}

# NULL in either case.
or_refuse <- function(request, call) {
  tryCatch(call, stauth_error = function(error) {
    report(error)
    request$refuse(error$code)
  })
  NULL
}

access_token <- function(x) soon(request_behind(x)$access_token(async = TRUE))

refresh <- function(x) soon(request_behind(x)$refresh(async = TRUE))

is_fresh <- function(x, seconds) request_behind(x)$is_fresh(seconds)

soon <- function(value) if (promises::is.promising(value)) value else promises::promise_resolve(value)
