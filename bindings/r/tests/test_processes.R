source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

# Starts a login that waits for a provider which never answers, for 1 s at most.
WAITING <- "
server <- serverSocket(port <- httpuv::randomPort())
settings <- list('auth.redirect_uri' = 'http://localhost:8501/oauth2callback', 'auth.cookie_secret' = stauth:::random_text(),
  'auth.client_id' = 'id', 'auth.client_secret' = strrep('s', 40), 'auth.timeout' = '1s',
  'auth.server_metadata_url' = sprintf('http://localhost:%d/.well-known/openid-configuration', port))
auth <- stauth::app(settings = settings)
request <- auth$request('GET', '/auth/login', c(accept = 'text/html'))
waiting <- request$begin(async = TRUE)
"

run <- function(script) {
  file <- tempfile(fileext = ".R")
  writeLines(script, file)
  output <- suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", file), stdout = TRUE, stderr = TRUE))
  status <- attr(output, "status")
  c(if (is.null(status)) 0L else status, as.character(output))
}

test("R ends while logins wait", {
  for (end in c("quit()", "quit(status = 0, runLast = FALSE)", "rm(request, waiting); invisible(gc())", "stop('the end')")) {
    found <- run(c(WAITING, end))
    equal(found[[1]], if (grepl("stop", end)) "1" else "0")
  }
})

test("a child of a process in which logins wait, in every thread", {
  found <- run(c(WAITING, "
    more <- lapply(1:40, function(index) auth$request('GET', '/auth/login', c(accept = 'text/html'))$begin(async = TRUE))
    cookie <- (tested <- stauth::test_app())$sign_in(sub = 'ada')
    work <- function() {
      other <- auth$request('GET', '/auth/login', c(accept = 'text/html'))
      code <- NULL
      promises::then(other$begin(async = TRUE), function(...) code <<- other$error()$code)
      while (is.null(code)) later::run_now(0.1)
      c(tested$app$user_from_cookie(cookie)$sub, code)
    }
    children <- lapply(1:3, function(index) parallel::mcparallel(work()))
    cat(unique(unlist(parallel::mccollect(children))))
  "))
  equal(found, c("0", "ada provider_timeout"))
})

test("a log that nobody reads does not end R", {
  equal(run("
    tested <- stauth::test_app()
    settings <- tested$app
    for (index in 1:50) settings$request('GET', '/oauth2callback?code=x&state=y')$begin()
    cat('done')
  "), c("0", "done"))
})

finish()
