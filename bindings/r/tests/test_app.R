source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

tested <- test_app()
auth <- tested$app
NO_PROVIDER <- list("auth.server_metadata_url" = "http://localhost:1/.well-known/openid-configuration")

test("paths", {
  equal(c(auth$login_path(), auth$logout_path(), auth$callback_paths()), c("/auth/login", "/auth/logout", "/oauth2callback"))
  equal(auth$login_url("a b", "/x?y=1&z"), "/auth/login?provider=a%20b&return_to=%2Fx%3Fy%3D1%26z")
  equal(auth$requires_login, FALSE)
})

test("a user from a cookie", {
  cookie <- tested$sign_in(sub = "ada", name = "Ad\u00e4")
  found <- auth$user_from_cookie(cookie)
  equal(list(found$is_logged_in, found$provider, found$name), list(TRUE, "default", "Ad\u00e4"))
  equal(auth$user_from_cookie(NULL)$is_logged_in, FALSE)
  fails(auth$user_from_cookie(strrep("x", 70000)), "limit_exceeded", "too_large")
})

test("claims do not get into logs, and names are not completed", {
  found <- auth$user_from_cookie(tested$sign_in(email = "ada@example.org"))
  shown <- c(capture.output(print(found)), capture.output(str(found)), format(found))
  equal(any(grepl("ada@", shown)), FALSE)
  equal(found$ema, NULL)
})

test("settings", {
  fails(app(settings = list("auth.cookie_secret" = "short")), "configuration_error", "configuration_invalid")
  fails(app(toml = "[auth\n"), "configuration_error", "configuration_invalid")
  fails(app(file = "/does/not/exist"), "configuration_error", "configuration_invalid")
  fails(app(settings = list("auth.client_id" = "\xff")), "invalid_argument", "invalid_text")
  for (bad in list(list("auth.port" = NA), list("auth.port" = 1.5), list("x"), list("auth.port" = 1:2))) {
    equal(inherits(try(app(settings = bad), silent = TRUE), "try-error"), TRUE)
  }
  whole <- app(settings = c(SETTINGS, NO_PROVIDER, "auth.require_login" = TRUE, "auth.port" = 8501))
  equal(whole$requires_login, TRUE)
})

test("a closed app", {
  other <- test_app()$app
  request <- other$request("GET", "/")
  other$close()
  other$close()
  for (use in list(other$login_path, other$stats, function() other$request("GET", "/"))) {
    fails(use(), "invalid_argument", "invalid_handle")
  }
  equal(request$begin(), FALSE)
})

test("an app that went through a file is none", {
  copy <- unserialize(serialize(auth, NULL))
  fails(copy$request("GET", "/"), "invalid_argument", "invalid_handle")
})

test("numbers for monitoring", {
  equal("login_succeeded" %in% vapply(auth$stats()$events, `[[`, "", "event"), TRUE)
  equal(grepl("# TYPE", auth$stats_prometheus()), TRUE)
})

test("a preload, with R as the client and with the library's", {
  auth$preload()
  down <- app(settings = c(SETTINGS, NO_PROVIDER))
  fails(down$preload(), "network_error", "provider_unreachable")
})

test("events are lines on a file descriptor", {
  script <- "a <- stauth::test_app()$app; a$request('GET', '/oauth2callback?code=x&state=y')$begin()"
  run <- function(level) {
    command <- c("--vanilla", "-e", shQuote(script))
    level <- paste0("STAUTH_LOG=", level)
    system2(file.path(R.home("bin"), "Rscript"), command, stdout = TRUE, stderr = TRUE, env = level)
  }
  equal(any(grepl("^time=.* level=warning event=login_refused .*code=state_mismatch", run("info"))), TRUE)
  equal(any(grepl("event=", run(""))), FALSE)
})

test("handles that nobody uses are freed", {
  for (index in 1:200) test_app()$app$request("GET", "/")$begin()
  gc()
  equal(test_app()$app$login_path(), "/auth/login")
})

test("a user who needs more than a cookie holds", {
  tested <- test_app(settings = list("auth.session_store" = "memory"))
  cookie <- tested$sign_in(sub = "ada", note = strrep("x", 100000))
  equal(nchar(tested$app$user_from_cookie(cookie)$note), 100000L)
})

finish()
