source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

tested <- test_app(settings = list("auth.expose_tokens" = "access"))
auth <- tested$app
cookie <- tested$sign_in(sub = "ada")
begun <- function(headers = c(cookie = cookie), target = "/") {
  request <- auth$request("GET", target, headers)
  request$begin()
  request
}

test("bad input", {
  fails(auth$request("GET", "no path"), "invalid_argument", "invalid_argument")
  fails(auth$request("GET", "/\xff"), "invalid_argument", "invalid_text")
  fails(auth$request("\xff", "/"), "invalid_argument", "invalid_text")
  fails(auth$request("GET", "/", c(cookie = strrep("x", 70000))), "limit_exceeded", "too_large")
  fails(auth$request("GET", "/", c(accept = strrep("x", 70000))), "limit_exceeded", "too_large")
  fails(auth$request("GET", "/", c(origin = "a\nb")), "invalid_argument", "invalid_argument")
  equal(begun(c(cookie = "\xff\xfe"))$user()$is_logged_in, FALSE)
  request <- auth$request("POST", "/auth/login", c("content-type" = "application/x-www-form-urlencoded"))
  equal(request$wants_body(), TRUE)
  fails(request$set_body(raw(65537)), "limit_exceeded", "too_large")
  for (bad in list(function() begun()$login(NA_character_), function() begun()$login(1),
                   function() begun()$login("x", no = 1), function() request$set_body("text"), function() auth$request(NULL, NULL))) {
    equal(inherits(try(bad(), silent = TRUE), "try-error"), TRUE)
  }
})

test("a route with bytes of any kind is closed", {
  closed <- test_app(settings = list("auth.require_login" = TRUE, "auth.open_paths" = "/open/"))$app
  for (path in list(charToRaw("/open/x"), as.raw(c(0x2f, 0, 0xff)), c(charToRaw("/open/"), as.raw(0)))) {
    request <- closed$request("GET", "/open/x", c(accept = "text/html"))
    request$add_route(path)
    equal(request$begin(), !identical(path, charToRaw("/open/x")))
  }
})

test("two lines of cookies that the server has joined", equal(begun(c(cookie = paste0("a=1,", cookie)))$user()$sub, "ada"))

test("a login, its options, and none left over", {
  request <- begun()
  fails(request$login(NULL, max_age = -1), "invalid_argument", "option_invalid")
  request$login(NULL, prompt = "login", max_age = 60)
  found <- request$response()
  equal(c(found$status, grepl("prompt=login.*max_age=60|max_age=60.*prompt=login", found$headers$Location)), c(302L, 1L))
  fails(begun()$login("nobody"), "invalid_argument", "provider_unknown")
})

test("an access token, and new claims", {
  request <- begun()
  token <- request$access_token()
  equal(c(nchar(unclass(token)) == 64, attr(token, "expires_at") > Sys.time()), c(TRUE, TRUE))
  equal(any(grepl(unclass(token), c(capture.output(print(token)), capture.output(str(token)), format(token)))), FALSE)
  request$refresh()
  equal(request$user()$sub, "ada")
  fails(begun(character())$access_token(), "request_refused", "not_signed_in")
})

test("a request after its end", {
  request <- begun()
  request$close()
  request$close()
  equal(c(request$is_closed(), request$user()$sub == "ada"), c(TRUE, TRUE))
  for (use in list(request$begin, request$login, request$logout, request$response, request$access_token)) {
    fails(use(), "invalid_argument", "invalid_handle")
  }
})

test("a request that another thread has in hand", {
  provider <- slow_provider()
  on.exit(httpuv::stopServer(provider$server))
  waiting <- app(settings = provider$settings)$request("GET", "/auth/login", c(accept = "text/html"))
  begins <- waiting$begin(async = TRUE)
  fails(waiting$wants_body(), "invalid_argument", "out_of_sequence")
  pump(function() length(provider$asked) == 1)
  provider$go()
  equal(settled(begins), TRUE)
  equal(waiting$response()$status, 302L)
})

test("a request that is closed while another thread has it in hand", {
  provider <- slow_provider()
  on.exit(httpuv::stopServer(provider$server))
  waiting <- app(settings = provider$settings)$request("GET", "/auth/login", c(accept = "text/html"))
  begins <- waiting$begin(async = TRUE)
  pump(function() length(provider$asked) == 1)
  waiting$close()
  gc()
  provider$go()
  settled(begins)
  fails(waiting$response(), "invalid_argument", "invalid_handle")
})

test("more logins at once than threads", {
  provider <- slow_provider()
  on.exit(httpuv::stopServer(provider$server))
  busy <- app(settings = provider$settings)
  begins <- lapply(1:40, function(index) busy$request("GET", "/auth/login", c(accept = "text/html"))$begin(async = TRUE))
  pump(function() length(provider$asked) >= 1)
  provider$go()
  equal(unique(lapply(begins, settled)), list(TRUE))
})

test("a client that throws", {
  failing <- app(
    settings = c(SETTINGS, "auth.server_metadata_url" = "https://provider.test/.well-known/openid-configuration"),
    transport = function(exchange) stop("down")
  )
  request <- failing$request("GET", "/auth/login", c(accept = "text/html"))
  equal(c(request$begin(), request$error()$code == "provider_unreachable"), c(TRUE, TRUE))
})

finish()
