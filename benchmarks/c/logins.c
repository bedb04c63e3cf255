/* Whole logins of one process at a provider on loopback, which is a process of its own (benchmarks/go/provider): the
   start, the callback with its token request, and nothing cached but metadata and keys. Beside it libcurl alone with as
   many token requests. One more argument: the provider's origin. */
#include "relying_party.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char token_url[256];

static st_app *open_app(const struct bench *bench, const char *origin) {
    char url[256];
    size_t length = 0;
    st_config *config = NULL;
    st_app *app = NULL;
    char *toml = bench_read(bench, "secrets", &length);
    snprintf(url, sizeof url, "%s/.well-known/openid-configuration", origin);
    MUST(st_config_new(&config, NULL) == ST_OK);
    MUST(st_config_load_toml(config, toml, length, NULL) == ST_OK);
    MUST(st_config_set(config, "auth.server_metadata_url", url, NULL) == ST_OK);
    MUST(st_app_new(config, &app, NULL) == ST_OK);
    MUST(st_app_preload(app, NULL) == ST_OK);
    st_config_free(config);
    free(toml);
    return app;
}

/* What the browser brings back; this provider's code is the nonce. */
static void log_in(void *data, long i) {
    static struct response start;
    char target[1024], state[512], nonce[256];
    (void)i;
    start.location[0] = start.cookies[0] = '\0';
    MUST(visit(data, "/auth/login", NULL, &start) == 302);
    find_parameter(start.location, "state", state, sizeof state);
    find_parameter(start.location, "nonce", nonce, sizeof nonce);
    snprintf(target, sizeof target, "/oauth2callback?code=%s&state=%s", nonce, state);
    MUST(visit(data, target, start.cookies, NULL) == 302);
}

static size_t ignore(char *bytes, size_t size, size_t count, void *data) {
    (void)bytes;
    *(size_t *)data += size * count;
    return size * count;
}

static void post(CURL *transfer) {
    size_t received = 0;
    curl_easy_setopt(transfer, CURLOPT_URL, token_url);
    curl_easy_setopt(transfer, CURLOPT_USERPWD, "benchmark:secret");
    curl_easy_setopt(transfer, CURLOPT_POSTFIELDS,
                     "grant_type=authorization_code&code=hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS&redirect_uri="
                     "https%3A%2F%2Fapp.example%2Foauth2callback&code_verifier="
                     "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS");
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, &received);
    MUST(curl_easy_perform(transfer) == CURLE_OK && received > 1000);
}

static void post_anew(void *data, long i) {
    CURL *transfer = curl_easy_init();
    (void)data;
    (void)i;
    post(transfer);
    curl_easy_cleanup(transfer);
}

static void post_again(void *data, long i) {
    (void)i;
    post(data);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    MUST(bench.more_count == 1);
    snprintf(token_url, sizeof token_url, "%s/token", bench.more[0]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL *transfer = curl_easy_init();
    st_app *app = open_app(&bench, bench.more[0]);
    const struct bench_case cases[] = {
        {"login over loopback", NULL, log_in, app},
        {"token request, libcurl alone", NULL, post_anew, NULL},
        {"token request, libcurl alone, one connection", NULL, post_again, transfer},
    };
    bench_run(&bench, cases, sizeof cases / sizeof *cases);
    curl_easy_cleanup(transfer);
    st_app_free(app);
    return 0;
}
