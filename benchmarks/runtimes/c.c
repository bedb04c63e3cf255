/* What a signed-in request and a Cookie header cost a host in C: the figures that the bindings' are compared with. The
   other programs in this folder do the same through their binding. */
#include "bench.h"

#include <stauth.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_HEADERS = 32 };

struct host {
    st_app *app;
    char *lines, *cookie;
    const char *headers[MOST_HEADERS];
    size_t count, cookie_length;
};

/* As a server does that has parsed them: "name NUL value NUL". */
static size_t write_block(const struct host *host, char *block) {
    char *end = block;
    for (size_t i = 0; i < host->count; i++) {
        const char *name = host->headers[i], *colon = strchr(name, ':');
        end = (char *)mempcpy(end, name, (size_t)(colon - name));
        *end++ = '\0';
        end = stpcpy(end, colon + 2) + 1;
    }
    return (size_t)(end - block);
}

static void handle_request(void *data, long i) {
    const struct host *host = data;
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    const char *user = NULL, *added = NULL;
    size_t length = 0;
    char block[16384];
    (void)i;
    MUST(st_request_new(host->app, "GET", "/report?id=3", &request, NULL) == ST_OK);
    MUST(st_request_add_headers(request, block, write_block(host, block), NULL) == ST_OK);
    MUST(st_request_set_client_address(request, "192.0.2.7", NULL) == ST_OK);
    MUST(st_request_begin(request, &action, NULL) == ST_OK && action == ST_PROCEED);
    MUST(st_request_user_json(request, &user, &length, NULL) == ST_OK && length > 1000);
    MUST(st_request_response_status(request) == 0);
    MUST(st_request_response_headers(request, &added, &length, NULL) == ST_OK && length > 0);
    st_request_free(request);
}

static void ask_who(void *data, long i) {
    const struct host *host = data;
    char user[8192];
    size_t length = 0;
    (void)i;
    MUST(st_user_from_cookie(host->app, host->cookie, host->cookie_length, user, sizeof user, &length, NULL) == ST_OK);
    MUST(length > 1000);
}

static void call_twenty_times(void *data, long i) {
    (void)data;
    (void)i;
    for (int call = 0; call < 20; call++)
        MUST(st_version_number() == ST_VERSION_NUMBER);
}

static void open_host(struct host *host, const struct bench *bench) {
    st_config *config = NULL;
    size_t length = 0;
    char *toml = bench_read(bench, "secrets", &length);
    MUST(st_config_new(&config, NULL) == ST_OK);
    MUST(st_config_load_toml(config, toml, length, NULL) == ST_OK);
    MUST(st_app_new(config, &host->app, NULL) == ST_OK);
    st_config_free(config);
    free(toml);
    host->cookie = bench_read(bench, "cookie", &host->cookie_length);
    host->lines = bench_read(bench, "headers", NULL);
    for (char *rest = host->lines, *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        MUST(host->count < MOST_HEADERS && strstr(line, ": ") != NULL);
        host->headers[host->count++] = line;
    }
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct host host = {0};
    open_host(&host, &bench);
    const struct bench_case cases[] = {
        {"request, C", NULL, handle_request, &host},
        {"cookie, C", NULL, ask_who, &host},
        {"20 foreign calls, C", NULL, call_twenty_times, &host},
    };
    bench_run(&bench, cases, bench.more_count > 0 ? 1 : 3); /* "requests": to count calls */
    st_app_free(host.app);
    free(host.lines);
    free(host.cookie);
    return 0;
}
