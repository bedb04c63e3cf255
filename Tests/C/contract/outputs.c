/* Outputs are written only on success; an error object is complete and independent of what failed. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdint.h>
#include <string.h>

static struct provider provider;
static struct browser browser;
static char marker;

static void handles_stay_as_they_were(void) {
    st_app *app = (st_app *)&marker;
    st_request *request = (st_request *)&marker;
    st_config *config = NULL;
    CHECK_OK(st_config_new(&config, &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &app, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_new(NULL, "GET", "/", &request, &error));
    CHECK((void *)app == &marker && (void *)request == &marker);
    st_config_free(config);
}

static void values_stay_as_they_were(void) {
    const char *text = &marker, *other = &marker;
    size_t length = 77;
    st_action action = 77;
    char buffer[4] = "abc";
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_begin(NULL, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_user_json(request, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_header(request, 0, &text, &other, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_body(NULL, &text, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_exchange_body(NULL, &text, &length, &error));
    CHECK(length == 77);
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "buffer_too_small",
                st_user_from_cookie(app, NULL, 0, buffer, sizeof buffer, &length, &error));
    CHECK(action == 77 && length == strlen("{\"is_logged_in\":false}") && text == &marker && other == &marker &&
          memcmp(buffer, "abc", 4) == 0);
    st_request_free(request);
    st_app_free(app);
}

/* A success must not touch the caller's error variable either. */
static void success_leaves_the_error_alone(void) {
    st_error *error = (st_error *)&marker;
    st_config *config = NULL;
    CHECK(st_config_new(&config, &error) == ST_OK);
    CHECK(st_config_set(config, "auth.port", "1", &error) == ST_OK);
    CHECK((void *)error == &marker);
    st_config_free(config);
}

static void error_outlives_what_failed(void) {
    st_error *error = NULL;
    st_app *app = NULL;
    st_config *config = NULL;
    CHECK(st_config_new(&config, NULL) == ST_OK);
    CHECK(st_config_set(config, "auth.client_idd", "x", NULL) == ST_OK);
    CHECK(st_app_new(config, &app, &error) == ST_CONFIGURATION_ERROR);
    st_config_free(config);
    CHECK(st_error_status(error) == ST_CONFIGURATION_ERROR);
    CHECK_TEXT(st_error_code(error), "configuration_invalid");
    CHECK(st_error_http_status(error) == 500);
    CHECK_CONTAINS(st_error_message(error), "client_idd");
    CHECK_CONTAINS(st_error_message(error), "redirect_uri");
    CHECK_CONTAINS(st_error_message(error), "\n");
    CHECK(st_error_message(error) == st_error_message(error));
    st_error_free(error);
}

static void messages_hold_no_secret(void) {
    st_error *error = NULL;
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK(st_config_set(config, "auth.cookie_secret", "short-5ecret", NULL) == ST_OK);
    CHECK(st_config_set(config, "auth.other.client_secret", "hidden-5ecret", NULL) == ST_OK);
    CHECK(st_config_set(config, "auth.other.client_id", "", NULL) == ST_OK);
    CHECK(st_app_new(config, &app, &error) == ST_CONFIGURATION_ERROR);
    CHECK_CONTAINS(st_error_message(error), "cookie_secret");
    CHECK(strstr(st_error_message(error), "5ecret") == NULL);
    st_error_free(error);
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    handles_stay_as_they_were();
    values_stay_as_they_were();
    success_leaves_the_error_alone();
    error_outlives_what_failed();
    messages_hold_no_secret();
    provider_stop(&provider);
    return check_summary();
}
