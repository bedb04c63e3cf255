# The middleware: around the function that answers requests, of httpuv, plumber or Shiny.

# Answers the library's own paths, and leaves the rest to the program.
guard <- function(program, auth = app(), require_login = FALSE, open_paths = character()) UseMethod("guard")

# An application of httpuv: the function `call`, or a list with it.
guard.function <- function(program, auth = app(), require_login = FALSE, open_paths = character()) {
  list(call = guarded(program, auth, gate_of(require_login, open_paths)))
}

guard.list <- function(program, auth = app(), require_login = FALSE, open_paths = character()) {
  gate <- gate_of(require_login, open_paths)
  program$call <- guarded(program$call, auth, gate)
  open <- program$onWSOpen
  if (!is.null(open)) {
    program$onWSOpen <- function(socket) {
      request <- handshake(auth, socket$request)
      socket$request$stauth <- request
      if (is_closed_to(request, socket$request, gate)) socket$close(1008L) else open(socket)
    }
  }
  if (is_gated(auth, gate)) program$staticPaths <- refuse_static(program$staticPaths)
  program
}

# A router of plumber: everything that it answers, with its filters, mounts and error pages.
guard.Plumber <- function(program, auth = app(), require_login = FALSE, open_paths = character()) {
  call <- program$call
  unlockBinding("call", program)
  program$call <- guarded(call, auth, gate_of(require_login, open_paths))
  lockBinding("call", program)
  program
}

# An app of Shiny's. What it serves from www/ passes the gate, too.
guard.shiny.appobj <- function(program, auth = app(), require_login = FALSE, open_paths = character()) {
  gate <- gate_of(require_login, open_paths)
  program$httpHandler <- guarded(program$httpHandler, auth, gate)
  if (is_gated(auth, gate)) program$staticPaths <- list() # its handler serves the same files
  source <- program$serverFuncSource
  program$serverFuncSource <- function() {
    server <- source()
    function(input, output, session) {
      request <- handshake(auth, session$request)
      session$userData$stauth <- request
      if (is_closed_to(request, session$request, gate)) return(session$close())
      if ("session" %in% names(formals(server))) server(input, output, session) else server(input, output)
    }
  }
  program
}

gate_of <- function(require_login, open_paths) {
  if (length(open_paths) > 0 && !require_login) stop("open_paths has no effect without require_login", call. = FALSE)
  if (!require_login) return(NULL)
  load_library()
  checked(.Call(stauth_gate_new, vapply(open_paths, text, "", USE.NAMES = FALSE)))
}

is_gated <- function(auth, gate) auth$requires_login || !is.null(gate)

refuse_static <- function(paths) {
  if (length(paths) > 0) stop("httpuv would serve staticPaths without asking for a login", call. = FALSE)
  paths
}

# The function with the library around it: gets a request of Rook's, and returns a response or a promise of one.
guarded <- function(call, auth, gate) {
  force(call)
  force(gate)
  if (!inherits(auth, "stauth_app")) stop("auth must be a stauth::app()", call. = FALSE)
  function(req) {
    visit <- new.env(parent = emptyenv())
    visit$request <- NULL
    visit$is_head <- is_head(req)
    refuse <- function(error) refused(visit, auth, error)
    response <- tryCatch(answer(visit, req, call, auth, gate), stauth_error = refuse)
    if (!promises::is.promising(response)) {
      visit$request$close()
      return(response)
    }
    mended <- promises::catch(response, function(error) {
      if (inherits(error, "stauth_error")) refuse(error) else stop(error)
    })
    promises::finally(mended, function() visit$request$close())
  }
}

answer <- function(visit, req, call, auth, gate) {
  request <- request_of(auth, req, if (visit$is_head) "HEAD" else req$REQUEST_METHOD)
  visit$request <- request
  if (request$wants_body()) request$set_body(read_body(req))
  route <- if (is_gated(auth, gate)) decoded(path_of(req))
  if (auth$requires_login) request$add_route(route)
  then(request$begin(async = TRUE), function(is_answered) {
    if (is_answered) return(own_response(visit))
    passes <- if (is.null(gate)) TRUE else request$require_login(route, gate, async = TRUE)
    then(passes, function(may_pass) {
      if (!may_pass) return(own_response(visit))
      req$stauth <- request
      then(call(req), function(page) then(request$finish_login(async = TRUE), function(nothing) finished(visit, page)))
    })
  })
}

# The library's response, or the page with the library's headers.
finished <- function(visit, page) {
  ours <- visit$request$response()
  if (ours$status > 0) return(own_response(visit))
  if (is.null(page)) return(NULL) # Shiny asks its other handlers
  page$headers <- c(as.list(page$headers), ours$headers)
  if (visit$is_head && !inherits(page, "httpResponse")) page$body <- "" # httpuv would send it
  page
}

own_response <- function(visit) {
  response <- visit$request$response()
  if (visit$is_head) response$body <- ""
  response
}

# The text of an error is for developers.
report <- function(error) cat("stauth: ", error$code, ": ", conditionMessage(error), "\n", sep = "", file = stderr())

# The library's page for an error.
refused <- function(visit, auth, error) {
  report(error)
  if (is.null(visit$request)) visit$request <- auth$request("GET", "/") # the library has not even taken the request
  visit$request$refuse(error$code)
  own_response(visit)
}

request_of <- function(auth, req, method) auth$request(method, target_of(req), req$HEADERS, req$REMOTE_ADDR)

# A target in absolute form, which browsers send to proxies alone, is a path with an origin (RFC 9112, section 3.2.2).
target_of <- function(req) paste0(path_of(req), req$QUERY_STRING)

path_of <- function(req) {
  path <- req$PATH_INFO
  if (startsWith(path, "/")) return(path)
  path <- sub("^https?://[^/?#]*", "", path, ignore.case = TRUE, useBytes = TRUE)
  if (nzchar(path)) path else "/"
}

# The request that opened a WebSocket: of nobody, if a page of another site did.
handshake <- function(auth, req) {
  headers <- c(req$HEADERS[names(req$HEADERS) != "upgrade"], upgrade = "websocket")
  request <- auth$request("GET", target_of(req), headers, req$REMOTE_ADDR)
  tryCatch(request$begin(), stauth_error = function(error) NULL)
  request
}

# Only signed-in users get a WebSocket of a site that is closed: its path says nothing about the page.
is_closed_to <- function(request, req, gate) {
  is_gated(request$app, gate) && !isTRUE(tryCatch(request$user()$is_logged_in, stauth_error = function(error) FALSE))
}

# Shiny makes a GET of it, and remembers that in the frame that calls its handlers.
is_head <- function(req) req$REQUEST_METHOD == "HEAD" || isTRUE(dynGet("head_request", FALSE))

# At most a byte more than the library accepts, so that it refuses what is too long.
read_body <- function(req) req$rook.input$read(LONGEST_BODY + 1L)

# The path that the program routes by, decoded once, as bytes.
decoded <- function(path) {
  bytes <- charToRaw(path)
  is_escape <- gregexpr("%[0-9A-Fa-f]{2}", path, useBytes = TRUE)[[1]]
  if (is_escape[[1]] < 0) return(bytes)
  digits <- substring(path, is_escape + 1, is_escape + 2)
  bytes[is_escape] <- as.raw(strtoi(digits, 16L))
  bytes[-c(is_escape + 1, is_escape + 2)]
}
