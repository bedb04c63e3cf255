/* A native program: it has no site, and signs its user in by a loopback port or on another device, under both drivers.
 */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"
#include "support/program.h"

#include <stdlib.h>
#include <string.h>

enum { LIFETIME = 300 };

static struct provider provider;

static void callback(st_request *request, const char *target, bool has_event_loop) {
    st_action action = ST_PROCEED;
    CHECK_OK(st_native_callback(request, target, "en", &action, &error));
    CHECK(action == (has_event_loop && provider.mood == HONEST ? ST_WAIT : ST_RESPOND));
    drive(request, &provider, action);
}

static void check_no_cookies(const st_request *request) {
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; i < st_request_response_header_count(request); i++) {
        CHECK_OK(st_request_response_header(request, i, &name, &value, &error));
        CHECK(strcmp(name, "Set-Cookie") != 0);
    }
}

static void log_in(st_request *request, bool has_event_loop) {
    char target[512];
    st_action action = ST_PROCEED;
    CHECK_OK(st_native_login(request, "default", &action, &error));
    CHECK(action == (has_event_loop ? ST_WAIT : ST_RESPOND) && st_native_is_pending(request) == !has_event_loop);
    drive(request, &provider, action);
    CHECK(st_native_is_pending(request) == 1 && st_native_expires_in(request) == 900);
    CHECK(st_native_user_code(request) == NULL && st_native_verification_uri(request) == NULL);
    const char *url = st_native_url(request);
    CHECK(url != NULL && st_native_url(request) == url);
    make_callback(url == NULL ? "" : url, &provider, target, sizeof target);
    callback(request, target, has_event_loop);
    CHECK(st_native_is_pending(request) == 0 && st_request_error(request) == NULL);
    CHECK(st_request_response_status(request) == 200 && st_request_is_logged_in(request) == 1);
    check_no_cookies(request);
}

/* The next run of the program: it refreshes, and signs out. */
static void next_run(st_app *app, const char *session, bool has_event_loop) {
    const char *token = NULL;
    st_action action = ST_RESPOND;
    st_request *request = make_native(app, session);
    CHECK_OK(st_request_bind(request, &error));
    CHECK_CONTAINS(st_user_json(), "\"sub\":\"ada\"");
    native_time += LIFETIME;
    strcpy(provider.access_token, "second");
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK(action == (has_event_loop ? ST_WAIT : ST_PROCEED));
    CHECK(drive(request, &provider, action) == has_event_loop);
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK_TEXT(token, "second");
    char *refreshed = copy_of_session(request);
    CHECK(strcmp(refreshed, session) != 0);
    CHECK(st_logout() == ST_OK);
    drive(request, &provider, st_request_exchange(request) == NULL ? ST_PROCEED : ST_WAIT);
    CHECK_TEXT(st_user_json(), "{\"is_logged_in\":false}");
    char *left = copy_of_session(request);
    CHECK_TEXT(left, "");
    st_request_free(request);
    request = make_native(app, refreshed);
    CHECK(st_request_is_logged_in(request) == 0);
    st_request_free(request);
    free(left);
    free(refreshed);
}

static void whole_login(bool has_event_loop) {
    const char *body = NULL, *token = NULL;
    size_t length = 0;
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, has_event_loop);
    st_request *request = make_native(app, NULL);
    CHECK(st_native_is_pending(request) == 0 && st_native_url(request) == NULL);
    char *session = copy_of_session(request);
    CHECK_TEXT(session, "");
    free(session);
    log_in(request, has_event_loop);
    CHECK_OK(st_request_response_body(request, &body, &length, &error));
    CHECK_CONTAINS(body, "You can close this window.");
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK_TEXT(token, "access");
    session = copy_of_session(request);
    st_request_free(request);
    next_run(app, session, has_event_loop);
    free(session);
    st_app_free(app);
}

static void device_login(bool has_event_loop) {
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, has_event_loop);
    st_request *request = make_native(app, NULL);
    CHECK_OK(st_native_device_login(request, NULL, &action, &error));
    CHECK(drive(request, &provider, action) == (has_event_loop ? 2 : 0));
    CHECK_TEXT(st_native_user_code(request), "WDJB-MJHT");
    CHECK_TEXT(st_native_verification_uri(request), "https://provider.example/go");
    CHECK_TEXT(st_native_url(request), "https://provider.example/go?code=WDJB-MJHT");
    CHECK(st_native_is_pending(request) == 1 && st_native_expires_in(request) == 600);
    int requests = provider.requests;
    CHECK_OK(st_native_poll(request, &action, &error));
    CHECK(action == ST_PROCEED && provider.requests == requests && st_native_wait_ms(request) == 6000);
    for (int polls = 0; polls < 2; polls++) {
        provider.mood = polls == 0 ? WAITING_FOR_USERS : HONEST;
        native_time += st_native_wait_ms(request) / 1000;
        CHECK_OK(st_native_poll(request, &action, &error));
        drive(request, &provider, action);
        CHECK(st_native_is_pending(request) == (polls == 0) && st_request_is_logged_in(request) == polls);
    }
    CHECK(st_request_error(request) == NULL && st_native_url(request) == NULL && st_native_wait_ms(request) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_poll(request, &action, &error));
    char *session = copy_of_session(request);
    st_request_free(request);
    request = make_native(app, session);
    CHECK(st_request_is_logged_in(request) == 1);
    st_request_free(request);
    free(session);
    st_app_free(app);
}

