/* One request: its order of calls, its lifetime, what it answers. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdint.h>
#include <string.h>

static struct provider provider;
static struct browser browser;
static const char nobody[] = "{\"is_logged_in\":false}";

static void inputs_come_before_begin(void) {
    st_action action = -1;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/report?id=3");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_add_header(request, "Cookie", "a=b", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_set_body(request, "a", 1, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_set_client_address(request, "::1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_begin(request, &action, &error));
    st_request_free(request);
    st_app_free(app);
}

static void the_rest_comes_after_begin(void) {
    const char *text;
    size_t length;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_user_json(request, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_logout(request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_bind(request, &error));
    CHECK(st_request_response_status(request) == 0 && st_request_response_header_count(request) == 0);
    st_request_free(request);
    st_app_free(app);
}

static void own_request_has_no_response(void) {
    const char *text = NULL;
    size_t length = 7;
    st_action action;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/report?id=3");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(st_request_response_status(request) == 0 && st_request_error(request) == NULL);
    CHECK_OK(st_request_response_body(request, &text, &length, &error));
    CHECK(text != NULL && length == 0);
    CHECK_OK(st_request_user_json(request, &text, &length, &error));
    CHECK_TEXT(text, nobody);
    CHECK(length == strlen(nobody));
    st_request_free(request);
    st_app_free(app);
}

/* A request keeps its application alive. */
static void application_freed_first(void) {
    st_action action;
    struct browser visitor = {0};
    struct visit visit;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&visitor, app, "GET", "/auth/login");
    st_app_free(app);
    CHECK_OK(st_request_begin(request, &action, &error));
    browser_receive(&visitor, request, &visit);
    CHECK(action == ST_RESPOND && visit.status == 302);
    CHECK_CONTAINS(visit.location, "https://provider.example/authorize?");
    st_request_free(request);
}

static void refused(st_request *request, const char *code, int32_t status, const char *shown) {
    const char *page;
    size_t length;
    CHECK_OK(st_request_refuse(request, code, &error));
    CHECK(st_request_response_status(request) == status);
    CHECK_OK(st_request_response_body(request, &page, &length, &error));
    CHECK_CONTAINS(page, shown);
}

