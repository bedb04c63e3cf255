/* The paths for the links and forms of the host's pages. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

static struct provider provider;

/* An application of make_config() with one key changed. */
static st_app *app_with(const char *key, const char *value) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set(config, key, value, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static void paths_are(st_app *app, const char *login, const char *logout, const char *callback) {
    struct browser browser = {0};
    struct visit visit;
    CHECK_TEXT(st_app_login_path(app), login);
    CHECK_TEXT(st_app_logout_path(app), logout);
    CHECK_TEXT(st_app_callback_path(app, 0), callback);
    CHECK(st_app_login_path(app) == st_app_login_path(app));
    browser_visit(&browser, app, "GET", st_app_login_path(app), &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 302);
    browser_visit(&browser, app, "GET", st_app_logout_path(app), &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 200);
    st_app_free(app);
}

static void callback_paths(void) {
    struct browser browser = {0};
    struct visit visit;
    st_app *app = app_with("auth.redirect_uri", "https://app.example/back/{provider}");
    CHECK_TEXT(st_app_callback_path(app, 0), "/back/default");
    CHECK_TEXT(st_app_callback_path(app, 1), "/back/other");
    CHECK(st_app_callback_path(app, 2) == NULL && st_app_callback_path(app, SIZE_MAX) == NULL);
    for (size_t i = 0; st_app_callback_path(app, i) != NULL; i++) {
        browser_visit(&browser, app, "GET", st_app_callback_path(app, i), &visit);
        CHECK(visit.action == ST_RESPOND && visit.status == 400);
    }
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    paths_are(make_app(&provider), "/auth/login", "/auth/logout", "/oauth2callback");
    paths_are(app_with("auth.redirect_uri", "https://app.example/shop/callback"), "/shop/auth/login",
              "/shop/auth/logout", "/shop/callback");
    paths_are(app_with("auth.login_path", "/sign-in"), "/sign-in", "/auth/logout", "/oauth2callback");
    paths_are(app_with("auth.logout_path", "/bye"), "/auth/login", "/bye", "/oauth2callback");
    callback_paths();
    provider_stop(&provider);
    return check_summary();
}
