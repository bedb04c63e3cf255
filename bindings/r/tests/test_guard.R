source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

tested <- test_app()
auth <- tested$app
ada <- c(accept = "text/html", cookie = tested$sign_in(sub = "ada"))
bytes <- function(response) if (is.raw(response$body)) rawToChar(response$body) else response$body
locations <- function(response) startsWith(paste(response$headers$Location), "https://provider.test/authorize?")

test("the user, and the headers that say so", {
  answer <- guard(who, auth)$call(rook(headers = ada))
  equal(c(answer$status, bytes(answer), answer$headers$Vary), c("200", "user ada", "Cookie"))
  equal(bytes(guard(who, auth)$call(rook())), "user ")
})

test("a page that is a promise", {
  page <- function(req) promises::then(promises::promise_resolve(1), function(...) who(req))
  equal(bytes(settled(guard(page, auth)$call(rook(headers = ada)))), "user ada")
})

test("login, logout and require_login take the place of the page", {
  answer <- guard(function(req) login(req, prompt = "login"), auth)$call(rook())
  equal(c(answer$status, locations(answer)), c(302L, 1L))
  own <- c(cookie = tested$sign_in(), "sec-fetch-site" = "same-origin")
  answer <- guard(function(req) text_page(logout(req)), auth)$call(rook("/logout", "POST", own))
  equal(answer$status, 303L)
  members <- guard(function(req) if (require_login(req)) text_page("members"), auth)
  equal(bytes(members$call(rook(headers = ada))), "members")
  equal(members$call(rook())$status, 302L)
  equal(members$call(rook(headers = c(accept = "application/json")))$status, 401L)
})

test("errors are the library's pages", {
  sink(file(nullfile(), "w"), type = "message")
  on.exit(sink(type = "message"))
  answer <- guard(function(req) login(req, "nobody"), auth)$call(rook())
  equal(c(answer$status, grepl("provider_unknown", bytes(answer))), c(404L, 1L))
  answer <- guard(function(req) logout(req), auth)$call(rook("/logout", "POST", c(ada, "sec-fetch-site" = "cross-site")))
  equal(answer$status, 403L)
  for (bad in list(rook("/\xff"), rook(strrep("/x", 40000)), rook(headers = c(cookie = strrep("x", 70000))))) {
    answer <- guard(who, auth)$call(bad)
    equal(c(answer$status >= 400, "Content-Security-Policy" %in% names(answer$headers)), c(TRUE, TRUE))
  }
})

test("an error of the program's is the program's", {
  error <- tryCatch(guard(function(req) stop("mine"), auth)$call(rook()), error = identity)
  equal(conditionMessage(error), "mine")
  error <- settled(guard(function(req) promises::promise_reject("mine"), auth)$call(rook()))
  equal(conditionMessage(error), "mine")
})

test("a form", {
  form <- c(accept = "text/html", "content-type" = "application/x-www-form-urlencoded", origin = "http://localhost:8501")
  equal(guard(who, auth)$call(rook("/auth/login", "POST", form, body = charToRaw("return_to=/x")))$status, 303L)
  equal(guard(who, auth)$call(rook("/auth/login", "POST", form, body = raw(70000)))$status, 413L)
})

test("a HEAD has no body, and begins nothing", {
  answer <- guard(who, auth)$call(rook(method = "HEAD", headers = ada))
  equal(c(answer$status, bytes(answer)), c("200", ""))
  from_shiny <- function() {
    head_request <- TRUE # Shiny says GET
    guard(who, auth)$call(rook("/auth/login"))
  }
  equal(from_shiny()$status, 405L)
})

test("a gate", {
  gated <- guard(who, auth, require_login = TRUE, open_paths = c("/health", "/static/"))
  expected <- c(
    "/" = 302L, "/health" = 200L, "/health/x" = 302L, "/static/a.css" = 200L, "/static/..%2fx" = 302L, "/static" = 302L,
    "/static/%2e%2e/x" = 302L, "/st%61tic/x" = 200L, "/static/%00" = 302L, "http://localhost:8501/health" = 200L
  )
  for (path in names(expected)) {
    equal(gated$call(rook(path))$status, expected[[path]])
    equal(gated$call(rook(path, headers = ada))$status, 200L)
  }
  equal(gated$call(rook(headers = c(accept = "application/json")))$status, 401L)
  fails(guard(who, auth, require_login = TRUE, open_paths = "health"), "configuration_error", "configuration_invalid")
  for (bad in list(function() guard(who, auth, open_paths = "/x"), function() guard(who, list()),
                   function() guard(list(call = who, staticPaths = list("/a" = ".")), auth, require_login = TRUE))) {
    equal(inherits(try(bad(), silent = TRUE), "try-error"), TRUE)
  }
})

