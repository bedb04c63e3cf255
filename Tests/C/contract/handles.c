/* A handle that was freed, made up, or of another kind is refused by every function that takes one. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdint.h>

static struct provider provider;
static struct browser browser;

static void refused_as_config(void *handle) {
    st_config *config = handle;
    st_app *app = NULL;
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_load_file(config, "/dev/null", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_load_toml(config, "", 0, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set(config, "auth.port", "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_clock(config, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_random(config, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_log(config, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_new(config, &app, &error));
    st_config_free(config);
}

static void refused_as_app(void *handle) {
    st_app *app = handle;
    st_request *request = NULL;
    char buffer[64];
    size_t length;
    CHECK(st_app_login_path(app) == NULL && st_app_logout_path(app) == NULL);
    CHECK(st_app_callback_path(app, 0) == NULL);
    CHECK(st_app_requires_login(app) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_preload(app, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_end_sessions(app, "{\"all\":true}", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_user_from_cookie(app, NULL, 0, buffer, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_new(app, "GET", "/", &request, &error));
    st_app_free(app);
}

static void refused_as_request(void *handle) {
    st_request *request = handle;
    st_action action;
    const char *text, *other;
    size_t length;
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_add_header(request, "Cookie", "a=b", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set_body(request, "", 0, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set_client_address(request, "::1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set(request, "prompt", "login", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_logout(request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_user_json(request, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_header(request, 0, &text, &other, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_body(request, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_bind(request, &error));
    CHECK(st_request_is_logged_in(request) == 0);
    CHECK(st_request_is_fresh(request, 60) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_claim(request, "sub", &text, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_add_route(request, "/", 1, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_require_login(request, NULL, "/", 1, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_access_token(request, &action, &text, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_refresh(request, &action, &error));
    CHECK(st_request_loads_page(request) == 0);
    CHECK(st_request_may_block(request) == 0);
    CHECK(st_request_login_may_block(request, NULL) == 0);
    CHECK(st_request_wants_body(request) == 0);
    CHECK(st_request_error(request) == NULL);
    CHECK(st_request_response_status(request) == -1);
    CHECK(st_request_response_header_count(request) == 0);
    st_request_free(request);
}

static void refused_as_error(void *handle) {
    st_error *error = handle;
    CHECK(st_error_status(error) == ST_INVALID_ARGUMENT);
    CHECK(st_error_code(error) == NULL);
    CHECK(st_error_message(error) == NULL);
    CHECK(st_error_provider_code(error) == NULL && st_error_provider_description(error) == NULL);
    CHECK(st_error_http_status(error) == 500);
    st_error_free(error);
}

static void refused_as_exchange(void *handle) {
    st_exchange *exchange = handle;
    const char *bytes;
    size_t length;
    CHECK(st_exchange_method(exchange) == NULL);
    CHECK(st_exchange_url(exchange) == NULL);
    CHECK(st_exchange_header_name(exchange, 0) == NULL);
    CHECK(st_exchange_header_value(exchange, 0) == NULL);
    CHECK(st_exchange_timeout_ms(exchange) == 0 && st_exchange_connect_timeout_ms(exchange) == 0);
    CHECK(st_exchange_proxy(exchange) == NULL && st_exchange_ca_file(exchange) == NULL);
    CHECK(st_exchange_allows_loopback(exchange) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_add_header(exchange, "Age", "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_body(exchange, &bytes, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_respond(exchange, 200, NULL, 0, &error));
}

/* On a live request that has begun: a dead gate is not taken for one of which nothing is closed. */
static void refused_as_gate(void *handle) {
    st_gate *gate = handle;
    st_action action;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_require_login(request, gate, "/", 1, &action, &error));
    st_request_free(request);
    st_app_free(app);
    st_gate_free(gate);
}

static void refused_everywhere(void *handle) {
    refused_as_config(handle);
    refused_as_app(handle);
    refused_as_request(handle);
    refused_as_error(handle);
    refused_as_exchange(handle);
    refused_as_gate(handle);
}

