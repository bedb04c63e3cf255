/* Errors of the provider: the code is ours, whatever it says, and what it says is for logs. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static struct provider provider;

/* What the provider sends, percent-encoded, and what the host gets of it. */
static const struct refusal {
    const char *sent;
    const char *code, *provider_code, *provider_description;
} refusals[] = {
    {"error=access_denied", "authorization_refused", "access_denied", NULL},
    {"error=access_denied&error_description=User+cancelled", "authorization_refused", "access_denied",
     "User cancelled"},
    {"error=user_not_allowed", "authorization_failed", "user_not_allowed", NULL},
    {"error=state_mismatch", "authorization_failed", "state_mismatch", NULL},
    {"error=internal_error", "authorization_failed", "internal_error", NULL},
    {"error=", "response_malformed", NULL, NULL}, /* empty is absent */
    {"error=a%0d%0a%1b%5b1mb&error_description=%c3%a4%09%22%5c", "authorization_failed", "a\\x0d\\x0a\\x1b[1mb",
     "\\xc3\\xa4\\x09\"\\\\"},
};

/* Begins a request that the provider's answer comes with. */
static st_request *answered(st_app *app, const char *answer) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512], target[2048];
    st_action action = ST_PROCEED;
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    snprintf(target, sizeof target, "/oauth2callback?%s&%s", answer, strstr(callback, "state="));
    st_request *request = browser_request(&browser, app, "GET", target);
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_RESPOND);
    return request;
}

static void no_provider_chooses_a_code(st_app *app, const struct refusal *refusal) {
    const char *body;
    size_t length;
    char shown[128];
    st_request *request = answered(app, refusal->sent);
    const st_error *refused = st_request_error(request);
    CHECK_TEXT(st_error_code(refused), refusal->code);
    CHECK_TEXT(st_error_provider_code(refused), refusal->provider_code);
    CHECK_TEXT(st_error_provider_description(refused), refusal->provider_description);
    CHECK(st_error_provider_code(refused) == st_error_provider_code(refused));
    CHECK_OK(st_request_response_body(request, &body, &length, &error));
    snprintf(shown, sizeof shown, "<code>%s</code>", refusal->code);
    CHECK_CONTAINS(body, shown);
    if (refusal->provider_code != NULL)
        CHECK(strstr(body, refusal->provider_code) == NULL);
    st_request_free(request);
}

static void what_it_says_has_an_end(st_app *app) {
    char answer[1600] = "error=";
    memset(answer + 6, 'e', 500);
    strcpy(answer + 506, "&error_description=");
    memset(answer + 525, 'd', 1000);
    st_request *request = answered(app, answer);
    const st_error *refused = st_request_error(request);
    CHECK(strspn(st_error_provider_code(refused), "e") == 64 && strlen(st_error_provider_code(refused)) == 64);
    CHECK(strspn(st_error_provider_description(refused), "d") == 512);
    CHECK(strlen(st_error_provider_description(refused)) == 512);
    st_request_free(request);
}

static void other_errors_have_none(st_app *app) {
    st_request *request = answered(app, "code=unknown&error=x");
    CHECK_TEXT(st_error_code(st_request_error(request)), "response_malformed");
    CHECK(st_error_provider_code(st_request_error(request)) == NULL);
    CHECK(st_error_provider_description(st_request_error(request)) == NULL);
    st_request_free(request);
}

/* The page is that of the code; a code of the provider counts as a defect. */
static void refuse(st_app *app) {
    struct browser browser = {0};
    st_action action;
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_refuse(request, "client_refused", &error));
    CHECK(st_request_response_status(request) == 502);
    CHECK_OK(st_request_refuse(request, "invalid_client", &error));
    CHECK(st_request_response_status(request) == 500);
    st_request_free(request);
}

int main(void) {
    provider_start(&provider);
    st_app *app = make_app(&provider);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        no_provider_chooses_a_code(app, &refusals[i]);
    what_it_says_has_an_end(app);
    other_errors_have_none(app);
    refuse(app);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
