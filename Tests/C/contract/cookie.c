/* st_user_from_cookie: every capacity around the exact one, and the JSON that a request gives. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

static struct provider provider;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];

/* malloc() instead of an array: valgrind then sees a byte written past the capacity. */
static void answer_fits(st_app *app, size_t length, size_t capacity, const char *expected) {
    size_t written = 0;
    char *buffer = malloc(capacity);
    CHECK_OK(st_user_from_cookie(app, cookies, length, buffer, capacity, &written, &error));
    CHECK(written == strlen(expected) && memcmp(buffer, expected, written) == 0);
    free(buffer);
}

/* The length that is needed is written, and nothing else. */
static void answer_does_not_fit(st_app *app, size_t length, size_t capacity, size_t needed) {
    size_t written = 77;
    char *buffer = malloc(capacity + 1);
    memset(buffer, '#', capacity + 1);
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "buffer_too_small",
                st_user_from_cookie(app, cookies, length, buffer, capacity, &written, &error));
    CHECK(written == needed);
    for (size_t i = 0; i <= capacity; i++)
        if (buffer[i] != '#')
            CHECK(!"the buffer was touched");
    free(buffer);
}

static void every_capacity(st_app *app, size_t length, const char *expected) {
    size_t exact = strlen(expected);
    answer_does_not_fit(app, length, 0, exact);
    answer_does_not_fit(app, length, 1, exact);
    answer_does_not_fit(app, length, exact - 1, exact);
    answer_fits(app, length, exact, expected);
    answer_fits(app, length, exact + 1, expected);
    answer_fits(app, length, 65536, expected);
}

static void no_session(st_app *app) {
    static const char *const headers[] = {
        "",      "a=b", "__Host-stauth_session=",    "__Host-stauth_session=x", "__Host-stauth_session",
        ";;;=;", "\"",  "__Host-stauth_session=\x01"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        strcpy(cookies, headers[i]);
        every_capacity(app, strlen(headers[i]), "{\"is_logged_in\":false}");
    }
}

static void same_json_as_a_request(st_app *app, const struct browser *browser) {
    st_action action;
    const char *json;
    size_t length;
    st_request *request = browser_request(browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_user_json(request, &json, &length, &error));
    CHECK_CONTAINS(json, "\"is_logged_in\":true");
    every_capacity(app, browser_cookie_header(browser, cookies, sizeof cookies), json);
    st_request_free(request);
}

static void sessions(st_app *app, const char *more_claims) {
    struct browser browser = {0};
    struct visit visit;
    provider.more_claims = more_claims;
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    same_json_as_a_request(app, &browser);
}

/* Any changed character of the sealed cookie makes it nobody's. */
static void tampered_cookies(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    provider.more_claims = "";
    browser_login(&browser, app, &provider, &visit);
    size_t length = browser_cookie_header(&browser, cookies, sizeof cookies);
    size_t start = strcspn(cookies, "=") + 1;
    for (size_t i = start; i < length; i++) {
        char saved = cookies[i];
        char buffer[8192];
        size_t written;
        cookies[i] = saved == 'A' ? 'B' : 'A';
        CHECK_OK(st_user_from_cookie(app, cookies, length, buffer, sizeof buffer, &written, &error));
        CHECK(written == 22);
        cookies[i] = saved;
    }
    for (size_t cut = start; cut < length; cut++) {
        char buffer[8192];
        size_t written;
        CHECK_OK(st_user_from_cookie(app, cookies, cut, buffer, sizeof buffer, &written, &error));
        CHECK(written == 22);
    }
}

int main(void) {
    static char large_claim[5000];
    provider_start(&provider);
    st_app *app = make_app(&provider);
    no_session(app);
    sessions(app, "");
    sessions(app, ",\"name\":\"Ada L\xc3\xb6velace\",\"groups\":[\"a\",\"b\"]");
    strcpy(large_claim, ",\"note\":\"");
    memset(large_claim + 9, 'n', 4500);
    strcpy(large_claim + 4509, "\"");
    sessions(app, large_claim);
    tampered_cookies(app);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
