/* Who the user is without parsing JSON: signed in or not, and claims one by one. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static struct provider provider;
static const char claims[] = ",\"name\":\"Ada L\xc3\xb6velace\",\"groups\":[\"a\",\"b\"],\"age\":36,\"verified\":false,"
                             "\"address\":{\"city\":\"Turin\"},\"nick\":null,\"empty\":\"\","
                             "\"is_logged_in\":\"x\",\"a.b\":\"dotted\"";

static st_request *begun(st_app *app, const struct browser *browser) {
    st_action action;
    st_request *request = browser_request(browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    return request;
}

static void claim_is(st_request *request, const char *name, const char *expected) {
    const char *value = "untouched";
    size_t length = 77;
    CHECK_OK(st_request_claim(request, name, &value, &length, &error));
    CHECK_TEXT(value, expected);
    CHECK(length == (expected == NULL ? 0 : strlen(expected)));
    value = "untouched";
    CHECK_OK(st_request_claim(request, name, &value, NULL, &error));
    CHECK_TEXT(value, expected);
}

static void claims_of_a_user(st_app *app, const struct browser *browser) {
    const char *value = NULL;
    st_request *request = begun(app, browser);
    CHECK(st_request_is_logged_in(request) == 1);
    claim_is(request, "is_logged_in", "true");
    claim_is(request, "provider", "default");
    claim_is(request, "sub", "ada");
    claim_is(request, "name", "Ada L\xc3\xb6velace");
    claim_is(request, "groups", "[\"a\",\"b\"]");
    claim_is(request, "age", "36");
    claim_is(request, "verified", "false");
    claim_is(request, "address", "{\"city\":\"Turin\"}");
    claim_is(request, "empty", "");
    claim_is(request, "a.b", "dotted");
    claim_is(request, "nick", NULL);
    claim_is(request, "nobody has it", NULL);
    claim_is(request, "", NULL);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_claim(request, NULL, &value, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_claim(request, "sub", NULL, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_request_claim(request, "\xff", &value, NULL, &error));
    CHECK_OK(st_request_logout(request, &error));
    CHECK(st_request_is_logged_in(request) == 0);
    claim_is(request, "sub", NULL);
    st_request_free(request);
}

/* By the provider's word, not by the age of the session. */
static void freshness(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    char claim[64];
    snprintf(claim, sizeof claim, ",\"auth_time\":%lld", (long long)TEST_TIME - 100);
    provider.more_claims = claim;
    browser_login(&browser, app, &provider, &visit);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK(st_request_is_fresh(request, 1000) == 0);
    st_request_free(request);
    request = begun(app, &browser);
    CHECK(st_request_is_fresh(request, 1000) == 1);
    CHECK(st_request_is_fresh(request, INT64_MAX) == 1);
    CHECK(st_request_is_fresh(request, 50) == 0);
    CHECK(st_request_is_fresh(request, 0) == 0);
    CHECK(st_request_is_fresh(request, INT64_MIN) == 0);
    st_request_free(request);
    provider.more_claims = "";
    browser_login(&browser, app, &provider, &visit);
    request = begun(app, &browser);
    CHECK(st_request_is_logged_in(request) == 1);
    CHECK(st_request_is_fresh(request, 1000) == 0);
    st_request_free(request);
}

static void nobody(st_app *app) {
    struct browser browser = {0};
    const char *value = NULL;
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK(st_request_is_logged_in(request) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_claim(request, "sub", &value, NULL, &error));
    st_request_free(request);
    request = begun(app, &browser);
    CHECK(st_request_is_logged_in(request) == 0);
    claim_is(request, "is_logged_in", "false");
    claim_is(request, "sub", NULL);
    st_request_free(request);
}

/* No claim can end early: the login is refused. */
static void nul_in_a_claim(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    provider.more_claims = ",\"name\":\"ada\\u0000admin\"";
    browser_login(&browser, app, &provider, &visit);
    CHECK_TEXT(visit.error_code, "id_token_malformed");
}

/* A page that looks depends on the user, by whichever function. */
static void caches_are_told(st_app *app, const struct browser *browser) {
    const char *name = NULL, *value = NULL;
    for (int i = 0; i < 2; i++) {
        st_request *request = begun(app, browser);
        CHECK(st_request_response_header_count(request) == 0);
        if (i == 0)
            st_request_is_logged_in(request);
        else
            claim_is(request, "sub", "ada");
        CHECK(st_request_response_header_count(request) == 1);
        CHECK_OK(st_request_response_header(request, 0, &name, &value, &error));
        CHECK_TEXT(name, "Vary");
        CHECK_TEXT(value, "Cookie");
        st_request_free(request);
    }
}

int main(void) {
    struct browser browser = {0};
    struct visit visit;
    provider_start(&provider);
    provider.more_claims = claims;
    st_app *app = make_app(&provider);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    CHECK_TEXT(visit.error_code, "");
    caches_are_told(app, &browser);
    claims_of_a_user(app, &browser);
    freshness(app);
    nobody(app);
    nul_in_a_claim(app);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