/* An error that the host did not expect becomes a page for the visitor: before and after the request has begun. */
static void uncaught_errors_have_a_page(void) {
    st_action action;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/report?id=3");
    refused(request, "too_large", 413, "<code>too_large</code>");
    CHECK_OK(st_request_begin(request, &action, &error));
    refused(request, "provider_unreachable", 502, "<code>provider_unreachable</code>");
    refused(request, "provider_unreachable", 502, "href=\"/report?id=3\"");
    refused(request, "cross_site_request", 403, "href=\"/\"");
    refused(request, "<script>", 500, "<code>internal_error</code>");
    refused(request, "", 500, "<code>internal_error</code>");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_refuse(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_refuse(request, "\xff", &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    CHECK(st_request_response_status(request) == 302);
    st_request_free(request);
    st_app_free(app);
}

static void header_index_past_the_end(void) {
    st_action action;
    const char *name, *value;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/auth/login");
    CHECK_OK(st_request_begin(request, &action, &error));
    size_t count = st_request_response_header_count(request);
    CHECK(count >= 2);
    CHECK_OK(st_request_response_header(request, count - 1, &name, &value, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_request_response_header(request, count, &name, &value, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_request_response_header(request, SIZE_MAX, &name, &value, &error));
    st_request_free(request);
    st_app_free(app);
}

static int32_t begin_may_block(st_app *app, const char *method, const char *target) {
    st_request *request = browser_request(&browser, app, method, target);
    int32_t answer = st_request_may_block(request);
    st_request_free(request);
    return answer;
}

static void blocking_is_foretold(void) {
    st_action action;
    st_app *app = make_app(&provider);
    CHECK(begin_may_block(app, "GET", "/") == 0);
    CHECK(begin_may_block(app, "GET", "/auth/logout") == 0);
    CHECK(begin_may_block(app, "GET", "/auth/login") == 1);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(st_request_login_may_block(request, NULL) == 1);
    CHECK(st_request_login_may_block(request, "nobody") == 0);
    CHECK_OK(st_app_preload(app, &error));
    CHECK(st_request_login_may_block(request, NULL) == 0);
    CHECK(st_request_login_may_block(request, "other") == 0);
    CHECK(begin_may_block(app, "GET", "/auth/login") == 0);
    int requests = atomic_load(&provider.requests);
    CHECK_OK(st_request_login(request, NULL, &error));
    CHECK(atomic_load(&provider.requests) == requests);
    st_request_free(request);
    st_app_free(app);
}

static st_app *make_app_with(const char *key, const char *value) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set(config, key, value, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* A request that is pushed goes to the provider at each login. */
static void pushed_requests_block(void) {
    st_app *app = make_app_with("auth.require_pushed_authorization_requests", "true");
    CHECK_OK(st_app_preload(app, &error));
    CHECK(begin_may_block(app, "GET", "/auth/login") == 1);
    CHECK(begin_may_block(app, "GET", "/auth/login?provider=other") == 0);
    st_app_free(app);
}

/* The callback has a body where a provider answers with a form, and only there. */
static void body_of_the_callback(void) {
    const char *modes[] = {"form_post", "query"};
    for (int i = 0; i < 2; i++) {
        st_app *app = make_app_with("auth.response_mode", modes[i]);
        st_request *request = browser_request(&browser, app, "POST", "/oauth2callback");
        CHECK(st_request_wants_body(request) == (i == 0));
        CHECK(st_request_may_block(request) == 1);
        st_request_free(request);
        st_app_free(app);
    }
}

static void failed_login_changes_nothing(void) {
    st_action action;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "provider_unknown", st_request_login(request, "nobody", &error));
    provider.mood = UNREACHABLE;
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_unreachable", st_request_login(request, NULL, &error));
    provider.mood = HONEST;
    CHECK(st_request_response_status(request) == 0 && st_request_response_header_count(request) == 0);
    CHECK_OK(st_request_login(request, NULL, &error));
    CHECK(st_request_response_status(request) == 302);
    st_request_free(request);
    st_app_free(app);
}

static void targets_that_are_no_path(void) {
    static const char *const targets[] = {"",     "*",  "report", "//evil.example/", "/\\evil.example",
                                          "/a b", "/%", "/a\r\nb"};
    st_action action;
    st_app *app = make_app(&provider);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        st_request *request = NULL;
        st_status status = st_request_new(app, "GET", targets[i], &request, NULL);
        if (status == ST_OK) {
            CHECK_OK(st_request_begin(request, &action, &error));
            CHECK(action == ST_PROCEED);
            st_request_free(request);
        } else {
            CHECK(status == ST_INVALID_ARGUMENT && request == NULL);
        }
    }
    st_app_free(app);
}

static void websocket(const char *origin, bool is_signed_in) {
    struct browser visitor = {0};
    struct visit visit;
    st_action action;
    const char *json;
    st_app *app = make_app(&provider);
    browser_login(&visitor, app, &provider, &visit);
    st_request *request = browser_request(&visitor, app, "GET", "/socket");
    CHECK_OK(st_request_add_header(request, "Upgrade", "websocket", &error));
    if (origin != NULL)
        CHECK_OK(st_request_add_header(request, "Origin", origin, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED);
    CHECK_OK(st_request_user_json(request, &json, NULL, &error));
    CHECK((strstr(json, "\"is_logged_in\":true") != NULL) == is_signed_in);
    CHECK(st_request_login_may_block(request, NULL) == 0);
    CHECK_FAILS(ST_REQUEST_REFUSED, "websocket_handshake", st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_REQUEST_REFUSED, "websocket_handshake", st_request_logout(request, &error));
    CHECK(st_request_response_status(request) == 0 && st_request_response_header_count(request) == 1); /* Vary */
    st_request_free(request);
    st_app_free(app);
}

static void websockets(void) {
    websocket(NULL, true);
    websocket("https://app.example", true);
    websocket("https://evil.example", false);
    websocket("null", false);
}

/* A browser that asks ahead of its user begins and ends nothing, and the page's code need not know. */
static void speculative_requests(void) {
    struct browser visitor = {0};
    struct visit visit;
    st_action action;
    st_app *app = make_app(&provider);
    browser_login(&visitor, app, &provider, &visit);
    st_request *request = browser_request(&visitor, app, "GET", "/page");
    CHECK_OK(st_request_add_header(request, "Sec-Purpose", "prefetch;prerender", &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED && st_request_response_status(request) == 0);
    CHECK(st_request_login_may_block(request, NULL) == 0);
    CHECK_OK(st_request_login(request, NULL, &error));
    memset(&visit, 0, sizeof visit);
    browser_receive(&visitor, request, &visit);
    CHECK(visit.status == 503 && visit.location[0] == '\0' && visit.body[0] == '\0');
    CHECK_OK(st_request_logout(request, &error));
    CHECK(st_request_error(request) == NULL);
    st_request_free(request);
    request = browser_request(&visitor, app, "GET", "/auth/login");
    CHECK_OK(st_request_add_header(request, "purpose", "prefetch", &error));
    CHECK(st_request_may_block(request) == 0);
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_RESPOND && st_request_response_status(request) == 503);
    st_request_free(request);
    browser_visit(&visitor, app, "POST", "/auth/logout", &visit);
    CHECK(visit.status == 303);
    st_app_free(app);
}

static void no_page_of_ours_wants_a_body(void) {
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "POST", "/upload");
    CHECK(st_request_wants_body(request) == 0);
    st_request_free(request);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    inputs_come_before_begin();
    the_rest_comes_after_begin();
    own_request_has_no_response();
    application_freed_first();
    uncaught_errors_have_a_page();
    header_index_past_the_end();
    blocking_is_foretold();
    pushed_requests_block();
    body_of_the_callback();
    failed_login_changes_nothing();
    targets_that_are_no_path();
    no_page_of_ours_wants_a_body();
    websockets();
    speculative_requests();
    provider_stop(&provider);
    return check_summary();
}
