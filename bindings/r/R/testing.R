# For the tests of a program: signs users in without a provider.

ISSUER <- "https://provider.test"
METADATA <- "/.well-known/openid-configuration"

test_app <- function(redirect_uri = "http://localhost:8501/oauth2callback", providers = character(),
                     settings = list()) {
  provider <- test_provider()
  keys <- c("auth.redirect_uri" = redirect_uri, "auth.cookie_secret" = random_text(), provider$settings("auth", ISSUER))
  for (name in providers) keys <- c(keys, provider$settings(paste0("auth.", name), paste0(ISSUER, "/", name)))
  keys[names(settings)] <- settings
  twin <- list(settings = keys, transport = provider$answer)
  before <- state$stand_in
  state$stand_in <- twin
  made <- tryCatch(app(), finally = state$stand_in <- before)
  visit <- function(target, headers = character()) {
    request <- made$request("GET", target, headers)
    on.exit(request$close())
    request$begin()
    if (!is.null(request$error())) stop(request$error())
    found <- request$response()$headers
    cookies <- sub(";.*", "", unlist(found[names(found) == "Set-Cookie"]))
    list(location = found$Location, cookies = paste(cookies[!endsWith(cookies, "=")], collapse = "; "))
  }
  tested <- new.env(parent = emptyenv())
  tested$app <- made
  # The Cookie header of the session of a user with these claims.
  tested$sign_in <- function(..., provider = NULL) {
    claims <- list(...)
    if (is.null(claims$sub)) claims$sub <- "user"
    start <- visit(made$login_url(provider))
    query <- query_of(sub("^[^?]*\\?", "", start$location))
    issuer <- sub("/authorize\\?.*", "", start$location)
    code <- authorize(c(claims[setdiff(names(claims), c("nonce", "iss"))], nonce = query[["nonce"]], iss = issuer))
    target <- paste0(sub("^https?://[^/]*", "", redirect_uri), "?code=", code, "&state=", query[["state"]], "&iss=",
                     utils::URLencode(issuer, reserved = TRUE))
    visit(target, c(cookie = start$cookies))$cookies
  }
  authorize <- provider$authorize
  # From now on, each app() that would read a secrets.toml is a twin of this one; NULL ends it.
  tested$install <- function() {
    state$stand_in <- twin
    invisible(tested)
  }
  tested$close <- function() {
    if (identical(state$stand_in, twin)) state$stand_in <- NULL
    made$close()
  }
  lockEnvironment(tested)
  tested
}

# Answers the library's requests inside of the process, for all issuers.
test_provider <- function() {
  secret <- random_text()
  claims <- new.env(parent = emptyenv()) # by code, and then by refresh token
  authorize <- function(of_user) {
    code <- random_text()
    assign(code, of_user, envir = claims)
    code
  }
  settings <- function(section, issuer) {
    ours <- list(
      client_id = "test", client_secret = secret, server_metadata_url = paste0(issuer, METADATA),
      id_token_signed_response_alg = "HS256"
    )
    stats::setNames(ours, paste(section, names(ours), sep = "."))
  }
  answer <- function(exchange) {
    if (endsWith(exchange$url, METADATA)) return(reply(metadata_of(sub(METADATA, "", exchange$url, fixed = TRUE))))
    if (endsWith(exchange$url, "/keys")) return(reply(list(keys = list())))
    form <- query_of(rawToChar(exchange$body))
    code <- if ("code" %in% names(form)) form[["code"]] else form[["refresh_token"]]
    of_user <- get(code, envir = claims)
    rm(list = code, envir = claims)
    reply(list(
      access_token = random_text(), token_type = "Bearer", expires_in = 3600, refresh_token = authorize(of_user),
      id_token = signed(of_user, secret)
    ))
  }
  list(settings = settings, authorize = authorize, answer = answer)
}

metadata_of <- function(issuer) {
  list(
    issuer = issuer, authorization_endpoint = paste0(issuer, "/authorize"), token_endpoint = paste0(issuer, "/token"),
    jwks_uri = paste0(issuer, "/keys"), response_types_supported = list("code"),
    subject_types_supported = list("public"),
    id_token_signing_alg_values_supported = list("HS256"), authorization_response_iss_parameter_supported = TRUE
  )
}

signed <- function(claims, secret) {
  now <- as.integer(Sys.time())
  parts <- list(list(alg = "HS256"), c(claims, aud = "test", iat = now, exp = now + 300L))
  parts <- vapply(parts, function(part) base64url(charToRaw(json(part))), "")
  text <- paste(parts, collapse = ".")
  paste(text, base64url(digest::hmac(secret, text, "sha256", raw = TRUE)), sep = ".")
}

json <- function(value) enc2utf8(as.character(jsonlite::toJSON(value, auto_unbox = TRUE, digits = NA, null = "null")))

base64url <- function(bytes) gsub("[=\n]", "", chartr("+/", "-_", jsonlite::base64_enc(bytes)))

reply <- function(value) {
  list(status = 200L, headers = c("Content-Type" = "application/json"), body = charToRaw(json(value)))
}

query_of <- function(query) {
  pairs <- strsplit(strsplit(query, "&", fixed = TRUE)[[1]], "=", fixed = TRUE)
  values <- vapply(pairs, function(pair) utils::URLdecode(if (length(pair) > 1) pair[[2]] else ""), "")
  stats::setNames(values, vapply(pairs, `[[`, "", 1L))
}

random_text <- function() {
  source <- file("/dev/urandom", "rb", raw = TRUE)
  on.exit(close(source))
  paste(as.character(readBin(source, "raw", 32L)), collapse = "")
}
