/* A native program that lives for days: its memory does not grow, its session ends when it has to, and what ends a
   session or a login does not end the other. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"
#include "support/program.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { LIFETIME = 300, ROUNDS = 400, MINUTE = 60 };

static struct provider provider;

static void pass(int64_t seconds) {
    native_time += seconds;
    provider.clock = native_time;
}

static void finish_login(st_request *request) {
    char target[512];
    st_action action = ST_PROCEED;
    make_callback(st_native_url(request), &provider, target, sizeof target);
    CHECK_OK(st_native_callback(request, target, NULL, &action, &error));
    drive(request, &provider, action);
    CHECK(st_request_is_logged_in(request) == 1 && st_native_is_pending(request) == 0);
}

static void start_login(st_request *request) {
    st_action action = ST_PROCEED;
    CHECK_OK(st_native_login(request, "default", &action, &error));
    drive(request, &provider, action);
    CHECK(st_native_is_pending(request) == 1);
}

static st_request *log_in(st_app *app) {
    st_request *request = make_native(app, NULL);
    start_login(request);
    finish_login(request);
    return request;
}

/* What a program asks in five minutes, each time with another access token. */
static void ask(st_request *request, int round) {
    const char *token = NULL, *scope = NULL, *value = NULL, *name = NULL, *text = NULL;
    size_t length = 0;
    st_action action = ST_RESPOND;
    snprintf(provider.access_token, sizeof provider.access_token, "token-%d", round);
    pass(LIFETIME);
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, &scope, &error));
    CHECK_TEXT(token, provider.access_token);
    CHECK_OK(st_request_user_json(request, &text, NULL, &error));
    CHECK_CONTAINS(text, provider.access_token);
    CHECK_OK(st_request_claim(request, "sub", &value, NULL, &error));
    CHECK_OK(st_native_session(request, &text, &length, &error));
    CHECK_OK(st_native_callback(request, "/favicon.ico", NULL, &action, &error));
    CHECK_OK(st_request_response_body(request, &text, &length, &error));
    CHECK(st_request_response_header_count(request) > 0);
    CHECK_OK(st_request_response_header(request, 0, &name, &text, &error));
    CHECK_OK(st_request_response_headers(request, &text, &length, &error));
    char option[16];
    snprintf(option, sizeof option, "option-%d", round);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "provider_unknown", st_native_login(request, option, &action, &error));
    CHECK(st_request_error(request) != NULL);
}

static void memory(void) {
    st_app *app = make_native_app(&provider, false);
    st_request *request = log_in(app);
    for (int round = 0; round < 50; round++)
        ask(request, round);
    size_t before = mallinfo2().uordblks;
    for (int round = 50; round < 50 + ROUNDS; round++)
        ask(request, round);
    size_t after = mallinfo2().uordblks;
    CHECK(after < before + (size_t)ROUNDS * 20);
    st_request_free(request);
    st_app_free(app);
}

/* Text lives until the same is asked for again, and the same text stays where it is. */
static void lent_text(void) {
    const char *token[2], *scope[2], *user[2], *session[2], *subject[2], *name = NULL, *other = NULL;
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, false);
    st_request *request = log_in(app);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(st_request_access_token(request, &action, &token[i], NULL, &scope[i], &error));
        CHECK_OK(st_request_user_json(request, &user[i], NULL, &error));
        CHECK_OK(st_request_claim(request, "sub", &subject[i], NULL, &error));
        CHECK_OK(st_native_session(request, &session[i], NULL, &error));
    }
    CHECK(token[0] == token[1] && scope[0] == scope[1] && user[0] == user[1] && subject[0] == subject[1]);
    CHECK(session[0] == session[1]);
    CHECK_OK(st_request_claim(request, "provider", &name, NULL, &error));
    CHECK_OK(st_request_claim(request, "iss", &other, NULL, &error));
    CHECK_TEXT(name, "default");
    CHECK_TEXT(other, "https://provider.example");
    CHECK_TEXT(subject[1], "ada");
    pass(LIFETIME);
    CHECK_OK(st_request_access_token(request, &action, &other, NULL, NULL, &error));
    CHECK_TEXT(name, "default");
    CHECK_CONTAINS(user[1], "\"sub\":\"ada\"");
    st_request_free(request);
    st_app_free(app);
}

