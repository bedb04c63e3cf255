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

int main(void) {
    lost_headers();
    lost_body("/auth/logout", true);
    lost_body("/upload", false);
    page_that_depends_on_its_user();
    return check_summary();
}
