# A relying party: checked settings, keys, and what is cached of the providers.

app <- function(file = NULL, toml = NULL, settings = NULL, log = log_descriptor(), transport = NULL) {
  if (!is.null(file) && !is.null(toml)) stop("pass app() a file or toml, not both", call. = FALSE)
  is_bare <- is.null(file) && is.null(toml) && is.null(settings)
  stand_in <- if (is_bare) state$stand_in
  if (!is.null(stand_in)) {
    settings <- stand_in$settings
    transport <- stand_in$transport
  } else if (is_bare) {
    file <- Sys.getenv("STAUTH_SECRETS")
    if (!nzchar(file)) file <- ".streamlit/secrets.toml"
  }
  load_library()
  keys <- if (is.null(settings)) character() else enc2utf8(names(settings))
  if (length(keys) != length(settings)) stop("settings must have names", call. = FALSE)
  values <- vapply(settings, written, "", USE.NAMES = FALSE)
  file <- if (!is.null(file)) enc2native(path.expand(text(file)))
  handle <- checked(.Call(
    stauth_app_new, file, text(toml), keys, as.character(values), as.integer(log), !is.null(transport)
  ))
  self <- new.env(parent = emptyenv())
  self$transport <- transport
  self$takes_silence_for_browser <- !is.null(stand_in)
  self$requires_login <- .Call(stauth_app_requires_login, handle)
  paths <- function() {
    found <- .Call(stauth_app_paths, handle)
    if (is.null(found)) stop(invalid_argument("the application is closed", "invalid_handle"))
    found
  }
  self$login_path <- function() paths()[[1]]
  self$logout_path <- function() paths()[[2]]
  self$callback_paths <- function() paths()[-(1:2)]
  self$login_url <- function(provider = NULL, return_to = NULL) {
    query <- c(provider = text(provider), return_to = text(return_to))
    if (is.null(query)) return(self$login_path())
    values <- vapply(query, utils::URLencode, "", reserved = TRUE)
    paste0(self$login_path(), "?", paste(names(query), values, sep = "=", collapse = "&"))
  }
  self$user_from_cookie <- function(cookie) {
    if (is.null(cookie)) cookie <- ""
    stopifnot(is.character(cookie), length(cookie) == 1, !is.na(cookie))
    user_of(checked(.Call(stauth_app_user_from_cookie, handle, cookie)))
  }
  self$stats <- function() jsonlite::fromJSON(checked(.Call(stauth_app_stats, handle, FALSE)), simplifyVector = FALSE)
  self$stats_prometheus <- function() checked(.Call(stauth_app_stats, handle, TRUE))
  self$request <- function(method, target, headers = character(), client_address = NULL) {
    new_request(self, handle, method, target, headers, client_address)
  }
  self$preload <- function() {
    if (is.null(transport)) {
      checked(.Call(stauth_app_preload, handle))
    } else {
      request <- request_on(self, checked(.Call(stauth_request_new_preload, handle)))
      request$begin()
      request$close()
    }
    invisible()
  }
  self$close <- function() invisible(.Call(stauth_app_free, handle))
  lockEnvironment(self)
  structure(self, class = "stauth_app")
}

print.stauth_app <- function(x, ...) {
  cat("<stauth app>\n")
  invisible(x)
}

# Where the library's events go: with STAUTH_LOG, to stderr.
log_descriptor <- function() if (nzchar(Sys.getenv("STAUTH_LOG"))) 2L else -1L

# A setting as in TOML, but text without quotes.
written <- function(value) {
  if (is.character(value)) return(text(value))
  if (length(value) == 1 && is.logical(value) && !is.na(value)) return(if (value) "true" else "false")
  is_whole <- length(value) == 1 && is.numeric(value) && isTRUE(value == trunc(value))
  if (is_whole) return(format(value, scientific = FALSE))
  stop("a setting must be one text, number or logical value", call. = FALSE)
}
