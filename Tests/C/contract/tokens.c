/* Access tokens for a host, and refreshes, under both drivers. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LIFETIME = 300 };

static struct provider provider;
static int64_t now;

static int64_t moving_clock(void *user_data) {
    (void)user_data;
    return now;
}

static st_app *make_token_app(bool has_event_loop, const char *timeout) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set(config, "auth.expose_tokens", "access", &error));
    CHECK_OK(st_config_set(config, "auth.timeout", timeout, &error));
    CHECK_OK(st_config_set_clock(config, moving_clock, NULL, NULL, &error));
    if (has_event_loop) {
        CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
        CHECK_OK(st_config_set_event_loop(config, 1, &error));
    }
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* Signs in at a blocking application with the same settings. */
static struct browser signed_in(const char *access_token) {
    struct browser browser = {0};
    struct visit visit = {0};
    st_app *app = make_token_app(false, "10s");
    now = TEST_TIME;
    provider.mood = HONEST;
    provider.expires_in = LIFETIME;
    snprintf(provider.access_token, sizeof provider.access_token, "%s", access_token);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    st_app_free(app);
    return browser;
}

static st_request *begun(const struct browser *browser, st_app *app, const char *target) {
    st_action action = ST_RESPOND;
    st_request *request = browser_request(browser, app, "GET", target);
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED);
    return request;
}

static void check_token(st_request *request, const char *expected, int64_t expected_expiry) {
    st_action action = ST_RESPOND;
    const char *token = NULL, *scope = NULL;
    int64_t expiry = -1;
    CHECK_OK(st_request_access_token(request, &action, &token, &expiry, &scope, &error));
    CHECK(action == ST_PROCEED && expiry == expected_expiry);
    CHECK_TEXT(token, expected);
    CHECK_TEXT(scope, "openid profile email");
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK_TEXT(token, expected);
}

static void refreshed_before_it_expires(void) {
    struct browser browser = signed_in("first");
    struct visit visit = {0};
    st_app *app = make_token_app(false, "10s");
    st_request *request = begun(&browser, app, "/report");
    check_token(request, "first", TEST_TIME + LIFETIME);
    st_request_free(request);

    now += LIFETIME - 60;
    snprintf(provider.access_token, sizeof provider.access_token, "second");
    int before = provider.requests;
    request = begun(&browser, app, "/report");
    check_token(request, "second", now + LIFETIME);
    browser_receive(&browser, request, &visit);
    st_request_free(request);
    CHECK(provider.requests == before + 3); /* metadata, tokens, keys */

    before = provider.requests;
    request = begun(&browser, app, "/report");
    check_token(request, "second", now + LIFETIME);
    CHECK(provider.requests == before && st_request_error(request) == NULL);
    st_request_free(request);
    st_app_free(app);
}

static void claims_read_anew(void) {
    struct browser browser = signed_in("first");
    st_app *app = make_token_app(false, "10s");
    st_action action = ST_RESPOND;
    const char *json = NULL;
    st_request *request = begun(&browser, app, "/report");
    provider.more_claims = ",\"name\":\"Ada\"";
    CHECK_OK(st_request_refresh(request, &action, &error));
    CHECK(action == ST_PROCEED);
    CHECK_OK(st_request_user_json(request, &json, NULL, &error));
    CHECK_CONTAINS(json, "\"name\":\"Ada\"");
    provider.more_claims = "";
    st_request_free(request);
    st_app_free(app);
}

