# A site with a login on plumber. Start: STAUTH_SECRETS=secrets.toml PORT=8501 Rscript plumber.R
source("page.R")

auth <- stauth::app()

html <- function(req, res) {
  res$status <- 200L # also for plumber's handler of unknown paths
  res$setHeader("Content-Type", "text/html; charset=utf-8")
  res$body <- guest_book(auth, stauth::user(req))
  res
}

json <- function(req, res) {
  res$setHeader("Content-Type", "application/json")
  res$body <- charToRaw(stauth::user_json(stauth::user(req)))
  res
}

# plumber reads no NUL in a target, and no cookie that is not UTF-8.
failed <- function(req, res, error) {
  has_nul <- grepl("%00", paste0(req$PATH_INFO, req$QUERY_STRING), fixed = TRUE)
  is_unreadable <- has_nul || !validUTF8(paste(req$HTTP_COOKIE))
  res$status <- if (is_unreadable) 400L else 500L
  if (!is_unreadable) message("plumber: ", conditionMessage(error))
  list(error = if (is_unreadable) "Bad request" else "Internal server error")
}

router <- plumber::pr()
router <- plumber::pr_get(router, "/user.json", json)
router <- plumber::pr_get(router, "/login", function(req) stauth::login(req, parameter(req$QUERY_STRING, "provider")))
router <- plumber::pr_post(router, "/logout", function(req) stauth::logout(req))
router <- plumber::pr_set_404(router, html)
router <- plumber::pr_set_error(router, failed)
site <- stauth::guard(router, auth)
if (sys.nframe() == 0L) {
  plumber::pr_run(site, host = "127.0.0.1", port = as.integer(Sys.getenv("PORT", "8501")), docs = FALSE)
}
