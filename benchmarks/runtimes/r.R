# The figures of c.c, from R. A foreign call is one of .Call, which makes one or several of the library.
given <- commandArgs(TRUE)
turns <- as.integer(given[[2]])
iterations <- as.integer(given[[3]])
read <- function(name) readChar(file.path(given[[1]], name), 1e6, useBytes = TRUE)

auth <- stauth::app(file = file.path(given[[1]], "secrets"))
cookie <- read("cookie")
lines <- strsplit(read("headers"), "\n", fixed = TRUE)[[1]]
headers <- stats::setNames(sub("^[^:]*: ", "", lines), sub(": .*", "", lines))

handle_request <- function() {
  request <- auth$request("GET", "/report?id=3", headers, "192.0.2.7")
  stopifnot(!request$begin())
  stopifnot(request$user()$is_logged_in)
  response <- request$response()
  stopifnot(response$status == 0, length(response$headers) > 0)
  request$close()
}
nowhere <- asNamespace("stauth")$stauth_request_asks
cases <- list(
  "request, R" = handle_request,
  "cookie, R" = function() stopifnot(auth$user_from_cookie(cookie)$is_logged_in),
  "20 foreign calls, R" = function() for (call in 1:20) .Call(nowhere, NULL)
)
report <- function(...) cat(as.character(jsonlite::toJSON(list(...), auto_unbox = TRUE, digits = NA)), "\n", sep = "")

if (length(given) > 3) {
  # The compiler has built .Call into the package's functions, so they are interpreted to be counted.
  compiler::enableJIT(0)
  space <- asNamespace("stauth")
  for (name in Filter(function(name) is.function(space[[name]]), ls(space, all.names = TRUE))) {
    interpreted <- space[[name]]
    body(interpreted) <- body(interpreted)
    unlockBinding(name, space)
    assign(name, interpreted, space)
  }
  calls <- 0
  call_c <- .Call
  unlockBinding(".Call", baseenv())
  assign(".Call", function(...) {
    calls <<- calls + 1
    call_c(...)
  }, baseenv())
  auth <- stauth::app(file = file.path(given[[1]], "secrets"))
  calls <- 0
  handle_request()
  report(name = "calls, R", value = calls)
  quit()
}

for (turn in 0:turns) {
  for (name in names(cases)) {
    call <- cases[[name]]
    before <- proc.time()
    for (i in seq_len(iterations)) call()
    spent <- proc.time() - before
    if (turn == 0) next
    cpu <- spent[["user.self"]] + spent[["sys.self"]]
    report(name = name, iterations = iterations, seconds = cpu, wall = spent[["elapsed"]])
  }
}
