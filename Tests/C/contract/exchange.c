/* A host's own client: what it has to obey, and what it reports back. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct provider provider;

static st_app *app_with(st_transport transport, const char *key, const char *value) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_transport(config, transport, &provider, NULL, &error));
    if (key != NULL)
        CHECK_OK(st_config_set(config, key, value, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* What the last exchange had to obey. */
static struct {
    int64_t timeout, connect_timeout;
    char proxy[256], ca_file[256];
    int32_t allows_loopback;
} limits;

static void copy(char out[256], const char *text) {
    snprintf(out, 256, "%s", text == NULL ? "(NULL)" : text);
}

static st_status notice_limits(st_exchange *exchange, void *user_data) {
    limits.timeout = st_exchange_timeout_ms(exchange);
    limits.connect_timeout = st_exchange_connect_timeout_ms(exchange);
    copy(limits.proxy, st_exchange_proxy(exchange));
    copy(limits.ca_file, st_exchange_ca_file(exchange));
    limits.allows_loopback = st_exchange_allows_loopback(exchange);
    return provider_transport(exchange, user_data);
}

static void notice(const char *key, const char *value) {
    st_app *app = app_with(notice_limits, key, value);
    CHECK_OK(st_app_preload(app, &error));
    st_app_free(app);
}

static void settings_are_passed_on(void) {
    notice(NULL, NULL);
    CHECK(limits.timeout == 10000 && limits.connect_timeout == 5000 && limits.allows_loopback == 0);
    CHECK_TEXT(limits.proxy, "(NULL)");
    CHECK_TEXT(limits.ca_file, "(NULL)");
    notice("auth.timeout", "3s");
    CHECK(limits.timeout == 3000 && limits.connect_timeout == 3000);
    notice("auth.connect_timeout", "250ms");
    CHECK(limits.timeout == 10000 && limits.connect_timeout == 250);
    notice("auth.http_proxy", "http://proxy.example:3128");
    CHECK_TEXT(limits.proxy, "http://proxy.example:3128");
    notice("auth.ca_file", "/etc/ssl/certs/ca-certificates.crt");
    CHECK_TEXT(limits.ca_file, "/etc/ssl/certs/ca-certificates.crt");
}

/* Works on the exchange for the metadata; true if it has responded. */
static bool (*report)(st_exchange *exchange);

static st_status report_metadata(st_exchange *exchange, void *user_data) {
    if (strstr(st_exchange_url(exchange), "openid-configuration") != NULL && report(exchange))
        return ST_OK;
    return provider_transport(exchange, user_data);
}

static void with_report(bool (*function)(st_exchange *exchange), st_status status, const char *code) {
    report = function;
    st_app *app = app_with(report_metadata, NULL, NULL);
    if (status == ST_OK)
        CHECK_OK(st_app_preload(app, &error));
    else
        CHECK_FAILS(status, code, st_app_preload(app, &error));
    st_app_free(app);
}

/* In any case, however many: what is not used does no harm. */
static bool many_headers(st_exchange *exchange) {
    char value[8192];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (int i = 0; i < 1000; i++)
        CHECK_OK(st_exchange_add_header(exchange, "X-Unknown", value, &error));
    CHECK_OK(st_exchange_add_header(exchange, "Set-Cookie", "\xff\n", &error));
    CHECK_OK(st_exchange_add_header(exchange, "CACHE-control", "max-age=60", &error));
    return false;
}

static bool bad_headers(st_exchange *exchange) {
    char value[8194], name[258];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_exchange_add_header(exchange, "Age", value, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_exchange_add_header(exchange, name, "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_exchange_add_header(exchange, "\xff", "1", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text",
                st_exchange_add_header(exchange, "Content-Type", "text/html\r\nX: y", &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text",
                st_exchange_add_header(exchange, "Content-Type", "text/html\xff", &error));
    return false;
}

static bool too_many_headers(st_exchange *exchange) {
    char value[8193];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (int i = 0; i < 7; i++)
        CHECK_OK(st_exchange_add_header(exchange, "WWW-Authenticate", value, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_exchange_add_header(exchange, "WWW-Authenticate", value, &error));
    return false;
}

static bool a_page(st_exchange *exchange) {
    CHECK_OK(st_exchange_add_header(exchange, "content-type", "text/html", &error));
    CHECK_OK(st_exchange_respond(exchange, 200, "{}", 2, &error));
    return true;
}

/* The first response stands: what comes after it is refused. */
static bool responding_twice(st_exchange *exchange) {
    CHECK_OK(st_exchange_respond(exchange, 404, "{}", 2, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_exchange_respond(exchange, 200, "{}", 2, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence",
                st_exchange_add_header(exchange, "Content-Type", "text/html", &error));
    return true;
}

/* The payload of the DPoP proof, in `out`; empty if there is none. */
static void read_proof(const st_exchange *exchange, char out[1024]) {
    const char *name, *proof = "";
    char payload[1024] = "";
    out[0] = '\0';
    for (size_t i = 0; (name = st_exchange_header_name(exchange, i)) != NULL; i++)
        if (strcmp(name, "DPoP") == 0)
            proof = st_exchange_header_value(exchange, i);
    const char *start = strchr(proof, '.');
    if (start == NULL)
        return;
    size_t length = strcspn(start + 1, ".");
    snprintf(payload, sizeof payload, "%.*s===", (int)length, start + 1);
    payload[(length + 3) / 4 * 4] = '\0';
    for (char *c = payload; *c != '\0'; c++)
        *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    EVP_DecodeBlock((unsigned char *)out, (const unsigned char *)payload, (int)strlen(payload));
}

static int token_requests;

/* A token endpoint that takes proofs with its nonce alone (RFC 9449 8). */
static st_status demand_nonce(st_exchange *exchange, void *user_data) {
    static const char refusal[] = "{\"error\":\"use_dpop_nonce\"}";
    char proof[1024] = "";
    if (strstr(st_exchange_url(exchange), "/token") == NULL)
        return provider_transport(exchange, user_data);
    token_requests++;
    read_proof(exchange, proof);
    if (strstr(proof, "\"nonce\":\"nonce-of-today\"") != NULL)
        return provider_transport(exchange, user_data);
    CHECK_CONTAINS(proof, "\"jti\":");
    CHECK_OK(st_exchange_add_header(exchange, "Content-Type", "application/json", &error));
    CHECK_OK(st_exchange_add_header(exchange, "dpop-nonce", "nonce-of-today", &error));
    return st_exchange_respond(exchange, 400, refusal, strlen(refusal), NULL);
}

static void nonces_of_the_provider_arrive(void) {
    struct browser browser = {0};
    struct visit visit;
    provider.token_type = "DPoP";
    st_app *app = app_with(demand_nonce, "auth.dpop_bound_access_tokens", "true");
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302 && visit.error_code[0] == '\0' && token_requests == 2);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302 && visit.error_code[0] == '\0' && token_requests == 3);
    provider.token_type = "Bearer";
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    settings_are_passed_on();
    with_report(many_headers, ST_OK, NULL);
    with_report(bad_headers, ST_OK, NULL);
    with_report(too_many_headers, ST_OK, NULL);
    with_report(a_page, ST_PROVIDER_ERROR, "metadata_invalid");
    with_report(responding_twice, ST_PROVIDER_ERROR, "provider_status");
    nonces_of_the_provider_arrive();
    provider_stop(&provider);
    return check_summary();
}
