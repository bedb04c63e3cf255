# One HTTP request, and the library's part of the response. Its functions are those of stauth.h, in that order.

LONGEST_BODY <- 64L * 1024L

# stauth.h lists them at st_request_add_header(); the library ignores all others.
HEADERS <- c(
  "cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-purpose", "purpose", "x-purpose", "x-moz",
  "upgrade", "content-type", "accept", "accept-language", "authorization", "dpop", "access-control-request-method", "host",
  "x-forwarded-host", "x-forwarded-proto", "x-request-id", "secure-session-response", "sec-secure-session-id", "secure-session-skipped"
)

# st_action.
PROCEED <- 0L
RESPOND <- 1L
WAIT <- 2L

# step_kind, of src/step.h.
STEPS <- c(begin = 0L, resume = 1L, login = 2L, require_login = 3L, logout = 4L, access_token = 5L, refresh = 6L)

OPTIONS <- c("return_to", "login_hint", "prompt", "acr_values", "max_age", "ui_locales")

ANONYMOUS <- '{"is_logged_in":false}'

# `headers`: values by name.
new_request <- function(app, handle, method, target, headers, client_address) {
  names <- tolower(names(headers))
  known <- names %in% HEADERS
  names <- as.character(names[known])
  values <- as.character(headers[known])
  if (app$takes_silence_for_browser && !("accept" %in% names)) {
    names <- c(names, "accept")
    values <- c(values, "text/html")
  }
  # A server that joins lines of one name does so with commas, which no cookie of the library's contains.
  is_cookie <- names == "cookie"
  values[is_cookie] <- gsub(",", ";", values[is_cookie], fixed = TRUE, useBytes = TRUE)
  if (!is.character(target) || length(target) != 1 || is.na(target)) stop("target must be one text", call. = FALSE)
  request_on(app, checked(.Call(stauth_request_new, handle, text(method), target, names, values, text(client_address))))
}

