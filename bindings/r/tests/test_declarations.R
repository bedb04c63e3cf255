source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

header <- paste(readLines(file.path(ROOT, "include", "stauth.h")), collapse = "\n")
sources <- function(...) {
  files <- list.files(file.path(ROOT, "bindings", "r", "src"), pattern = ..1, full.names = TRUE)
  paste(unlist(lapply(files, readLines)), collapse = "\n")
}
matches <- function(text, pattern) {
  found <- regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]
  sub(pattern, "\\1", found, perl = TRUE)
}
FUNCTIONS <- matches(header, "(?m)^ST_API\\s[^;(]*?(\\w+)\\(")
OURS <- matches(sources("library.h"), "X\\((st_\\w+)\\)")

# What this binding does not call, and why.
UNUSED <- c(
  "st_version_string", "st_status_name", # the numbers are enough
  "st_config_set_clock", "st_config_set_random", # for tests of the library
  "st_config_set_log", "st_config_set_transport", # R must be called on its own thread alone
  # for programs without a site
  "st_native_new", "st_native_login", "st_native_callback", "st_native_device_login",
  "st_native_poll", "st_native_is_pending", "st_native_wait_ms", "st_native_expires_in",
  "st_native_url", "st_native_verification_uri", "st_native_user_code", "st_native_session",
  "st_app_shared", # a process of R makes its app once
  "st_app_end_sessions", "st_request_logout_may_block", # operators revoke by other means; logouts have a thread
  "st_config_set_session_store", "st_record_set", # the same; R programs use Redis
  "st_request_add_header", "st_request_response_header_count", "st_request_response_header", # all in one call
  "st_request_is_logged_in", "st_request_claim", # R has JSON
  "st_request_bind", "st_request_unbind", "st_login", "st_logout", "st_user_json" # one thread has many requests
)

test("the header is understood", equal(length(FUNCTIONS), lengths(regmatches(header, gregexpr("\nST_API ", header)))))

test("every function is there, or listed as unused", {
  equal(OURS, FUNCTIONS[!FUNCTIONS %in% UNUSED])
  equal(setdiff(UNUSED, FUNCTIONS), character())
})

test("the package calls every function that it looks for", {
  text <- sources("\\.c$")
  equal(OURS[!vapply(OURS, function(name) grepl(paste0("(st\\.|found->)", name, "\\b"), text), NA)], character())
})

test("statuses are kinds of errors", {
  section <- regmatches(header, regexpr("ST_OK = 0[^}]*", header))
  equal(tolower(matches(section, "ST_(\\w+) = \\d"))[-1], internal("STATUSES"))
})

test("numbers", {
  for (name in c("PROCEED", "RESPOND", "WAIT")) {
    equal(grepl(paste0("ST_", name, " = ", internal(name), "[,\\s]"), header, perl = TRUE), TRUE)
  }
  steps <- matches(sources("step.h"), "STEP_(\\w+)[,} ]")
  steps[steps == "TOKEN"] <- "ACCESS_TOKEN"
  equal(tolower(steps), names(internal("STEPS")))
  equal(unname(internal("STEPS")), seq_along(steps) - 1L)
  equal(grepl("so. At most 64 KiB", gsub("\\s+", " ", header), fixed = TRUE) && internal("LONGEST_BODY") == 65536L, TRUE)
})

test("request headers", {
  listed <- matches(header, "(?s).*Add all of them, or at least ([\\w ,\n-]+);.*")
  equal(sort(tolower(strsplit(listed, ",\\s+|\\s+and\\s+")[[1]])), sort(internal("HEADERS")))
})

test("the version is that of the header", {
  number <- as.integer(matches(header, "#define ST_VERSION_NUMBER (\\d+)u"))
  version <- paste(number %/% 10000, number %/% 100 %% 100, number %% 100, sep = ".")
  equal(as.character(packageVersion("stauth")), version)
})

test("every exported function has a manual page", {
  pages <- list.files(file.path(ROOT, "bindings", "r", "man"), full.names = TRUE)
  aliases <- matches(paste(unlist(lapply(pages, readLines)), collapse = "\n"), "\\\\alias\\{(\\w+)\\}")
  equal(setdiff(getNamespaceExports("stauth"), aliases), character())
  for (page in pages) equal(length(tools::checkRd(page)), 0L)
  equal(length(unlist(tools::codoc("stauth"))), 0L)
})

finish()
