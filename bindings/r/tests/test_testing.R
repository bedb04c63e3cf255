source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

test("users of several providers", {
  tested <- test_app(providers = c("google", "okta"))
  for (name in c("google", "okta")) {
    found <- tested$app$user_from_cookie(tested$sign_in(email = "ada@example.org", groups = list("a", "b"), provider = name))
    equal(found[c("provider", "email", "groups")], list(provider = name, email = "ada@example.org", groups = list("a", "b")))
  }
})

test("a twin takes the place of an app that would read a file", {
  tested <- test_app()$install()
  twin <- app()
  equal(twin$user_from_cookie(tested$sign_in())$sub, "user")
  tested$close()
  fails(app(), "configuration_error", "configuration_invalid")
})

test("no other app accepts its cookies", equal(test_app()$app$user_from_cookie(test_app()$sign_in())$is_logged_in, FALSE))

test("every check of a login", {
  tested <- test_app(settings = list("auth.allowed_emails" = "ada@example.org"))
  fails(tested$sign_in(email = "eve@example.org", email_verified = TRUE), "authorization_denied", "user_not_allowed")
})

finish()
