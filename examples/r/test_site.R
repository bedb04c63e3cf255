# The examples, with a user who is signed in without a provider. Run it in this folder or any other.
here <- normalizePath(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)
tested <- stauth::test_app()$install()
cookie <- tested$sign_in(name = "Ada <3", email = "ada@example.org")
count <- 0L
failed <- FALSE

test <- function(name, is_good) {
  count <<- count + 1L
  failed <<- failed || !is_good
  cat(if (is_good) "ok " else "not ok ", count, " - ", name, "\n", sep = "")
}

rook <- function(path, method = "GET") {
  list2env(list(
    REQUEST_METHOD = method, PATH_INFO = path, QUERY_STRING = "", REMOTE_ADDR = "127.0.0.1", SCRIPT_NAME = "",
    HEADERS = c(cookie = cookie, host = "localhost:8501"), HTTP_COOKIE = cookie, rook.input = list(
      read_lines = function() character(), read = function(...) raw(), rewind = function() NULL
    )
  ))
}

text_of <- function(response) rawToChar(if (is.null(response$content)) response$body else response$content)

for (file in c("shiny.R", "plumber.R")) {
  site <- local({
    source(file, local = TRUE)
    site
  })
  ask <- if (is.null(site$httpHandler)) site$call else site$httpHandler
  test(paste(file, "greets by name"), grepl("Hello, Ada &lt;3", text_of(ask(rook("/any/path"))), fixed = TRUE))
  test(paste(file, "gives the user"), grepl("\"email\":\"ada@example.org\"", text_of(ask(rook("/user.json"))), fixed = TRUE))
  test(paste(file, "logs in"), ask(rook("/login"))$status == 302L)
  test(paste(file, "logs out"), ask(rook("/logout", "POST"))$status == 403L) # no page of this site has sent it
}
cat("1..", count, "\n", sep = "")
quit(status = as.integer(failed))