static void refused_grant(void) {
    struct browser browser = signed_in("first");
    st_app *app = make_token_app(false, "10s");
    st_action action = ST_RESPOND;
    const char *token = NULL;
    CHECK_OK(st_app_preload(app, &error));
    provider.mood = REFUSING_GRANTS;
    st_request *request = begun(&browser, app, "/report");
    CHECK_FAILS(ST_AUTHORIZATION_DENIED, "refresh_refused", st_request_refresh(request, &action, &error));
    CHECK(st_request_is_logged_in(request) == 0);
    CHECK_TEXT(st_error_code(st_request_error(request)), "refresh_refused");
    CHECK_TEXT(st_error_provider_code(st_request_error(request)), "invalid_grant");
    CHECK_FAILS(ST_AUTHORIZATION_DENIED, "refresh_refused",
                st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK(token == NULL);
    provider.mood = HONEST;
    st_request_free(request);
    st_app_free(app);
}

/* Makes the exchanges of a request that waits; returns how many. */
static int drive(st_request *request) {
    st_action action = ST_WAIT;
    int exchanges = 0;
    for (; action == ST_WAIT; exchanges++) {
        CHECK(provider_transport(st_request_exchange(request), &provider) == ST_OK);
        CHECK_OK(st_request_resume(request, &action, &error));
    }
    CHECK(action == ST_PROCEED && st_request_response_status(request) == 0);
    return exchanges;
}

static void event_loop(void) {
    struct browser browser = signed_in("first");
    st_app *app = make_token_app(true, "10s");
    st_action action = ST_RESPOND;
    const char *token = NULL;
    now += LIFETIME;
    snprintf(provider.access_token, sizeof provider.access_token, "second");
    st_request *request = begun(&browser, app, "/report");
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK(action == ST_WAIT && token == NULL);
    CHECK_OK(st_request_refresh(request, &action, &error)); /* the same one */
    CHECK(action == ST_WAIT);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "exchange_pending", st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "exchange_pending", st_request_logout(request, &error));
    CHECK(drive(request) == 3);
    check_token(request, "second", now + LIFETIME);
    CHECK_OK(st_request_refresh(request, &action, &error));
    CHECK(action == ST_PROCEED);
    st_request_free(request);

    request = begun(&browser, app, "/report"); /* takes the result of the first, with the old cookie */
    check_token(request, "second", now + LIFETIME);
    CHECK(st_request_response_header_count(request) > 1);
    st_request_free(request);
    st_app_free(app);
}

/* A host that gives up, or whose answer comes too late: the session stays, and the next request can try again. */
static void answers_that_never_come(void) {
    struct browser browser = signed_in("first");
    st_app *app = make_token_app(true, "1s");
    st_action action = ST_RESPOND;
    const char *token = NULL;
    st_request *request = begun(&browser, app, "/report");
    CHECK_OK(st_request_refresh(request, &action, &error));
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK(action == ST_PROCEED && st_request_response_status(request) == 0);
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_unreachable", st_request_refresh(request, &action, &error));
    check_token(request, "first", TEST_TIME + LIFETIME);
    st_request_free(request);

    now += 10;
    request = begun(&browser, app, "/report");
    CHECK_OK(st_request_refresh(request, &action, &error));
    st_exchange *exchange = st_request_exchange(request);
    struct timespec late = {.tv_sec = 1, .tv_nsec = 20000000}; /* what is waited for is the time itself */
    nanosleep(&late, NULL);
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_timeout", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_timeout", st_request_refresh(request, &action, &error));
    CHECK(st_request_is_logged_in(request) == 1);
    st_request_free(request);

    now += LIFETIME;
    request = begun(&browser, app, "/report");
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK(action == ST_WAIT);
    exchange = st_request_exchange(request);
    st_request_free(request); /* in the middle of it */
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_resume(request, &action, &error));
    st_app_free(app);
}

static void arguments(void) {
    struct browser browser = signed_in("first"), stranger = {0};
    st_app *app = make_token_app(false, "10s");
    st_action action = ST_RESPOND;
    const char *token = NULL;
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_refresh(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence",
                st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_refresh(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_request_access_token(request, NULL, &token, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_request_access_token(request, &action, NULL, NULL, NULL, &error));
    CHECK(st_request_access_token(request, NULL, NULL, NULL, NULL, NULL) == ST_INVALID_ARGUMENT);
    check_token(request, "first", TEST_TIME + LIFETIME);
    st_request_free(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_refresh(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_access_token((st_request *)app, &action, &token, NULL, NULL, &error));

    request = begun(&stranger, app, "/");
    CHECK_FAILS(ST_REQUEST_REFUSED, "not_signed_in", st_request_refresh(request, &action, &error));
    CHECK_FAILS(ST_REQUEST_REFUSED, "not_signed_in",
                st_request_access_token(request, &action, &token, NULL, NULL, &error));
    st_request_free(request);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    refreshed_before_it_expires();
    claims_read_anew();
    refused_grant();
    event_loop();
    answers_that_never_come();
    arguments();
    provider_stop(&provider);
    return check_summary();
}
