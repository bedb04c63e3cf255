/* The functions a host hands in: called when promised, and not trusted. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

static struct provider provider;
static struct browser browser;

static int64_t counting_clock(void *user_data) {
    ++*(int *)user_data;
    return TEST_TIME;
}

static void clock_is_read_at_most_once_per_call(void) {
    int calls = 0;
    char buffer[64];
    size_t length;
    st_action action;
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_clock(config, counting_clock, &calls, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK(calls <= 1);
    calls = 0;
    CHECK_OK(st_user_from_cookie(app, "stauth_session=x", 16, buffer, sizeof buffer, &length, &error));
    CHECK(calls <= 1);
    st_request *request = browser_request(&browser, app, "GET", "/");
    calls = 0;
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(calls <= 1);
    calls = 0;
    CHECK_OK(st_request_login(request, NULL, &error));
    CHECK(calls == 1);
    st_request_free(request);
    st_app_free(app);
    st_config_free(config);
}

/* A clock may say anything. What no calendar has is refused, and nothing traps. */
static int64_t given_clock(void *user_data) {
    return *(int64_t *)user_data;
}

static void clock_out_of_range(void) {
    int64_t times[] = {INT64_MIN, -1, INT64_C(253402300800), INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char buffer[64];
        size_t length;
        st_app *app = NULL;
        st_action action;
        st_config *config = make_config(&provider);
        CHECK_OK(st_config_set_clock(config, given_clock, &times[i], NULL, &error));
        CHECK_OK(st_app_new(config, &app, &error));
        st_request *request = browser_request(&browser, app, "GET", "/auth/login");
        CHECK(st_request_may_block(request) == 0);
        CHECK_FAILS(ST_INTERNAL_ERROR, "internal_error", st_request_begin(request, &action, &error));
        CHECK_FAILS(ST_INTERNAL_ERROR, "internal_error", st_app_preload(app, &error));
        CHECK_FAILS(ST_INTERNAL_ERROR, "internal_error",
                    st_user_from_cookie(app, "stauth_session=x", 16, buffer, sizeof buffer, &length, &error));
        st_request_free(request);
        st_app_free(app);
        st_config_free(config);
    }
}

static int32_t failing_random(uint8_t *bytes, size_t length, void *user_data) {
    (void)user_data;
    memset(bytes, 7, length);
    return -1;
}

static void failing_random_fails_closed(void) {
    struct visit visit;
    st_app *app = NULL;
    st_action action;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_random(config, failing_random, NULL, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_FAILS(ST_CRYPTOGRAPHY_ERROR, "randomness_unavailable", st_request_login(request, NULL, &error));
    CHECK(st_request_response_status(request) == 0 && st_request_response_header_count(request) == 0);
    st_request_free(request);
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 500 && visit.location[0] == '\0');
    CHECK_TEXT(visit.error_code, "randomness_unavailable");
    st_app_free(app);
    st_config_free(config);
}

static int32_t counting_random(uint8_t *bytes, size_t length, void *user_data) {
    uint8_t *next = user_data;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (*next)++;
    return 0;
}

/* The same random bytes make the same redirect: nothing unpredictable comes from anywhere else. */
static void random_is_the_only_source(void) {
    struct visit visits[2];
    for (int i = 0; i < 2; i++) {
        struct browser visitor = {0};
        uint8_t next = 0;
        st_app *app = NULL;
        st_config *config = make_config(&provider);
        CHECK_OK(st_config_set_random(config, counting_random, &next, NULL, &error));
        CHECK_OK(st_app_new(config, &app, &error));
        browser_visit(&visitor, app, "GET", "/auth/login", &visits[i]);
        CHECK(visits[i].status == 302 && next != 0);
        st_app_free(app);
        st_config_free(config);
    }
    CHECK_TEXT(visits[0].location, visits[1].location);
}

struct events {
    int count;
    int32_t level;
    char last[512];
};

static void remember_event(int32_t level, const char *line, void *user_data) {
    struct events *events = user_data;
    events->count++;
    events->level = level;
    strncpy(events->last, line, sizeof events->last - 1);
    CHECK(strpbrk(line, "\r\n\x1b") == NULL);
}

static void events_are_logged(void) {
    struct events events = {0};
    struct visit visit;
    struct browser visitor = {0};
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_log(config, remember_event, &events, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK_CONTAINS(events.last, "event=ended_sessions_not_shared");
    browser_visit(&visitor, app, "GET", "/auth/login", &visit);
    CHECK_CONTAINS(events.last, "event=login_started provider=default");
    CHECK(events.level == ST_LOG_INFO);
    browser_visit(&visitor, app, "GET", "/oauth2callback?code=s3cret&state=a%0Ab%1B", &visit);
    CHECK_CONTAINS(events.last, "event=login_refused");
    CHECK_CONTAINS(events.last, "code=state_mismatch");
    CHECK(events.level == ST_LOG_WARNING);
    CHECK(strstr(events.last, "s3cret") == NULL);
    CHECK(events.count == 3);
    st_app_free(app);
    st_config_free(config);
}

/* How a transport may lie while metadata is fetched, and what the library makes of it. */
static void transport_is_not_trusted(void) {
    static const struct {
        enum provider_mood mood;
        st_status status;
        const char *code;
    } lies[] = {
        {UNREACHABLE, ST_NETWORK_ERROR, "provider_unreachable"},
        {SILENT, ST_NETWORK_ERROR, "provider_unreachable"},
        {UNKNOWN_STATUS, ST_NETWORK_ERROR, "provider_unreachable"},
        {CONTRADICTING_ITSELF, ST_NETWORK_ERROR, "provider_unreachable"},
        {IMPOSSIBLE_STATUS, ST_PROVIDER_ERROR, "provider_status"},
        {ENDLESS, ST_NETWORK_ERROR, "response_too_large"},
        {NOT_JSON, ST_PROVIDER_ERROR, "metadata_invalid"},
        {REDIRECTING, ST_PROVIDER_ERROR, "provider_status"},
        {SERVER_ERROR, ST_PROVIDER_ERROR, "provider_status"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        st_app *app = make_app(&provider);
        provider.mood = lies[i].mood;
        CHECK_FAILS(lies[i].status, lies[i].code, st_app_preload(app, &error));
        provider.mood = HONEST;
        CHECK_OK(st_app_preload(app, &error));
        st_app_free(app);
    }
}

static void set_pem(st_config *config, const char *key, BIO *pem) {
    char text[4096] = "";
    CHECK(BIO_read(pem, text, sizeof text - 1) > 0);
    CHECK_OK(st_config_set(config, key, text, &error));
    BIO_free(pem);
}

/* A transport of the host's has no way to show one, and a login must not go on without. */
static void transport_shows_no_certificate(void) {
    X509 *certificate = X509_new();
    X509_set_pubkey(certificate, provider.key);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 60);
    X509_sign(certificate, provider.key, EVP_sha256());
    BIO *chain = BIO_new(BIO_s_mem());
    BIO *key = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(chain, certificate);
    PEM_write_bio_PrivateKey(key, provider.key, NULL, NULL, 0, NULL, NULL);
    X509_free(certificate);

    st_app *app = NULL;
    st_config *config = make_config(&provider);
    set_pem(config, "auth.client_certificate", chain);
    set_pem(config, "auth.client_certificate_key", key);
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &app, &error));
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_app_free(app);
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    clock_is_read_at_most_once_per_call();
    clock_out_of_range();
    failing_random_fails_closed();
    random_is_the_only_source();
    events_are_logged();
    transport_is_not_trusted();
    transport_shows_no_certificate();
    provider_stop(&provider);
    return check_summary();
}
