# What the tests share: they print TAP, each file in a process of its own.
library(stauth, warn.conflicts = FALSE)
options(warn = 2)

here <- normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
ROOT <- normalizePath(file.path(dirname(here), "..", "..", ".."))
internal <- function(name) getFromNamespace(name, "stauth")

done <- c(all = 0L, failed = 0L)

test <- function(name, code) {
  done[["all"]] <<- done[["all"]] + 1L
  problem <- tryCatch({
    force(code)
    NULL
  }, error = function(error) conditionMessage(error))
  if (is.null(problem)) {
    cat("ok ", done[["all"]], " - ", name, "\n", sep = "")
  } else {
    done[["failed"]] <<- done[["failed"]] + 1L
    cat("not ok ", done[["all"]], " - ", name, "\n", gsub("(?m)^", "  # ", problem, perl = TRUE), "\n", sep = "")
  }
}

finish <- function() {
  cat("1..", done[["all"]], "\n", sep = "")
  quit(status = as.integer(done[["failed"]] > 0L))
}

equal <- function(found, expected) {
  if (!identical(found, expected)) {
    stop("found ", paste(deparse(found), collapse = " "), ", expected ", paste(deparse(expected), collapse = " "))
  }
}

# The error's kind and code.
fails <- function(code, kind, expected) {
  error <- tryCatch({
    force(code)
    NULL
  }, stauth_error = identity)
  if (is.null(error)) stop("it did not fail")
  equal(c(class(error)[[1]], error$code), c(paste0("stauth_", kind), expected))
}

# A request as httpuv gives it.
rook <- function(path = "/", method = "GET", headers = c(accept = "text/html"), query = "", body = raw()) {
  reads <- function(most = -1L) if (most < 0) body else utils::head(body, most)
  list2env(list(
    REQUEST_METHOD = method, PATH_INFO = path, QUERY_STRING = query, HEADERS = headers, REMOTE_ADDR = "127.0.0.1",
    SCRIPT_NAME = "", rook.input = list(read = reads, read_lines = function() character(), rewind = function() NULL)
  ))
}

text_page <- function(body) list(status = 200L, headers = list("Content-Type" = "text/plain"), body = body)
who <- function(req) text_page(paste0("user ", user(req)$sub))

# Runs the event loop until this is so.
pump <- function(is_over, seconds = 30) {
  end <- Sys.time() + seconds
  while (!is_over()) {
    if (Sys.time() > end) stop("it took too long")
    later::run_now(0.05)
  }
}

# What a promise comes to.
settled <- function(value) {
  result <- NULL
  promises::then(value, function(found) result <<- list(found), function(error) result <<- list(error))
  pump(function() !is.null(result))
  result[[1]]
}

SETTINGS <- list(
  "auth.redirect_uri" = "http://localhost:8501/oauth2callback", "auth.cookie_secret" = internal("random_text")(),
  "auth.client_id" = "id", "auth.client_secret" = strrep("s", 40)
)

# A provider in this process, whose answers wait for `go()`: only a program that does not block gets any.
slow_provider <- function() {
  self <- new.env()
  self$asked <- character()
  gate <- promises::promise(function(resolve, reject) self$go <- function() resolve(TRUE))
  call <- function(req) {
    self$asked <- c(self$asked, req$PATH_INFO)
    promises::then(gate, function(...) {
      names <- c("authorization_endpoint", "token_endpoint", "jwks_uri")
      metadata <- c(issuer = self$issuer, setNames(paste0(self$issuer, "/", names), names))
      body <- if (grepl("openid", req$PATH_INFO)) as.list(metadata) else list(error = "invalid_grant")
      list(
        status = if (grepl("openid", req$PATH_INFO)) 200L else 400L, headers = list("Content-Type" = "application/json"),
        body = as.character(jsonlite::toJSON(body, auto_unbox = TRUE))
      )
    })
  }
  port <- httpuv::randomPort()
  self$server <- httpuv::startServer("127.0.0.1", port, list(call = call), quiet = TRUE)
  self$issuer <- paste0("http://localhost:", port)
  self$settings <- c(SETTINGS, "auth.server_metadata_url" = paste0(self$issuer, "/.well-known/openid-configuration"))
  self
}
