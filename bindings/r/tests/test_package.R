source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "helper.R"))

tarball <- file.path(ROOT, "build", "dist", "stauth_0.2.0.tar.gz")
library_file <- Sys.getenv("STAUTH_LIBRARY")
folder <- tempfile()
dir.create(folder)
R <- file.path(R.home("bin"), "R")

run <- function(code, ...) {
  environment <- c(paste0("R_LIBS=", folder), ...)
  command <- c("-u", "STAUTH_LIBRARY", environment, paste0(R, "script"), "--vanilla", "-e", shQuote(code))
  suppressWarnings(system2("env", command, stdout = TRUE, stderr = TRUE))
}

SIGN_IN <- "cat(sub('=.*', '', stauth::test_app()$sign_in()))"

test("the package is installed from its source into an empty folder", {
  output <- system2(R, c("CMD", "INSTALL", paste0("--library=", folder), tarball), stdout = TRUE, stderr = TRUE)
  equal(attr(output, "status"), NULL)
  equal(run(SIGN_IN, paste0("STAUTH_LIBRARY=", library_file)), "stauth_session")
})

test("the library where the system's loader finds it, and in the package", {
  equal(run(SIGN_IN, paste0("LD_LIBRARY_PATH=", dirname(library_file))), "stauth_session")
  file.copy(library_file, file.path(folder, "stauth", "libs", "libstauth.so.0"))
  equal(run(SIGN_IN), "stauth_session")
  unlink(file.path(folder, "stauth", "libs", "libstauth.so.0"))
})

test("without the library, the error lists what was tried", {
  equal(any(grepl("could not be loaded", run(SIGN_IN))), TRUE)
  for (bad in c("/does/not/exist", "/etc/passwd", "libc.so.6")) {
    show <- "function(error) cat(error$code, conditionMessage(error))"
    output <- run(paste0("tryCatch(stauth::app(), stauth_library_not_found = ", show, ")"), paste0("STAUTH_LIBRARY=", bad))
    equal(c(startsWith(output[[1]], "library_not_found"), any(grepl(bad, output, fixed = TRUE))), c(TRUE, TRUE))
  }
})

test("the package has its license and no tests", {
  names <- untar(tarball, list = TRUE)
  equal(c("stauth/inst/LICENSE", "stauth/README.md", "stauth/src/stauth.h") %in% names, c(TRUE, TRUE, TRUE))
  equal(grep("tests/", names, value = TRUE), character())
})

unlink(folder, recursive = TRUE)
finish()
