# The page of the guest book.

STYLE <- "
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
"

escaped <- function(text) {
  if (is.null(text)) return("")
  special <- c("&" = "&amp;", "<" = "&lt;", ">" = "&gt;", "\"" = "&quot;", "'" = "&#39;")
  for (character in names(special)) text <- gsub(character, special[[character]], text, fixed = TRUE)
  text
}

# The page for this user, as bytes.
guest_book <- function(auth, user) {
  name <- if (is.null(user$name)) "" else paste0(", ", escaped(user$name))
  if (user$is_logged_in) {
    top <- c(
      paste0("<span>", escaped(user$email), "</span>"),
      paste0("<form method=\"post\" action=\"", auth$logout_path(), "\"><button class=\"button\">Log out</button></form>")
    )
    main <- c(
      paste0("<h1>Hello", name, "</h1>"),
      paste0("<p>To ", escaped(user$iss), " you are ", escaped(user$sub), ".</p>")
    )
  } else {
    top <- paste0("<a class=\"button\" href=\"", auth$login_path(), "\">Log in</a>")
    main <- c("<h1>Hello</h1>", "<p>Log in, and this page knows your name.</p>")
  }
  lines <- c(
    "<!doctype html>", "<html lang=\"en\">", "<meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width\">",
    "<title>Guest book</title>", paste0("<style>", STYLE, "</style>"), "<header>", "<b>Guest book</b>", top, "</header>",
    main, "</html>", ""
  )
  charToRaw(enc2utf8(paste(lines, collapse = "\n")))
}

# One parameter of a query as Rook has it, "?provider=google"; NULL without it. R has no text with a NUL.
parameter <- function(query, name) tryCatch(shiny::parseQueryString(query)[[name]], error = function(error) "")