static void check_signed_out(st_request *request) {
    const char *text = NULL;
    st_action action = ST_RESPOND;
    CHECK_TEXT(st_user_json(), "{\"is_logged_in\":false}");
    CHECK(st_request_is_logged_in(request) == 0 && st_request_is_fresh(request, INT32_MAX) == 0);
    CHECK_OK(st_request_user_json(request, &text, NULL, &error));
    CHECK_TEXT(text, "{\"is_logged_in\":false}");
    CHECK_OK(st_request_claim(request, "sub", &text, NULL, &error));
    CHECK(text == NULL);
    CHECK_FAILS(ST_REQUEST_REFUSED, "not_signed_in",
                st_request_access_token(request, &action, &text, NULL, NULL, &error));
    CHECK_FAILS(ST_REQUEST_REFUSED, "not_signed_in", st_request_refresh(request, &action, &error));
}

static void session_lifetime(void) {
    st_app *app = make_native_app_with(&provider, false, "auth.session_lifetime", "1h");
    st_request *request = log_in(app);
    CHECK_OK(st_request_bind(request, &error));
    pass(59 * MINUTE);
    CHECK_CONTAINS(st_user_json(), "\"sub\":\"ada\"");
    pass(MINUTE);
    check_signed_out(request);
    start_login(request);
    finish_login(request);
    st_request_free(request);
    st_app_free(app);
}

/* The session is seen whenever the program asks about its user; so the next run goes on from there. */
static void idle_timeout(void) {
    st_app *app = make_native_app_with(&provider, false, "auth.idle_timeout", "10m");
    st_request *request = log_in(app);
    CHECK_OK(st_request_bind(request, &error));
    for (int i = 0; i < 5; i++) {
        pass(9 * MINUTE);
        CHECK(st_request_is_logged_in(request) == 1);
    }
    char *session = copy_of_session(request);
    pass(9 * MINUTE);
    st_request *next = make_native(app, session);
    CHECK(st_request_is_logged_in(next) == 1);
    pass(MINUTE);
    check_signed_out(request);
    st_request_free(next);
    st_request_free(request);
    free(session);
    st_app_free(app);
}

/* A refresh that ends the session leaves a login that is pending. */
static void refused_refresh(bool has_event_loop) {
    const char *token = NULL;
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, has_event_loop);
    st_request *request = log_in(app);
    pass(LIFETIME);
    start_login(request);
    provider.mood = REFUSING_GRANTS;
    if (has_event_loop) {
        CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
        drive(request, &provider, action);
    }
    CHECK_FAILS(ST_AUTHORIZATION_DENIED, "refresh_refused",
                st_request_access_token(request, &action, &token, NULL, NULL, &error));
    provider.mood = HONEST;
    CHECK(st_request_is_logged_in(request) == 0 && st_native_is_pending(request) == 1);
    finish_login(request);
    st_request_free(request);
    st_app_free(app);
}

/* Who signs out does not want to be signed in by a login that goes on elsewhere. */
static void logout_ends_logins(bool has_event_loop) {
    st_action action = ST_RESPOND;
    st_app *app = make_native_app(&provider, has_event_loop);
    for (int on_another_device = 0; on_another_device < 2; on_another_device++) {
        st_request *request = log_in(app);
        if (on_another_device) {
            CHECK_OK(st_native_device_login(request, NULL, &action, &error));
            drive(request, &provider, action);
        } else {
            start_login(request);
        }
        CHECK(st_native_is_pending(request) == 1);
        CHECK_OK(st_request_logout(request, &error));
        drive(request, &provider, st_request_exchange(request) == NULL ? ST_PROCEED : ST_WAIT);
        CHECK(st_native_is_pending(request) == 0 && st_native_user_code(request) == NULL);
        pass(MINUTE);
        CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_native_poll(request, &action, &error));
        CHECK(st_request_is_logged_in(request) == 0);
        st_request_free(request);
    }
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    provider.expires_in = LIFETIME;
    strcpy(provider.access_token, "access");
    memory();
    native_time = provider.clock = TEST_TIME;
    lent_text();
    native_time = provider.clock = TEST_TIME;
    session_lifetime();
    native_time = provider.clock = TEST_TIME;
    idle_timeout();
    for (int has_event_loop = 0; has_event_loop < 2; has_event_loop++) {
        native_time = provider.clock = TEST_TIME;
        refused_refresh(has_event_loop);
        native_time = provider.clock = TEST_TIME;
        logout_ends_logins(has_event_loop);
    }
    provider_stop(&provider);
    return check_summary();
}
