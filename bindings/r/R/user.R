# A user is a list of the claims, of the class "stauth_user".

user_of <- function(json) {
  structure(jsonlite::fromJSON(json, simplifyVector = FALSE), json = json, class = "stauth_user")
}

# The claims as JSON, as the library wrote them: not every JSON survives as a list.
user_json <- function(user) attr(user, "json")

print.stauth_user <- function(x, ...) {
  # Claims are personal data, and what is printed ends up in logs.
  cat("<user is_logged_in=", x$is_logged_in, ">\n", sep = "")
  invisible(x)
}

format.stauth_user <- function(x, ...) paste0("<user is_logged_in=", x$is_logged_in, ">")

# Partial names would be another claim's.
`$.stauth_user` <- function(x, name) .subset2(x, name, exact = TRUE)

str.stauth_user <- function(object, ...) print(object)

print.stauth_token <- function(x, ...) {
  cat("<access token>\n")
  invisible(x)
}

format.stauth_token <- function(x, ...) "<access token>"

str.stauth_token <- function(object, ...) print(object)