/* What a page in the user's browser can make it ask the port for. */
static void requests_of_others(bool has_event_loop) {
    const struct {
        const char *target;
        int status;
    } requests[] = {{"/favicon.ico", 404},
                    {"/auth/logout", 404},
                    {"/auth/login", 404},
                    {"*", 400},
                    {"", 400},
                    {"/\xFF", 400},
                    {"/oauth2callback?code=\xC3&state=b", 400},
                    {"/oauth2callback?code=a&state=b", 400}};
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, has_event_loop);
    st_request *request = make_native(app, NULL);
    CHECK_OK(st_native_login(request, NULL, &action, &error));
    drive(request, &provider, action);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        const char *language = i % 2 == 0 ? NULL : "de\xFF";
        CHECK_OK(st_native_callback(request, requests[i].target, language, &action, &error));
        CHECK(action == ST_RESPOND && st_native_is_pending(request) == 1);
        CHECK(st_request_response_status(request) == requests[i].status);
        check_no_cookies(request);
    }
    st_request_free(request);
    st_app_free(app);
}

static void refused_logins(void) {
    char target[512];
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, false);
    st_request *request = make_native(app, "stauth_session=forged; \xFF\x01");
    CHECK(st_request_is_logged_in(request) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "provider_unknown", st_native_login(request, "nobody", &action, &error));
    CHECK_OK(st_request_set(request, "prompt", "login", &error));
    CHECK_OK(st_native_login(request, "other", &action, &error));
    CHECK_CONTAINS(st_native_url(request), "prompt=login");
    make_callback(st_native_url(request), &provider, target, sizeof target);
    provider.mood = FORGED_SIGNATURE;
    callback(request, target, false);
    provider.mood = HONEST;
    CHECK(st_native_is_pending(request) == 0 && st_request_is_logged_in(request) == 0);
    CHECK_TEXT(st_error_code(st_request_error(request)), "id_token_signature_invalid");
    st_request_free(request);
    st_app_free(app);
}

/* The functions work on requests of programs alone; others are no error to ask about. */
static void request_of_a_site(void) {
    struct browser browser = {0};
    st_action action = ST_RESPOND;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/report");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_login(request, NULL, &action, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_login(request, NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_device_login(request, NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_callback(request, "/", NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_poll(request, &action, &error));
    CHECK(st_native_is_pending(request) == 0 && st_native_expires_in(request) == 0);
    st_request_free(request);
    st_app_free(app);
}

static void bad_arguments(void) {
    const char *text = NULL;
    st_action action;
    st_request *request = NULL;
    st_app *app = make_native_app(&provider, false);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_new(NULL, NULL, 0, &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_new(app, NULL, 1, &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_new(app, NULL, 0, NULL, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_native_new(app, "", (size_t)1 << 20, &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_login(NULL, NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_device_login(NULL, NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_callback(NULL, "/", NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_poll(NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_native_session(NULL, &text, NULL, &error));
    CHECK(st_native_is_pending(NULL) == 0 && st_native_wait_ms(NULL) == 0 && st_native_expires_in(NULL) == 0);
    CHECK(st_native_url(NULL) == NULL && st_native_verification_uri(NULL) == NULL && st_native_user_code(NULL) == NULL);
    request = make_native(app, NULL);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_login(request, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_device_login(request, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_callback(request, NULL, NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_callback(request, "/", NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_poll(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_native_session(request, NULL, NULL, &error));
    st_request_free(request);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    provider.expires_in = LIFETIME;
    for (int has_event_loop = 0; has_event_loop < 2; has_event_loop++) {
        native_time = provider.clock = TEST_TIME;
        strcpy(provider.access_token, "access");
        whole_login(has_event_loop);
        device_login(has_event_loop);
        requests_of_others(has_event_loop);
    }
    refused_logins();
    request_of_a_site();
    bad_arguments();
    provider_stop(&provider);
    return check_summary();
}