/* The frees inside the refused_as functions must not have freed the object of another kind. */
static void handles_of_another_kind(void) {
    st_config *config = make_config(&provider);
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    st_error *error = NULL;
    st_gate *gate = NULL;
    st_action action;
    st_config_new(NULL, &error);
    CHECK(st_gate_new(NULL, 0, &gate, NULL) == ST_OK);

    void *handles[] = {config, app, request, error, gate};
    void (*const refusals[])(void *) = {refused_as_config, refused_as_app,  refused_as_request,
                                        refused_as_error,  refused_as_gate, refused_as_exchange};
    for (size_t kind = 0; kind < 6; kind++)
        for (size_t i = 0; i < 5; i++)
            if (kind != i)
                refusals[kind](handles[i]);

    CHECK(st_config_set(config, "auth.port", "1", NULL) == ST_OK);
    CHECK(st_app_preload(app, NULL) == ST_OK);
    CHECK(st_request_begin(request, &action, NULL) == ST_OK);
    CHECK_TEXT(st_error_code(error), "invalid_argument");
    CHECK(st_request_require_login(request, gate, "/", 1, &action, NULL) == ST_OK);
    st_gate_free(gate);
    st_error_free(error);
    st_request_free(request);
    st_app_free(app);
    st_config_free(config);
}

/* Every handle of this program is freed twice: once here, once in the refused_as functions. */
static void freed_handles(void) {
    st_config *config = make_config(&provider);
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    st_error *error = NULL;
    st_gate *gate = NULL;
    st_config_new(NULL, &error);
    CHECK(st_gate_new(NULL, 0, &gate, NULL) == ST_OK);
    st_gate_free(gate);
    st_error_free(error);
    st_request_free(request);
    st_app_free(app);
    st_config_free(config);
    refused_everywhere(gate);
    refused_everywhere(error);
    refused_everywhere(request);
    refused_everywhere(app);
    refused_everywhere(config);
}

/* A new object must not answer to the ticket of the one that was freed before it. */
static void freed_handles_stay_dead(void) {
    st_config *dead = NULL, *alive = NULL;
    CHECK_OK(st_config_new(&dead, &error));
    st_config_free(dead);
    for (int i = 0; i < 100; i++) {
        CHECK_OK(st_config_new(&alive, &error));
        CHECK(alive != dead);
        CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set(dead, "auth.port", "1", &error));
        st_config_free(alive);
    }
}

static void made_up_handles(void) {
    int object = 0;
    refused_everywhere(&object);
    refused_everywhere((void *)(uintptr_t)1);
    refused_everywhere((void *)(uintptr_t)16);
    refused_everywhere((void *)(uintptr_t)0xfffffff0);
    refused_everywhere((void *)UINTPTR_MAX);
    refused_everywhere((void *)(UINTPTR_MAX / 2 + 1));
}

static st_exchange *remembered;

static st_status remembering_transport(st_exchange *exchange, void *user_data) {
    (void)user_data;
    remembered = exchange;
    refused_as_config(exchange);
    refused_as_app(exchange);
    refused_as_request(exchange);
    refused_as_error(exchange);
    return ST_NETWORK_ERROR;
}

static void exchange_dies_when_its_transport_returns(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, remembering_transport, NULL, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK(st_app_preload(app, NULL) == ST_NETWORK_ERROR);
    CHECK(remembered != NULL);
    refused_as_exchange(remembered);
    st_app_free(app);
    st_config_free(config);
}

/* st_request_error() is borrowed. A host that frees it all the same must not hurt the request that owns it. */
static void borrowed_error_freed_by_mistake(void) {
    struct visit visit;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/oauth2callback?code=x&state=y");
    CHECK_OK(st_request_begin(request, &visit.action, &error));
    const st_error *borrowed = st_request_error(request);
    CHECK_TEXT(st_error_code(borrowed), "state_mismatch");
    st_error_free((st_error *)(uintptr_t)borrowed);
    CHECK(st_error_code(borrowed) == NULL);
    CHECK(st_request_response_status(request) == 400);
    st_request_free(request);
    CHECK(st_error_code(borrowed) == NULL);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    handles_of_another_kind();
    freed_handles();
    freed_handles_stay_dead();
    made_up_handles();
    exchange_dies_when_its_transport_returns();
    borrowed_error_freed_by_mistake();
    provider_stop(&provider);
    return check_summary();
}