test("others are answered while a login and a callback wait", {
  provider <- slow_provider()
  on.exit(httpuv::stopServer(provider$server))
  site <- guard(who, app(settings = provider$settings))
  begins <- site$call(rook("/auth/login"))
  second <- guard(function(req) login(req), app(settings = provider$settings))$call(rook())
  pump(function() length(provider$asked) == 2)
  equal(bytes(site$call(rook())), "user ")
  provider$go()
  equal(vapply(list(begins, second), function(answer) settled(answer)$status, 1L), c(302L, 302L))
})

test("a call without guard()", fails(user(rook()), "no_request", "no_request_bound"))

test("a WebSocket of httpuv", {
  opened <- character()
  socket <- function(headers) {
    list(request = rook(headers = headers), close = function(code) opened <<- c(opened, paste("closed", code)))
  }
  open <- function(socket) opened <<- c(opened, paste(user(socket$request)$sub))
  gated <- guard(list(call = who, onWSOpen = open), auth, require_login = TRUE)
  own <- c(ada, origin = "http://localhost:8501", host = "localhost:8501")
  for (headers in list(own, replace(own, "origin", "https://evil.example"), c(accept = "x"))) gated$onWSOpen(socket(headers))
  equal(opened, c("ada", "closed 1008", "closed 1008"))
})

test("plumber: its filters, pages and unknown paths", {
  router <- plumber::pr_get(plumber::pr(), "/who", function(req) user(req)$sub, serializer = plumber::serializer_text())
  site <- guard(router, auth, require_login = TRUE, open_paths = "/who")
  equal(site$call(rook("/who", headers = ada))$body, "ada")
  equal(site$call(rook("/other"))$status, 302L)
  equal(as.integer(site$call(rook("/other", headers = ada))$status), 404L)
  equal(site$call(rook("/auth/login"))$status, 302L)
})

session <- function(headers) {
  made <- list2env(list(request = rook("/websocket/", headers = headers), userData = new.env(), closed = FALSE))
  made$close <- function() made$closed <- TRUE
  made
}

test("Shiny: the page, and the user of a session", {
  seen <- NULL
  server <- function(input, output, session) seen <<- user(session)$sub
  page <- function(req) shiny::httpResponse(content = paste("user", user(req)$sub))
  site <- guard(shiny::shinyApp(page, server), auth)
  answer <- site$httpHandler(rook(headers = ada))
  equal(c(answer$content, answer$headers$Vary), c("user ada", "Cookie"))
  equal(site$httpHandler(rook("/unknown")), NULL)
  site$serverFuncSource()(NULL, NULL, session(c(ada, origin = "http://localhost:8501", host = "localhost:8501")))
  equal(seen, "ada")
  site$serverFuncSource()(NULL, NULL, session(c(ada, origin = "https://evil.example")))
  equal(seen, NULL)
})

test("Shiny: a closed app closes its sessions and its files", {
  folder <- tempfile()
  dir.create(file.path(folder, "www"), recursive = TRUE)
  writeLines("secret", file.path(folder, "www", "a.txt"))
  writeLines("shinyApp(fluidPage(), function(input, output) stop('it ran'))", file.path(folder, "app.R"))
  site <- guard(shiny::shinyAppDir(folder), auth, require_login = TRUE)
  equal(length(site$staticPaths), 0L)
  for (path in c("/", "/a.txt", "/unknown")) equal(site$httpHandler(rook(path))$status, 302L)
  stranger <- session(c(accept = "x"))
  site$serverFuncSource()(NULL, NULL, stranger)
  equal(stranger$closed, TRUE)
})

finish()
