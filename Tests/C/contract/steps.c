/* A host with an event loop: it makes the requests to providers itself, between st_request_begin() and ST_RESPOND. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <string.h>

static struct provider provider;

static st_app *make_event_app(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_event_loop(config, 1, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* Takes a request through its exchanges; gives the action at the end, and how many exchanges there were. */
static st_action drive(st_request *request, st_action action, int *exchanges) {
    while (action == ST_WAIT) {
        st_exchange *exchange = st_request_exchange(request);
        CHECK(exchange != NULL && st_request_exchange(request) == exchange);
        CHECK(provider_transport(exchange, &provider) == ST_OK);
        CHECK_OK(st_request_resume(request, &action, &error));
        ++*exchanges;
    }
    CHECK(st_request_exchange(request) == NULL);
    return action;
}

static void whole_login(void) {
    struct browser browser = {0};
    struct visit visit = {0};
    char callback[512];
    int exchanges = 0;
    st_action action = ST_RESPOND;
    st_app *app = make_event_app();
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK(st_request_may_block(request) == 0 && st_request_login_may_block(request, NULL) == 0);
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_WAIT && st_request_response_status(request) == 0);
    CHECK(drive(request, action, &exchanges) == ST_RESPOND && exchanges == 1);
    browser_receive(&browser, request, &visit);
    st_request_free(request);
    CHECK(visit.status == 302);
    make_callback(visit.location, &provider, callback, sizeof callback);
    request = browser_request(&browser, app, "GET", callback);
    CHECK_OK(st_request_begin(request, &action, &error));
    exchanges = 0;
    CHECK(drive(request, action, &exchanges) == ST_RESPOND && exchanges == 2);
    browser_receive(&browser, request, &visit);
    CHECK(visit.status == 302 && st_request_error(request) == NULL);
    const char *json = NULL;
    CHECK_OK(st_request_user_json(request, &json, NULL, &error));
    CHECK_CONTAINS(json, "\"sub\":\"ada\"");
    st_request_free(request);
    st_app_free(app);
}

/* st_login() succeeds, and the redirect comes once the page has returned. */
static void login_of_a_page(void) {
    struct browser browser = {0};
    int exchanges = 0;
    st_action action = ST_RESPOND;
    st_app *app = make_event_app();
    st_request *request = browser_request(&browser, app, "GET", "/report");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED && st_request_exchange(request) == NULL);
    CHECK_OK(st_request_bind(request, &error));
    CHECK(st_login(NULL) == ST_OK);
    CHECK_TEXT(st_user_json(), "{\"is_logged_in\":false}");
    CHECK(st_request_response_status(request) == 0);
    CHECK(drive(request, ST_WAIT, &exchanges) == ST_RESPOND && exchanges == 1);
    CHECK(st_request_response_status(request) == 302);
    st_request_free(request);
    st_app_free(app);
}

/* An answer twice, for an exchange that is over, or after the request is gone. */
static void answers_at_the_wrong_time(void) {
    struct browser browser = {0};
    st_action action = ST_RESPOND;
    st_app *app = make_event_app();
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_resume(request, &action, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "exchange_pending", st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_resume(request, NULL, &error));
    st_exchange *exchange = st_request_exchange(request);
    CHECK(provider_transport(exchange, &provider) == ST_OK);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK(action == ST_RESPOND && st_request_response_status(request) == 302);
    CHECK(st_exchange_url(exchange) == NULL);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_resume(request, &action, &error));
    st_request_free(request);
    CHECK(st_request_exchange(request) == NULL);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_resume(request, &action, &error));
    st_app_free(app);

    app = make_event_app();
    request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_OK(st_request_begin(request, &action, &error));
    exchange = st_request_exchange(request);
    st_request_free(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_respond(exchange, 200, "{}", 2, &error));
    st_app_free(app);
}

/* Later than the configured timeout, the answer counts no more: the login is refused, and the next one works. */
static void answer_that_comes_too_late(void) {
    struct browser browser = {0};
    st_action action = ST_RESPOND;
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_event_loop(config, 1, &error));
    CHECK_OK(st_config_set(config, "auth.timeout", "1s", &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_OK(st_request_begin(request, &action, &error));
    st_exchange *exchange = st_request_exchange(request);
    CHECK(st_exchange_timeout_ms(exchange) == 1000);
    struct timespec late = {.tv_sec = 1, .tv_nsec = 20000000}; /* what is waited for is the time itself */
    nanosleep(&late, NULL);
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_timeout", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK(action == ST_RESPOND && st_request_response_status(request) == 504);
    CHECK_TEXT(st_error_code(st_request_error(request)), "provider_timeout");
    st_request_free(request);
    st_app_free(app);
}

/* A host that got no response says so by resuming without one. */
static void exchange_without_a_response(void) {
    struct browser browser = {0};
    st_action action = ST_PROCEED;
    st_app *app = make_event_app();
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK(action == ST_RESPOND && st_request_response_status(request) == 502);
    CHECK_TEXT(st_error_code(st_request_error(request)), "provider_unreachable");
    st_request_free(request);
    st_app_free(app);
}

static void *resume_elsewhere(void *request) {
    st_action action = ST_PROCEED;
    int exchanges = 0;
    CHECK(drive(request, ST_WAIT, &exchanges) == ST_RESPOND);
    CHECK(st_request_response_status(request) == 302);
    (void)action;
    return NULL;
}

static void another_thread_resumes(void) {
    struct browser browser = {0};
    st_action action = ST_RESPOND;
    pthread_t thread;
    st_app *app = make_event_app();
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_WAIT);
    CHECK(pthread_create(&thread, NULL, resume_elsewhere, request) == 0);
    pthread_join(thread, NULL);
    st_request_free(request);
    st_app_free(app);
}

/* Valgrind sees whether anything is left of it. */
static void requests_that_are_never_resumed(void) {
    struct browser browser = {0};
    st_action action = ST_RESPOND;
    st_app *app = make_event_app();
    for (int i = 0; i < 50; i++) {
        st_request *request = browser_request(&browser, app, "GET", "/auth/login");
        CHECK_OK(st_request_begin(request, &action, &error));
        CHECK(i % 2 == 0 || st_request_exchange(request) != NULL);
        st_request_free(request);
    }
    st_app_free(app);
}

static void preload(void) {
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    int exchanges = 0;
    st_app *app = make_event_app();
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_app_preload(app, &error));
    CHECK_OK(st_request_new_preload(app, &request, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(drive(request, action, &exchanges) == ST_PROCEED && exchanges == 4);
    st_request_free(request);

    CHECK_OK(st_request_new_preload(app, &request, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED); /* all of it is cached */
    st_request_free(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_new_preload(NULL, &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_new_preload(app, NULL, &error));
    st_app_free(app);
}

static void settings_that_contradict(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_event_loop(config, 1, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_app_new(config, &app, &error));
    CHECK_OK(st_config_set_event_loop(config, 0, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK_OK(st_app_preload(app, &error));
    st_app_free(app);
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    whole_login();
    login_of_a_page();
    answers_at_the_wrong_time();
    answer_that_comes_too_late();
    exchange_without_a_response();
    another_thread_resumes();
    requests_that_are_never_resumed();
    preload();
    settings_that_contradict();
    provider_stop(&provider);
    return check_summary();
}
