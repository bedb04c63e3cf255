# Finds libstauth.so.0 and loads it once.

NAME <- "libstauth.so.0"

state <- new.env(parent = emptyenv())
state$is_loaded <- FALSE
state$stand_in <- NULL # what apps use that would read a file; set by test_app()$install()

load_library <- function() {
  if (state$is_loaded) return(invisible())
  named <- Sys.getenv("STAUTH_LIBRARY")
  bundled <- system.file("libs", NAME, package = "stauth")
  candidates <- if (nzchar(named)) named else c(if (nzchar(bundled)) bundled, NAME)
  tried <- character()
  for (candidate in candidates) {
    problem <- .Call(stauth_load, candidate)
    if (is.null(problem)) {
      state$is_loaded <- TRUE
      return(invisible())
    }
    tried <- c(tried, paste0(candidate, ": ", problem))
  }
  hint <- "Install the library, or set STAUTH_LIBRARY to the file."
  message <- paste0(NAME, " could not be loaded. ", hint, " Tried:\n", paste(tried, collapse = "\n"))
  stop(new_error("library_not_found", "library_not_found", message))
}

.onLoad <- function(libname, pkgname) {
  # A thread that is in a call while C's exit handlers run would use what they take down.
  reg.finalizer(state, function(state) .Call(stauth_threads_end), onexit = TRUE)
}

# Text for the library, or NULL.
text <- function(value) {
  if (is.null(value)) return(NULL)
  if (!is.character(value) || length(value) != 1 || is.na(value)) stop("expected one text", call. = FALSE)
  if (Encoding(value) == "latin1" || l10n_info()[["Latin-1"]]) value <- enc2utf8(value)
  if (!validUTF8(value)) stop(invalid_argument("text must be valid UTF-8", "invalid_text"))
  value
}

# One after the other: a value, or a promise of one.
then <- function(value, use) if (promises::is.promising(value)) promises::then(value, use) else use(value)
