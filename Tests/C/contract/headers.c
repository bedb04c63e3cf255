/* What goes into a request, whole or not at all, and what comes out for a page of the host's. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <string.h>

static struct provider provider;
static struct browser browser;
static const char nobody[] = "{\"is_logged_in\":false}";

/* What a host gets that ignores failures: it does not begin without a header that was refused. */
static void lost_header(const char *name, const char *value) {
    st_action action = -1;
    const char *json;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "POST", "/auth/logout");
    CHECK(st_request_add_header(request, name, value, NULL) != ST_OK);
    CHECK_FAILS(ST_REQUEST_REFUSED, "request_incomplete", st_request_begin(request, &action, &error));
    CHECK(action == -1 && st_request_response_status(request) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_user_json(request, &json, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_logout(request, &error));
    st_request_free(request);
    st_app_free(app);
}

static void lost_headers(void) {
    static char long_text[66000];
    memset(long_text, 'a', sizeof long_text - 1);
    lost_header("Origin", NULL);
    lost_header(NULL, "https://evil.example");
    lost_header("Origin\xff", "https://evil.example");
    lost_header("Origin", "https://evil.example\r\n");
    lost_header("Origin", long_text);
    lost_header(long_text, "cross-site");
    lost_header("Sec-Fetch-Site", "cross-site"); /* the browser has sent same-origin already */
}

static void lost_body(const char *target, bool is_needed) {
    st_action action = -1;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "POST", target);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_set_body(request, "\xff", 1, &error));
    CHECK(st_request_begin(request, &action, NULL) == (is_needed ? ST_REQUEST_REFUSED : ST_OK));
    st_request_free(request);
    st_app_free(app);
}

/* A page that asks who its user is depends on the cookies. One that does not stays as public as the host makes it. */
static void page_that_depends_on_its_user(void) {
    const char *name, *value, *json;
    st_action action;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/app.css");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(st_request_response_header_count(request) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(st_request_user_json(request, &json, NULL, &error));
        CHECK(st_request_response_header_count(request) == 1);
        CHECK_OK(st_request_response_header(request, 0, &name, &value, &error));
        CHECK_TEXT(name, "Vary");
        CHECK_TEXT(value, "Cookie");
    }
    CHECK_TEXT(json, nobody);
    st_request_free(request);
    request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_bind(request, &error));
    CHECK(st_request_response_header_count(request) == 0);
    CHECK_TEXT(st_user_json(), nobody);
    CHECK(st_request_response_header_count(request) == 1);
    st_request_free(request);
    st_app_free(app);
}

/* All headers in one call do what each of them alone does. */
static void block_of_headers(void) {
    struct visit visit;
    char cookies[8192], block[9000];
    const char *json, *name, *value, *lent;
    size_t length, count;
    st_action action;
    st_app *app = make_app(&provider);
    browser_login(&browser, app, &provider, &visit);
    size_t cookie_length = browser_cookie_header(&browser, cookies, sizeof cookies);
    static const char start[] = "Accept\0text/html\0X-Empty\0\0Cookie\0";
    memcpy(block, start, sizeof start - 1);
    memcpy(block + sizeof start - 1, cookies, cookie_length + 1);
    st_request *request = NULL;
    CHECK_OK(st_request_new(app, "GET", "/", &request, &error));
    CHECK_OK(st_request_add_headers(request, NULL, 0, &error));
    CHECK_OK(st_request_add_headers(request, block, sizeof start + cookie_length, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_user_json(request, &json, NULL, &error));
    CHECK_CONTAINS(json, "\"is_logged_in\":true");
    CHECK_OK(st_request_login(request, NULL, &error));
    count = st_request_response_header_count(request);
    CHECK(count > 2);
    CHECK_OK(st_request_response_headers(request, &lent, &length, &error));
    const char *position = lent;
    for (size_t i = 0; i < count; i++) {
        CHECK_OK(st_request_response_header(request, i, &name, &value, &error));
        CHECK_TEXT(position, name);
        position += strlen(position) + 1;
        CHECK_TEXT(position, value);
        position += strlen(position) + 1;
    }
    CHECK(position == lent + length);
    st_request_free(request);
    st_app_free(app);
}

static void no_headers(void) {
    const char *lent = NULL;
    size_t length = 7;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "GET", "/app.css");
    CHECK_OK(st_request_response_headers(request, &lent, &length, &error));
    CHECK(lent != NULL && length == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_headers(request, NULL, &length, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_response_headers(request, &lent, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_response_headers(NULL, &lent, &length, &error));
    st_request_free(request);
    st_app_free(app);
}

/* A block that is not understood wholly: the request does not begin. */
static void lost_block(st_status status, const char *code, const char *block, size_t length) {
    st_action action = -1;
    st_app *app = make_app(&provider);
    st_request *request = browser_request(&browser, app, "POST", "/auth/logout");
    CHECK_FAILS(status, code, st_request_add_headers(request, block, length, &error));
    CHECK_FAILS(ST_REQUEST_REFUSED, "request_incomplete", st_request_begin(request, &action, &error));
    st_request_free(request);
    st_app_free(app);
}

static void lost_blocks(void) {
    static char large[192 * 1024 + 1];
    static const char lines[] = "Origin\0https://evil.example\r\nX: y";
    static const char differing[] = "Sec-Fetch-Site\0cross-site";
    memset(large, 'a', sizeof large);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", NULL, 5);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", "Origin", 7);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", "Origin\0null", 11);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", "Origin\0null\0X", 13);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", "\0null", 6);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", lines, sizeof lines);
    lost_block(ST_INVALID_ARGUMENT, "invalid_text", "Origin\xff\0null", 13);
    lost_block(ST_INVALID_ARGUMENT, "invalid_argument", differing, sizeof differing);
    lost_block(ST_LIMIT_EXCEEDED, "too_large", large, sizeof large);
    lost_block(ST_LIMIT_EXCEEDED, "too_large", large, SIZE_MAX);
    memcpy(large, "Referer", 8);
    large[8 + 66000] = 0;
    lost_block(ST_LIMIT_EXCEEDED, "too_large", large, 8 + 66000 + 1);
}

int main(void) {
    provider_start(&provider);
    lost_headers();
    lost_body("/auth/logout", true);
    lost_body("/upload", false);
    page_that_depends_on_its_user();
    block_of_headers();
    no_headers();
    lost_blocks();
    provider_stop(&provider);
    return check_summary();
}
