/* Whole logins through st_config_set_transport(): one that succeeds, and those that must not. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static struct provider provider;

static const char *user_of(struct browser *browser, st_app *app, char *out, size_t capacity) {
    char cookies[JAR_SIZE * COOKIE_CAPACITY];
    size_t length = browser_cookie_header(browser, cookies, sizeof cookies), written = 0;
    CHECK_OK(st_user_from_cookie(app, cookies, length, out, capacity - 1, &written, &error));
    out[written] = '\0';
    return out;
}

static void login_and_logout(void) {
    struct browser browser = {0};
    struct visit visit;
    char user[8192];
    st_app *app = make_app(&provider);
    CHECK_OK(st_app_preload(app, &error));
    int requests = atomic_load(&provider.requests);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    CHECK_TEXT(visit.location, "/report?id=3");
    CHECK_TEXT(visit.error_code, "");
    CHECK(atomic_load(&provider.requests) == requests + 1);
    CHECK_CONTAINS(user_of(&browser, app, user, sizeof user), "{\"is_logged_in\":true,\"provider\":\"default\"");
    CHECK_CONTAINS(user, "\"sub\":\"ada\"");
    CHECK(strstr(user, "nonce") == NULL);

    browser_visit(&browser, app, "GET", "/auth/logout", &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 200);
    CHECK_CONTAINS(user_of(&browser, app, user, sizeof user), "\"sub\":\"ada\"");
    browser_visit(&browser, app, "POST", "/auth/logout", &visit);
    CHECK(visit.status == 303);
    CHECK_TEXT(visit.location, "/");
    CHECK_TEXT(user_of(&browser, app, user, sizeof user), "{\"is_logged_in\":false}");
    st_app_free(app);
}

/* A login that fails leaves the user that was signed in before as it was. */
static void refused(enum provider_mood mood, const char *code) {
    struct browser browser = {0};
    struct visit visit;
    char user[8192];
    st_app *app = make_app(&provider);
    browser_login(&browser, app, &provider, &visit);
    provider.mood = mood;
    browser_login(&browser, app, &provider, &visit);
    provider.mood = HONEST;
    CHECK(visit.action == ST_RESPOND && visit.status >= 400);
    CHECK_TEXT(visit.error_code, code);
    CHECK_CONTAINS(visit.body, code);
    CHECK_CONTAINS(user_of(&browser, app, user, sizeof user), "\"sub\":\"ada\"");
    st_app_free(app);
}

static void wrong_nonce(void) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512], user[256];
    st_app *app = make_app(&provider);
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    snprintf(provider.nonce, sizeof provider.nonce, "another");
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK_TEXT(visit.error_code, "id_token_nonce_mismatch");
    CHECK_TEXT(user_of(&browser, app, user, sizeof user), "{\"is_logged_in\":false}");
    st_app_free(app);
}

/* The callback of one browser in another, and the same callback twice. */
static void callbacks_of_no_login(void) {
    struct browser browser = {0}, stranger = {0};
    struct visit visit;
    char callback[512];
    st_app *app = make_app(&provider);
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    browser_visit(&stranger, app, "GET", callback, &visit);
    CHECK_TEXT(visit.error_code, "state_mismatch");
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK(visit.status == 302);
    /* Once more, signed in: on to the site. */
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK(visit.status == 302 && visit.error_code[0] == '\0');
    CHECK_TEXT(visit.location, "/");
    browser_visit(&browser, app, "GET", "/oauth2callback?code=code", &visit);
    CHECK_TEXT(visit.error_code, "state_missing");
    st_app_free(app);
}

static void provider_says_no(void) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512], denial[600];
    st_app *app = make_app(&provider);
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    snprintf(denial, sizeof denial, "/oauth2callback?error=access_denied&%s", strstr(callback, "state="));
    browser_visit(&browser, app, "GET", denial, &visit);
    CHECK(visit.status == 403);
    CHECK_TEXT(visit.error_code, "authorization_refused");
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    login_and_logout();
    refused(GARBAGE_TOKEN, "id_token_malformed");
    refused(FORGED_SIGNATURE, "id_token_signature_invalid");
    refused(NOT_JSON, "token_response_invalid");
    refused(SERVER_ERROR, "token_request_refused");
    refused(UNREACHABLE, "provider_unreachable");
    wrong_nonce();
    callbacks_of_no_login();
    provider_says_no();
    provider_stop(&provider);
    return check_summary();
}
