/* cookie_format = "streamlit": both ways to the user's JSON, and what capacity suffices. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_JSON = 65536 };

static struct provider provider;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];

static st_app *make_streamlit_app(void) {
    st_config *config = make_config(&provider);
    st_app *app = NULL;
    CHECK_OK(st_config_set(config, "auth.cookie_format", "streamlit", &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* malloc() instead of an array: valgrind then sees a byte written past the capacity. */
static void user_from_cookie(st_app *app, size_t length, const char *expected) {
    size_t exact = strlen(expected), written = 77;
    char *buffer = malloc(LARGEST_JSON);
    CHECK_OK(st_user_from_cookie(app, cookies, length, buffer, LARGEST_JSON, &written, &error));
    CHECK(written == exact && memcmp(buffer, expected, exact) == 0);
    free(buffer);
    buffer = malloc(exact);
    CHECK_OK(st_user_from_cookie(app, cookies, length, buffer, exact, &written, &error));
    CHECK(written == exact && memcmp(buffer, expected, exact) == 0);
    written = 77;
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "buffer_too_small",
                st_user_from_cookie(app, cookies, length, buffer, exact - 1, &written, &error));
    CHECK(written == exact);
    free(buffer);
}

/* Gives the length of the user's JSON, having compared it on both ways. */
static size_t same_json_as_a_request(st_app *app, const char *more_claims) {
    struct browser browser = {0};
    struct visit visit;
    st_action action;
    const char *json;
    size_t length;
    provider.more_claims = more_claims;
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_user_json(request, &json, &length, &error));
    CHECK_CONTAINS(json, "{\"is_logged_in\":true,\"provider\":\"");
    CHECK(strstr(json, "\"origin\"") == NULL);
    size_t cookie_length = browser_cookie_header(&browser, cookies, sizeof cookies);
    CHECK_CONTAINS(cookies, "_streamlit_user=");
    user_from_cookie(app, cookie_length, json);
    st_request_free(request);
    return length;
}

int main(void) {
    static char large_claim[5000];
    provider_start(&provider);
    st_app *app = make_streamlit_app();
    strcpy(cookies, "_streamlit_user=.a.b.c; _streamlit_user_1=x");
    user_from_cookie(app, strlen(cookies), "{\"is_logged_in\":false}");
    same_json_as_a_request(app, "");
    same_json_as_a_request(app, ",\"name\":\"Ada L\xc3\xb6velace\",\"groups\":[\"a\",\"b\"]");
    strcpy(large_claim, ",\"note\":\"");
    memset(large_claim + 9, 'n', 4500);
    strcpy(large_claim + 4509, "\"");
    /* Compressed: with our own format's rule, the JSON would not fit. */
    CHECK(same_json_as_a_request(app, large_claim) > strlen(cookies) + 128);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
