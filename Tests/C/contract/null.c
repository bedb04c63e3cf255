/* NULL in every pointer argument of every function: an error where it is not allowed, never a crash. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <string.h>

static struct provider provider;
static struct browser browser;

static void errors(void) {
    CHECK(st_error_status(NULL) == ST_INVALID_ARGUMENT);
    CHECK(st_error_code(NULL) == NULL);
    CHECK(st_error_message(NULL) == NULL);
    CHECK(st_error_provider_code(NULL) == NULL && st_error_provider_description(NULL) == NULL);
    CHECK(st_error_http_status(NULL) == 500);
}

static void frees(void) {
    st_error_free(NULL);
    st_config_free(NULL);
    st_app_free(NULL);
    st_request_free(NULL);
    st_request_unbind();
    CHECK(true);
}

static void configuration(void) {
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_new(NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_load_file(NULL, "secrets.toml", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_load_file(config, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_load_toml(NULL, "", 0, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_load_toml(config, NULL, 1, &error));
    CHECK_OK(st_config_load_toml(config, NULL, 0, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set(NULL, "auth.port", "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_set(config, NULL, "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_set(config, "auth.port", NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_clock(NULL, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_random(NULL, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_log(NULL, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_set_transport(NULL, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_clock(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_random(config, NULL, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_log_to_fd(NULL, -1, &error));
    CHECK_OK(st_config_set_log(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    st_config_free(config);
}

static void exchange(void) {
    const char *bytes;
    size_t length;
    CHECK(st_exchange_method(NULL) == NULL);
    CHECK(st_exchange_url(NULL) == NULL);
    CHECK(st_exchange_header_name(NULL, 0) == NULL);
    CHECK(st_exchange_header_value(NULL, 0) == NULL);
    CHECK(st_exchange_timeout_ms(NULL) == 0 && st_exchange_connect_timeout_ms(NULL) == 0);
    CHECK(st_exchange_proxy(NULL) == NULL && st_exchange_ca_file(NULL) == NULL);
    CHECK(st_exchange_allows_loopback(NULL) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_add_header(NULL, "Age", "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_body(NULL, &bytes, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_respond(NULL, 200, NULL, 0, &error));
}

/* Inside a live exchange: what the provider of these tests never does. */
static st_status null_transport(st_exchange *exchange, void *user_data) {
    const char *bytes;
    size_t length;
    (void)user_data;
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_exchange_body(exchange, NULL, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_exchange_body(exchange, &bytes, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_exchange_add_header(exchange, NULL, "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_exchange_add_header(exchange, "Age", NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_exchange_respond(exchange, 200, NULL, 1, &error));
    CHECK_OK(st_exchange_body(exchange, &bytes, &length, &error));
    CHECK(bytes != NULL && length == 0);
    CHECK_OK(st_exchange_respond(exchange, 200, NULL, 0, &error));
    return ST_OK;
}

static void live_exchange(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, null_transport, NULL, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK_FAILS(ST_PROVIDER_ERROR, "metadata_invalid", st_app_preload(app, &error));
    st_app_free(app);
    st_config_free(config);
}

static void application(void) {
    char buffer[64];
    size_t length;
    st_app *app = make_app(&provider), *none = NULL;
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_new(NULL, &none, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_new(config, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_preload(NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_end_sessions(NULL, "{\"all\":true}", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_end_sessions(app, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "option_invalid", st_app_end_sessions(app, "", &error));
    CHECK_OK(st_app_end_sessions(app, "{\"all\":true}", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_user_from_cookie(NULL, "a=b", 3, buffer, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_user_from_cookie(app, NULL, 3, buffer, sizeof buffer, &length, &error));
    CHECK_OK(st_user_from_cookie(app, NULL, 0, buffer, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_user_from_cookie(app, "a=b", 3, NULL, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_user_from_cookie(app, "a=b", 3, buffer, sizeof buffer, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_app_stats_json(NULL, buffer, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_stats_json(app, NULL, 65536, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_stats_json(app, buffer, sizeof buffer, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_app_stats_prometheus(NULL, buffer, sizeof buffer, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_stats_prometheus(app, NULL, 65536, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_app_stats_prometheus(app, buffer, sizeof buffer, NULL, &error));
    CHECK(st_app_login_path(NULL) == NULL);
    CHECK(st_app_logout_path(NULL) == NULL);
    CHECK(st_app_callback_path(NULL, 0) == NULL);
    CHECK(st_app_requires_login(NULL) == 0);
    CHECK(none == NULL);
    st_config_free(config);
    st_app_free(app);
}

static void new_request(void) {
    st_request *request = NULL;
    st_app *app = make_app(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_new(NULL, "GET", "/", &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_new(app, NULL, "/", &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_new(app, "GET", NULL, &request, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_new(app, "GET", "/", NULL, &error));
    CHECK(request == NULL);
    st_app_free(app);
}

static void no_request(void) {
    st_action action;
    const char *text, *other;
    size_t length;
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_add_header(NULL, "Cookie", "a=b", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set_body(NULL, "a", 1, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set_client_address(NULL, "::1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_begin(NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_set(NULL, "prompt", NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_login(NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_logout(NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_refuse(NULL, "internal_error", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_user_json(NULL, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_add_headers(NULL, "", 0, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_header(NULL, 0, &text, &other, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_headers(NULL, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_body(NULL, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_bind(NULL, &error));
    CHECK(st_request_is_logged_in(NULL) == 0);
    CHECK(st_request_is_fresh(NULL, 60) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_claim(NULL, "sub", &text, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_add_route(NULL, "/", 1, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_require_login(NULL, NULL, "/", 1, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_access_token(NULL, &action, &text, NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_refresh(NULL, &action, &error));
    CHECK(st_request_loads_page(NULL) == 0);
    CHECK(st_request_may_block(NULL) == 0);
    CHECK(st_request_login_may_block(NULL, NULL) == 0);
    CHECK(st_request_logout_may_block(NULL) == 0);
    CHECK(st_request_wants_body(NULL) == 0);
    CHECK(st_request_error(NULL) == NULL);
    CHECK(st_request_response_status(NULL) == -1);
    CHECK(st_request_response_header_count(NULL) == 0);
}

static void live_request(void) {
    st_action action;
    const char *text;
    size_t length;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_add_header(request, NULL, "a=b", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_add_header(request, "Cookie", NULL, &error));
    st_request_free(request); /* it does not begin without its headers */
    request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_set_body(request, NULL, 1, &error));
    CHECK_OK(st_request_set_body(request, NULL, 0, &error));
    CHECK_OK(st_request_set_client_address(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_begin(request, NULL, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_user_json(request, NULL, &length, &error));
    CHECK_OK(st_request_user_json(request, &text, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_set(request, NULL, "x", &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_header(request, 0, NULL, &text, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_header(request, 0, &text, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_body(request, NULL, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_body(request, &text, NULL, &error));
    st_request_free(request);
    st_app_free(app);
}

/* The error argument may always be NULL; the status says what failed. */
static void error_argument(void) {
    st_app *app = NULL;
    st_config *config = NULL;
    CHECK(st_config_new(NULL, NULL) == ST_INVALID_ARGUMENT);
    CHECK(st_config_new(&config, NULL) == ST_OK);
    CHECK(st_config_load_toml(config, "[auth", 5, NULL) == ST_CONFIGURATION_ERROR);
    CHECK(st_app_new(config, &app, NULL) == ST_CONFIGURATION_ERROR);
    CHECK(st_request_logout(NULL, NULL) == ST_INVALID_ARGUMENT);
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    errors();
    frees();
    configuration();
    exchange();
    live_exchange();
    application();
    new_request();
    no_request();
    live_request();
    error_argument();
    provider_stop(&provider);
    return check_summary();
}