request_on <- function(app, pointer) {
  force(pointer)
  self <- new.env(parent = emptyenv())
  user <- NULL
  wanted <- NULL # a login to complete once the page is made
  is_busy <- FALSE
  is_closed <- FALSE

  # The library requires one thread at a time.
  handle <- function() {
    if (is_busy) {
      stop(invalid_argument("this request waits for the provider: use its promise first", "out_of_sequence"))
    }
    pointer
  }
  step <- function(kind, bytes = NULL, gate = NULL, async = FALSE) {
    taken <- handle()
    if (!is.null(app$transport)) return(with_transport(app$transport, taken, kind, bytes, gate))
    if (!async) return(checked(.Call(stauth_step, STEPS[[kind]], taken, bytes, gate)))
    is_busy <<- TRUE
    promises::promise(function(resolve, reject) {
      done <- function(result) {
        is_busy <<- FALSE
        if (inherits(result, "stauth_failure")) reject(error_of(result)) else resolve(result)
      }
      loop <- later::current_loop()$id
      if (!.Call(stauth_step_later, STEPS[[kind]], taken, bytes, gate, done, loop)) {
        is_busy <<- FALSE
        reject(new_error("internal_error", "internal_error", "no thread can be started"))
      }
    })
  }
  # A refresh can change the user, or end the session.
  step_to_user <- function(kind, async) {
    then(step(kind, async = async), function(result) {
      user <<- NULL
      result
    })
  }
  asks <- function(index) .Call(stauth_request_asks, handle())[[index]]
  options_of <- function(given) {
    for (name in names(given)) checked(.Call(stauth_request_set, handle(), name, given[[name]]))
  }

  self$app <- app
  self$wants_body <- function() asks(1)
  self$may_block <- function() asks(2)
  self$loads_page <- function() asks(3)
  self$login_may_block <- function(provider = NULL) .Call(stauth_request_login_may_block, handle(), text(provider))
  self$set_body <- function(body) {
    stopifnot(is.raw(body))
    invisible(checked(.Call(stauth_request_set_body, handle(), body)))
  }
  self$add_route <- function(path) {
    stopifnot(is.raw(path))
    invisible(checked(.Call(stauth_request_add_route, handle(), path)))
  }
  # True if the library has answered: send its response.
  self$begin <- function(async = FALSE) {
    then(step("begin", async = async && self$may_block()), function(result) result[[1]] != PROCEED)
  }
  self$user <- function() {
    if (is.null(user)) user <<- user_of(checked(.Call(stauth_request_user, handle())))
    user
  }
  self$login <- function(provider = NULL, ..., async = FALSE) {
    given <- login_options(...)
    bytes <- text_bytes(provider)
    tryCatch(options_of(given), error = function(error) {
      for (name in names(given)) .Call(stauth_request_set, handle(), name, NULL) # none is left for another login
      stop(error)
    })
    then(step("login", bytes, async = async && self$login_may_block(provider)), function(result) {
      wanted <<- NULL
      invisible()
    })
  }
  # The same, without waiting before finish_login().
  self$login_later <- function(provider = NULL, ...) {
    if (!self$login_may_block(provider)) return(self$login(provider, ...))
    login_options(...)
    text(provider)
    wanted <<- list(provider, ...)
    invisible()
  }
  self$finish_login <- function(async = FALSE) {
    if (is.null(wanted)) return(invisible())
    arguments <- wanted
    wanted <<- NULL
    do.call(self$login, c(arguments, async = async))
  }
  # True if this user may see the page; `path` is bytes, NULL for any.
  self$require_login <- function(path = NULL, gate = NULL, async = FALSE) {
    bytes <- if (!is.null(path)) c(path, as.raw(0))
    waits <- async && self$loads_page() && self$login_may_block()
    then(step("require_login", bytes, gate, waits), function(result) result[[1]] == PROCEED)
  }
  self$logout <- function(local = FALSE) {
    if (local) options_of(list(logout = "local"))
    step("logout")
    user <<- user_of(ANONYMOUS)
    wanted <<- NULL
    invisible()
  }
  self$access_token <- function(async = FALSE) {
    then(step_to_user("access_token", async), function(result) {
      expiry <- if (result[[3]] > 0) as.POSIXct(result[[3]], origin = "1970-01-01", tz = "UTC")
      structure(result[[2]], expires_at = expiry, scope = result[[4]], class = "stauth_token")
    })
  }
  self$refresh <- function(async = FALSE) then(step_to_user("refresh", async), function(result) invisible())
  self$is_fresh <- function(seconds) .Call(stauth_request_is_fresh, handle(), as.numeric(seconds))
  self$refuse <- function(code) invisible(checked(.Call(stauth_request_refuse, handle(), text(code))))
  self$error <- function() {
    failure <- .Call(stauth_request_error, handle())
    if (!is.null(failure)) error_of(failure)
  }
  # list(status, headers, body); the status is 0 if the program's page is the response.
  self$response <- function() {
    found <- checked(.Call(stauth_request_response, handle()))
    list(status = found[[1]], headers = stats::setNames(as.list(found[[2]][[2]]), found[[2]][[1]]), body = found[[3]])
  }
  self$is_closed <- function() is_closed
  self$close <- function() {
    if (is_closed) return(invisible())
    is_closed <<- TRUE
    if (is.null(user) && !is_busy) user <<- tryCatch(self$user(), stauth_error = function(error) user_of(ANONYMOUS))
    invisible(.Call(stauth_request_free, pointer))
  }
  lockEnvironment(self)
  structure(self, class = "stauth_request")
}

print.stauth_request <- function(x, ...) {
  cat("<stauth request>\n")
  invisible(x)
}

# The steps of an app whose requests to providers R sends: `transport` gets each, and returns list(status, headers,
# body).
with_transport <- function(transport, pointer, kind, bytes, gate) {
  result <- checked(.Call(stauth_step, STEPS[[kind]], pointer, bytes, gate))
  waits <- FALSE
  while (!is.null(exchange <- .Call(stauth_request_exchange, pointer))) {
    waits <- TRUE
    reply <- tryCatch(transport(exchange), error = function(error) NULL) # counts as an unreachable provider
    if (!is.null(reply)) {
      arguments <- list(pointer, reply$status, names(reply$headers), as.character(reply$headers), reply$body)
      checked(do.call(.Call, c(list(stauth_request_respond), arguments)))
    }
    resumed <- checked(.Call(stauth_step, STEPS[["resume"]], pointer, NULL, NULL))
  }
  if (!waits) return(result)
  if (!kind %in% c("access_token", "refresh")) return(resumed)
  checked(.Call(stauth_step, STEPS[[kind]], pointer, bytes, gate)) # what came of it
}

login_options <- function(...) {
  given <- list(...)
  unknown <- setdiff(names(given), OPTIONS)
  if (length(unknown) > 0 || length(given) != length(names(given))) {
    stop("login() has no such argument: ", paste(unknown, collapse = ", "), call. = FALSE)
  }
  lapply(given, function(value) if (is.numeric(value)) written(value) else text(value))
}

# For a step: bytes with a NUL at the end.
text_bytes <- function(value) if (!is.null(value)) c(charToRaw(text(value)), as.raw(0))
