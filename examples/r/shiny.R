# A site with a login on Shiny: a page that is made for each request, and a session that knows its user.
# Start: STAUTH_SECRETS=secrets.toml PORT=8501 Rscript shiny.R
source("page.R")

auth <- stauth::app()

ui <- function(req) {
  switch(paste(req$REQUEST_METHOD, req$PATH_INFO),
    "GET /user.json" = shiny::httpResponse(200L, "application/json", charToRaw(stauth::user_json(stauth::user(req)))),
    "GET /login" = stauth::login(req, parameter(req$QUERY_STRING, "provider")),
    "POST /logout" = stauth::logout(req),
    "GET /dashboard" = shiny::fluidPage(shiny::h1("Dashboard"), shiny::textOutput("greeting")),
    shiny::httpResponse(200L, "text/html; charset=utf-8", guest_book(auth, stauth::user(req)))
  )
}
attr(ui, "http_methods_supported") <- c("GET", "POST")

server <- function(input, output, session) {
  output$greeting <- shiny::renderText(trimws(paste("Hello,", stauth::user(session)$name)))
}

site <- stauth::guard(shiny::shinyApp(ui, server, uiPattern = ".*"), auth)
if (sys.nframe() == 0L) shiny::runApp(site, port = as.integer(Sys.getenv("PORT", "8501")), launch.browser = FALSE)
