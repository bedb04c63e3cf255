/* Text that is not UTF-8, too long, or that holds a NUL, in every text argument. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

static struct provider provider;
static struct browser browser;

/* RFC 3629: a stray byte, an overlong form, a surrogate, a number past the last, a sequence cut short. */
static const char *const not_utf8[] = {"a\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"};
enum { NOT_UTF8_COUNT = sizeof not_utf8 / sizeof not_utf8[0] };

static void config_texts(const char *bad) {
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_config_load_file(config, bad, &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_config_load_toml(config, bad, strlen(bad), &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_config_set(config, bad, "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_config_set(config, "auth.client_id", bad, &error));
    st_config_free(config);
}

/* A header's value is an outsider's: it is taken as it is, and must not keep the request from being answered. */
static void request_texts(const char *bad) {
    st_action action;
    st_request *none = NULL;
    st_app *app = make_app(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_new(app, bad, "/", &none, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_new(app, "GET", bad, &none, &error));
    CHECK(none == NULL);

    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_add_header(request, bad, "a=b", &error));
    CHECK_FAILS(ST_REQUEST_REFUSED, "request_incomplete", st_request_begin(request, &action, &error));
    st_request_free(request);
    request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_add_header(request, "Cookie", bad, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_login(request, bad, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_set(request, "return_to", bad, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_set(request, bad, "x", &error));
    CHECK(st_request_login_may_block(request, bad) == 0);
    CHECK_OK(st_request_bind(request, &error));
    CHECK(st_login(bad) == ST_INVALID_ARGUMENT);
    CHECK_TEXT(st_error_code(st_request_error(request)), "invalid_text");
    CHECK(st_request_response_status(request) == 0);
    st_request_free(request);
    st_app_free(app);
}

static st_status lying_transport(st_exchange *exchange, void *user_data) {
    const char *bad = user_data;
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_exchange_add_header(exchange, bad, "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_exchange_add_header(exchange, "Content-Type", bad, &error));
    return ST_NETWORK_ERROR;
}

static void exchange_texts(const char *bad) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, lying_transport, (void *)(uintptr_t)bad, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK(st_app_preload(app, NULL) == ST_NETWORK_ERROR);
    st_app_free(app);
    st_config_free(config);
}

/* What a browser sends as a cookie is an outsider's: whatever it is, it is nobody's session. */
static void cookie_bytes(const char *bad) {
    char buffer[64];
    size_t length = 0;
    st_app *app = make_app(&provider);
    CHECK_OK(st_user_from_cookie(app, bad, strlen(bad), buffer, sizeof buffer, &length, &error));
    CHECK(length == 22 && memcmp(buffer, "{\"is_logged_in\":false}", 22) == 0);
    st_app_free(app);
}

static void texts_that_are_too_long(void) {
    enum { LENGTH = 4 << 20 };
    char *text = malloc(LENGTH + 1);
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    st_config *config = make_config(&provider);
    st_app *app = make_app(&provider);
    st_request *none = NULL, *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_config_load_file(config, text, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_config_load_toml(config, text, LENGTH, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_config_set(config, text, "1", &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_config_set(config, "auth.client_id", text, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_new(app, text, "/", &none, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_new(app, "GET", text, &none, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_add_header(request, text, "a", &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_add_header(request, "Cookie", text, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_set_body(request, text, LENGTH, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_login(request, text, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_set(request, "return_to", text, &error));
    CHECK(st_request_login_may_block(request, text) == 0);
    CHECK(none == NULL);
    st_request_free(request);
    st_app_free(app);
    st_config_free(config);
    free(text);
}

/* A body has a length, so a length past what is promised must not be read: 64 KiB and not a byte more. */
static void limit_of_the_body(void) {
    enum { LIMIT = 64 << 10 };
    char *body = calloc(LIMIT + 1, 1);
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "POST", "/");
    CHECK_OK(st_request_set_body(request, body, LIMIT, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_set_body(request, body, LIMIT + 1, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_set_body(request, body, SIZE_MAX, &error));
    st_request_free(request);
    st_app_free(app);
    free(body);
}

static void nul_in_toml(void) {
    static const char toml[] = "[auth]\nclient_id = \"a\0b\"\n";
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid",
                st_config_load_toml(config, toml, sizeof toml - 1, &error));
    st_config_free(config);
}

/* The length counts, not a NUL behind it: "auth.client_id" is cut before its closing quote. */
static void length_is_obeyed(void) {
    static const char toml[] = "[auth]\nclient_id = \"client\"";
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_load_toml(config, toml, sizeof toml - 1, &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid",
                st_config_load_toml(config, toml, sizeof toml - 2, &error));
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    for (size_t i = 0; i < NOT_UTF8_COUNT; i++) {
        config_texts(not_utf8[i]);
        request_texts(not_utf8[i]);
        exchange_texts(not_utf8[i]);
        cookie_bytes(not_utf8[i]);
    }
    texts_that_are_too_long();
    limit_of_the_body();
    nul_in_toml();
    length_is_obeyed();
    provider_stop(&provider);
    return check_summary();
}
