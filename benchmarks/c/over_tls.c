/* The callback of a login at a provider over TLS, which is a process of its own (benchmarks/go/provider), with the
   system's authorities. Beside it the same callback with the provider inside of this process, so that the difference is
   the token request, and that callback with a token request by libcurl alone at the same place: what follows any wait
   for another process is slower, whoever waits.

   One more argument is the origin of the provider; a second is that of a proxy, beyond which the provider is far away.
 */
#include "relying_party.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LOGINS = 1000 };

static char authorities[4096];

static st_app *open_app(const struct bench *bench, const char *origin, const char *proxy) {
    char url[256];
    size_t length = 0;
    st_config *config = NULL;
    st_app *app = NULL;
    char *toml = bench_read(bench, "secrets", &length);
    snprintf(url, sizeof url, "%s/.well-known/openid-configuration", origin);
    MUST(st_config_new(&config, NULL) == ST_OK);
    MUST(st_config_load_toml(config, toml, length, NULL) == ST_OK);
    MUST(st_config_set(config, "auth.server_metadata_url", url, NULL) == ST_OK);
    MUST(st_config_set(config, "auth.ca_file", authorities, NULL) == ST_OK);
    if (proxy != NULL)
        MUST(st_config_set(config, "auth.http_proxy", proxy, NULL) == ST_OK);
    MUST(st_app_new(config, &app, NULL) == ST_OK);
    MUST(st_app_preload(app, NULL) == ST_OK);
    st_config_free(config);
    free(toml);
    return app;
}

/* Logins that were started, each with its callback. */
struct logins {
    st_app *app;
    struct login each[MOST_LOGINS];
};

static void start(void *data, long iterations) {
    struct logins *logins = data;
    MUST(iterations <= MOST_LOGINS);
    for (long i = 0; i < iterations; i++) {
        static struct response response;
        struct login *login = &logins->each[i];
        char state[512];
        response.location[0] = response.cookies[0] = '\0';
        MUST(visit(logins->app, "/auth/login", NULL, &response) == 302);
        find_parameter(response.location, "state", state, sizeof state);
        find_parameter(response.location, "nonce", login->nonce, sizeof login->nonce);
        snprintf(login->cookie, sizeof login->cookie, "%s", response.cookies);
        /* This provider's code is the nonce. */
        snprintf(login->target, sizeof login->target, "/oauth2callback?code=%s&state=%s", login->nonce, state);
    }
}

static void finish(void *data, long i) {
    struct logins *logins = data;
    MUST(visit(logins->app, logins->each[i].target, logins->each[i].cookie, NULL) == 302);
}

struct inside {
    struct relying_party party;
    struct login each[MOST_LOGINS];
};

static void start_inside(void *data, long iterations) {
    struct inside *inside = data;
    MUST(iterations <= MOST_LOGINS);
    for (long i = 0; i < iterations; i++)
        login_begin(&inside->party, HONEST, &inside->each[i]);
}

static void finish_inside(void *data, long i) {
    struct inside *inside = data;
    MUST(login_finish(&inside->party, &inside->each[i], NULL) == 302);
}

static size_t ignore(char *bytes, size_t size, size_t count, void *data) {
    (void)bytes;
    *(size_t *)data += size * count;
    return size * count;
}

struct client {
    CURL *transfer;
    char token_url[256];
};

static void post(void *data) {
    struct client *client = data;
    size_t received = 0;
    curl_easy_setopt(client->transfer, CURLOPT_URL, client->token_url);
    curl_easy_setopt(client->transfer, CURLOPT_CAINFO, authorities);
    curl_easy_setopt(client->transfer, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(client->transfer, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(client->transfer, CURLOPT_USERPWD, "benchmark:secret");
    curl_easy_setopt(client->transfer, CURLOPT_POSTFIELDS,
                     "grant_type=authorization_code&code=hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS&redirect_uri="
                     "https%3A%2F%2Fapp.example%2Foauth2callback&code_verifier="
                     "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS");
    curl_easy_setopt(client->transfer, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(client->transfer, CURLOPT_WRITEDATA, &received);
    MUST(curl_easy_perform(client->transfer) == CURLE_OK && received > 1000);
}

static void post_in_a_loop(void *data, long i) {
    (void)i;
    post(data);
}

static void run_far_away(const struct bench *bench, const char *origin, const char *proxy) {
    static struct logins logins;
    logins.app = open_app(bench, origin, proxy);
    const struct bench_case cases[] = {{"callback over TLS, far away", start, finish, &logins}};
    bench_run(bench, cases, 1);
    st_app_free(logins.app);
}

static void run_near(const struct bench *bench, const char *origin) {
    static struct logins logins;
    static struct inside inside, with_libcurl;
    static struct client client;
    client.transfer = curl_easy_init();
    snprintf(client.token_url, sizeof client.token_url, "%s/token", origin);
    logins.app = open_app(bench, origin, NULL);
    relying_party_open(&inside.party, bench, "ES256");
    relying_party_open(&with_libcurl.party, bench, "ES256");
    with_libcurl.party.before_token = post;
    with_libcurl.party.before_token_data = &client;
    const struct bench_case cases[] = {
        {"callback over TLS", start, finish, &logins},
        {"callback over TLS, provider in the process", start_inside, finish_inside, &inside},
        {"callback over TLS, token request by libcurl", start_inside, finish_inside, &with_libcurl},
        {"token request over TLS, libcurl in a loop", NULL, post_in_a_loop, &client},
    };
    bench_run(bench, cases, sizeof cases / sizeof *cases);
    curl_easy_cleanup(client.transfer);
    st_app_free(logins.app);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    MUST(bench.more_count == 1 || bench.more_count == 2);
    snprintf(authorities, sizeof authorities, "%s/authorities.pem", bench.inputs);
    if (bench.more_count == 2) {
        run_far_away(&bench, bench.more[0], bench.more[1]);
    } else {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        run_near(&bench, bench.more[0]);
    }
    return 0;
}
